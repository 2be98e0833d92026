"""The batch script: what it prints and writes, and that a second run does only the rest."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.support.running import program

from .conftest import RECIPES, WAIT

SCRIPT = RECIPES / "batch" / "batch.py"


class Script:
    """The script with files of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.rows = folder / "rows.csv"
        self.results = folder / "results.jsonl"
        self._environment = environment

    def write(self, column: str, values: list[str]) -> None:
        self.rows.write_text("\n".join([column, *values]) + "\n")

    def running(self, service: str, *options: str) -> AbstractContextManager[subprocess.Popen[str]]:
        return program(
            *map(str, (sys.executable, SCRIPT, self.rows, self.results)),
            *("--service", service, *options),
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, service: str, *options: str) -> tuple[int, str, str]:
        """Its exit status, and what it wrote to standard output and error."""
        with self.running(service, *options) as script:
            out, err = script.communicate(timeout=WAIT)
        return script.returncode, out, err

    def lines(self) -> list[Any]:
        if not self.results.exists():
            return []
        return [json.loads(line) for line in self.results.read_text().splitlines()]


@pytest.fixture
def script(tmp_path: Path, environment: dict[str, str]) -> Script:
    return Script(tmp_path, environment)


def test_every_row_has_its_result_and_only_new_rows_are_run_again(script: Script) -> None:
    script.write("message", ["a", "b", "c"])
    assert script.run("echo") == (0, "3 rows have a result, 0 had one before; 0 failed\n", "")
    assert {line["index"]: line["result"] for line in script.lines()} == {0: "A", 1: "B", 2: "C"}
    script.write("message", ["a", "b", "c", "d"])
    assert script.run("echo") == (0, "4 rows have a result, 3 had one before; 0 failed\n", "")
    assert len(script.lines()) == 4


def test_rows_that_fail_are_named_and_make_it_fail(script: Script) -> None:
    script.write("message", ["a", "b"])
    status, out, err = script.run("failing")
    assert status == 1
    assert out == "0 rows have a result, 0 had one before; 2 failed\n"
    assert sorted(line.partition(":")[0] for line in err.splitlines()) == ["row 1", "row 2"]


def test_a_run_after_ctrl_c_does_only_the_rest(script: Script) -> None:
    script.write("seconds", ["0.2"] * 20)
    with script.running("slow", "--concurrency", "2") as interrupted:
        end = time.monotonic() + WAIT
        while not script.lines():
            assert interrupted.poll() is None
            assert time.monotonic() < end
            time.sleep(0.02)
        interrupted.send_signal(signal.SIGINT)
        out, err = interrupted.communicate(timeout=WAIT)
    assert (interrupted.returncode, out) == (130, "")
    assert err == (
        "Interrupted. Results so far are in the file: run the same command to continue.\n"
    )
    earlier = len(script.lines())
    assert 0 < earlier < 20
    status, out, err = script.run("slow")
    assert (status, err) == (0, "")
    assert out == f"20 rows have a result, {earlier} had one before; 0 failed\n"


def test_an_unknown_deployment_is_one_clear_line(script: Script) -> None:
    script.write("message", ["a"])
    status, out, err = script.run("echo", "--deployment", "none")
    assert (status, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "404" in err
