"""The batch script: what it prints and writes, and that a second run does only the rest."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import RECIPES, WAIT, Script, wait_until


@pytest.fixture
def script(make_script: Callable[..., Script]) -> Script:
    return make_script(RECIPES / "batch" / "batch.py", "rows.csv", "results.jsonl")


def write(script: Script, values: list[str], column: str = "message") -> None:
    (script.folder / "rows.csv").write_text("\n".join([column, *values, ""]))


def lines(script: Script) -> list[Any]:
    results = script.folder / "results.jsonl"
    return list(map(json.loads, results.read_text().splitlines())) if results.exists() else []


def test_every_row_has_its_result_and_only_new_rows_are_run_again(script: Script) -> None:
    write(script, ["a", "b", "c"])
    assert script.run() == (0, "3 rows have a result, 0 had one before; 0 failed\n", "")
    assert {line["index"]: line["result"] for line in lines(script)} == {0: "A", 1: "B", 2: "C"}
    write(script, ["a", "b", "c", "d"])
    assert script.run() == (0, "4 rows have a result, 3 had one before; 0 failed\n", "")
    assert script.runs() == dict.fromkeys("abcd", 1)


def test_rows_that_fail_are_named_and_make_it_fail(script: Script) -> None:
    write(script, ["a", "bad"])
    status, out, err = script.run()
    assert (status, out) == (1, "1 rows have a result, 0 had one before; 1 failed\n")
    assert err.startswith("row 2: ")
    assert len(err.splitlines()) == 1


def test_a_run_after_ctrl_c_does_only_the_rest(script: Script) -> None:
    write(script, ["0.2"] * 200, "seconds")
    slow = ("--service", "slow", "--concurrency")
    with script.running(*slow, "2") as interrupted:
        wait_until(lambda: bool(lines(script)), interrupted)
        interrupted.send_signal(signal.SIGINT)
        out, err = interrupted.communicate(timeout=WAIT)
    assert (interrupted.returncode, out) == (130, "")
    assert err == (
        "Interrupted. Results so far are in the file: run the same command to continue.\n"
    )
    earlier = len(lines(script))
    assert 0 < earlier < 200
    done = f"200 rows have a result, {earlier} had one before; 0 failed\n"
    assert script.run(*slow, "50") == (0, done, "")


def test_an_unknown_deployment_is_one_clear_line(script: Script) -> None:
    write(script, ["a"])
    status, out, err = script.run("--deployment", "none")
    assert (status, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "404" in err
