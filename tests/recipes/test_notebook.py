"""The notebook, as Jupyter runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import RECIPES

NOTEBOOK = RECIPES / "notebook" / "workflows.ipynb"


def home(folder: Path) -> dict[str, str]:
    """Where Jupyter writes."""
    return dict.fromkeys(("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"), str(folder))


def output(cell: dict[str, Any]) -> str:
    """What a cell printed, or what its last line is."""
    return "".join(
        "".join(each["text"] if each["output_type"] == "stream" else each["data"]["text/plain"])
        for each in cell.get("outputs", [])
    )


def cells(notebook: Path) -> list[dict[str, Any]]:
    every: list[dict[str, Any]] = json.loads(notebook.read_text())["cells"]
    return [cell for cell in every if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def outputs(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What its cells show after `jupyter execute`."""
    folder = tmp_path_factory.mktemp("jupyter")
    executed = folder / "executed.ipynb"
    execute = Path(sys.executable).with_name("jupyter-execute")
    subprocess.run(
        [execute, NOTEBOOK, "--output", executed],
        env={**environment, **home(folder)},
        check=True,
    )
    return [output(cell) for cell in cells(executed)]


def test_its_cells_show_what_the_text_promises(outputs: list[str]) -> None:
    status, structured, steps, done, human, many, healthy = outputs
    assert status == "['demo']"
    assert "'numbers': [1, 2.5]" in structured
    assert steps == "step 1 of 3\nstep 2 of 3\nstep 3 of 3\n"
    assert done == "'3 steps done'"
    assert human == "Your name?\n'The human said: Ada'"
    assert many == "{'one': 'ONE', 'two': 'TWO', 'three': 'THREE', 'four': 'FOUR'}"
    assert "HEALTHY" in healthy


def test_where_no_server_runs_it_says_how_to_start_one(tmp_path: Path) -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("jupyter-execute"), NOTEBOOK],
        env={
            **os.environ,
            **home(tmp_path),
            "LLAMA_DEPLOY_API_SERVER_URL": "http://127.0.0.1:1",
        },
        capture_output=True,
        text=True,
    )
    assert result.returncode != 0
    assert result.stderr.rstrip().endswith(
        "To start a server: python -m llama_deploy_client.testing"
    )


def test_its_page_shows_the_same_cells() -> None:
    page = (RECIPES / "notebook.md").read_text()
    shown = re.findall(r"^```python3\n(.*?)\n```$", page, re.MULTILINE | re.DOTALL)
    assert shown == ["".join(cell["source"]) for cell in cells(NOTEBOOK)]


def test_its_file_has_no_outputs() -> None:
    assert not [cell for cell in cells(NOTEBOOK) if cell["outputs"]]
