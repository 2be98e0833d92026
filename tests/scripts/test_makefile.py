"""The Makefile, where a machine lacks something."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.running import copy_sources


def test_a_python_that_is_too_old_is_an_error_before_anything_is_installed(tmp_path: Path) -> None:
    copy_sources(tmp_path, "Makefile", "pyproject.toml", "constraints.txt")
    ran = subprocess.run(
        ["make", "demo", "PYTHON=false"], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode != 0
    assert "needs Python 3.11 or later. Name one, as in: make demo PYTHON=" in ran.stderr
    assert not (tmp_path / ".venv").exists()
