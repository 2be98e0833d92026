"""Generated files are what the sources give: none is edited, missing or left over."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TWIN = Path("llama_deploy_client/_sync/core.py")
MODEL = Path("generated/llama_deploy_api/models/task_result.py")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of all that generation reads and writes."""
    for folder in ("openapi", "generated", "llama_deploy_client", "tests"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    (tmp_path / "scripts").mkdir()
    for file in ("pyproject.toml", "scripts/generate.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def generate(checkout: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout / "scripts/generate.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=checkout)


def test_generating_again_changes_nothing(checkout: Path) -> None:
    result = generate(checkout, "--check")
    assert result.returncode == 0, result.stderr


def test_every_difference_is_named(checkout: Path) -> None:
    with (checkout / TWIN).open("a") as twin:
        twin.write("# edited\n")
    (checkout / MODEL).unlink()
    orphan = Path("generated/llama_deploy_api/models/left_over.py")
    (checkout / orphan).touch()
    result = generate(checkout, "--check")
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"orphaned: {orphan}",
        f"missing: {MODEL}",
        f"differs: {TWIN}",
        "Run `make generate` and commit what it writes.",
    ]


def test_generating_removes_orphans(checkout: Path) -> None:
    orphans = [checkout / "llama_deploy_client/_sync/old.py", checkout / MODEL.with_name("old.py")]
    for orphan in orphans:
        orphan.touch()
    assert generate(checkout).returncode == 0
    assert not any(orphan.exists() for orphan in orphans)


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
