"""The wheel, installed alone into an empty environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running import in_memory_server

ROOT = Path(__file__).parent.parent.parent
MAX_DISTRIBUTIONS = 19


def run(*command: str | Path, **environment: str) -> str:
    result = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    run(python, "-m", "pip", "install", "--quiet", "--constraint", constraints, wheel)
    return python


def test_it_holds_facade_and_generated_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {
        "llama_deploy_client",
        "llama_agents_api",
        "llama_deploy_api",
        next(name for name in names if name.endswith("METADATA")).partition("/")[0],
    }
    assert "llama_deploy_client/py.typed" in names
    assert "llama_deploy_client/_sync/core.py" in names
    assert "llama_deploy_api/api/core/list_services.py" in names


def test_it_installs_few_distributions(python: Path) -> None:
    installed = run(python, "-m", "pip", "list", "--format", "freeze").splitlines()
    brought = [line for line in installed if not re.match("pip|setuptools", line)]
    assert len(brought) <= MAX_DISTRIBUTIONS, brought


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of the server that the README has its readers start."""
    with in_memory_server() as url:
        yield url


@pytest.mark.parametrize("client", [" Client()", " SyncClient()"])
def test_the_first_programs_of_the_readme_run(python: Path, server: str, client: str) -> None:
    text = (ROOT / "README.md").read_text()
    # The first two programs print the same.
    blocks = re.findall(r"```(?:python|text title=\"prints\")\n(.*?)```", text, re.DOTALL)
    blocking, prints, with_await = blocks[:3]
    (program,) = (each for each in (blocking, with_await) if client in each)
    printed = run(python, "-W", "error", "-c", program, LLAMA_DEPLOY_API_SERVER_URL=server)
    assert printed == prints


def test_pytest_finds_the_plugin(python: Path, tmp_path: Path) -> None:
    pytest_alone = tmp_path / "pytest"  # beside the environment, which others look at
    constraints = ("--constraint", ROOT / "constraints.txt")
    pip = (python, "-m", "pip", "install", "--quiet", *constraints)
    run(*pip, "--target", pytest_alone, "pytest")
    (tmp_path / "test_application.py").write_text(APPLICATION)
    command = (python, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path)
    assert "2 passed" in run(*command, PYTHONPATH=str(pytest_alone))


APPLICATION = """
import sys

def test_the_plugin_brings_nothing():
    assert not {"httpx", "pydantic", "llama_deploy_client.testing"} & set(sys.modules)

def test_an_application(llama_deploy):
    from llama_deploy_client import SyncClient

    llama_deploy.service("echo")(lambda message: message.upper())
    assert SyncClient().apiserver.deployments.get("demo").tasks.run({"message": "hi"}) == "HI"
"""
