"""Generated files are what the sources give: none is edited, missing or left over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.running import ROOT, copy_sources

TWIN = Path("llama_deploy_client/_sync/core.py")
MODEL = Path("generated/llama_deploy_api/models/task_result.py")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of all that generation reads and writes."""
    folders = ("openapi", "generated", "llama_deploy_client", "tests")
    return copy_sources(tmp_path, *folders, "pyproject.toml", "scripts/generate.py")


def generate(checkout: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout / "scripts/generate.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=checkout)


def test_every_difference_is_named_and_undone(checkout: Path) -> None:
    original = (checkout / TWIN).read_text()
    (checkout / TWIN).write_text(f"{original}# edited\n")
    (checkout / MODEL).unlink()
    orphan = MODEL.with_name("left_over.py")
    (checkout / orphan).touch()
    (checkout / "tests/moved/_async/__pycache__").mkdir(parents=True)
    result = generate(checkout, "--check")
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"orphaned: {orphan}",
        f"missing: {MODEL}",
        f"differs: {TWIN}",
        "Run `make generate` and commit what it writes.",
    ]
    assert generate(checkout).returncode == 0
    assert (checkout / TWIN).read_text() == original
    assert (checkout / MODEL).exists()
    assert not (checkout / orphan).exists()


def test_a_warning_of_the_generator_fails(checkout: Path) -> None:
    contract = checkout / "openapi/llama_deploy.yaml"
    contract.write_text(contract.read_text().replace("text/plain", "application/x-unheard-of"))
    result = generate(checkout)
    assert result.returncode == 1
    assert "unheard-of" in result.stderr


def test_every_generated_file_says_so() -> None:
    generated = [
        *(ROOT / "generated").rglob("*.py"),
        *(ROOT / "llama_deploy_client/_sync").rglob("*.py"),
        *(ROOT / "tests").glob("*/_sync/*.py"),
    ]
    assert len(generated) > 80
    for path in generated:
        assert path.read_text().startswith("# Made by `make generate` from "), path
