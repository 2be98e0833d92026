"""The batch on Dask: two worker processes, one of which is killed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil  # comes with Dask
import pytest

from .conftest import AT_ONCE, RECIPES, WAIT, Script, wait_until


@pytest.fixture
def script(make_script: Callable[..., Script]) -> Script:
    return make_script(RECIPES / "dask" / "spread.py", "inputs.jsonl", "results", "--size", "20")


def write(script: Script, messages: list[str]) -> None:
    lines = [json.dumps({"message": message}) + "\n" for message in messages]
    (script.folder / "inputs.jsonl").write_text("".join(lines))


def table(script: Script) -> list[dict[str, Any]]:
    return list(map(json.loads, (script.folder / "results/table.jsonl").read_text().splitlines()))


def recorded(script: Script) -> set[str]:
    """The results that files of partitions have, of lines that are whole."""
    texts = [path.read_text() for path in script.folder.glob("results/part-*.jsonl")]
    lines = [line for text in texts for line in text.split("\n")[:-1]]
    return {record["result"] for record in map(json.loads, lines) if "result" in record}


def worker_of(script: psutil.Process) -> psutil.Process:
    """One of its workers, which Dask gives this title."""
    for child in script.children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            if " ".join(child.cmdline()).startswith("dask worker"):
                return child
    raise AssertionError("no worker runs")


def test_a_killed_worker_loses_nothing_and_nothing_with_a_result_runs_again(
    script: Script,
) -> None:
    messages = [f"m{number}" for number in range(80)]
    write(script, messages)
    in_flight = 4  # two of each worker

    def all_wait() -> bool:
        started = AT_ONCE + in_flight
        return len(recorded(script)) == AT_ONCE and script.runs().total() == started

    with script.running() as running:
        wait_until(all_wait, running)
        before = recorded(script)
        worker_of(psutil.Process(running.pid)).kill()
        script.open_gate()
        out, _ = running.communicate(timeout=WAIT)
    assert running.returncode == 0
    assert out == "80 of 80 inputs have a result in results/table.jsonl\n"
    assert [row["result"] for row in table(script)] == [message.upper() for message in messages]
    runs = script.runs()
    assert set(runs) == set(messages)
    assert [message for message in runs if message.upper() in before and runs[message] > 1] == []
    assert runs.total() - 80 <= 2, "more than what the killed worker had in flight ran again"


def test_the_next_run_runs_only_what_has_no_result(script: Script) -> None:
    write(script, ["a", "bad", "c"])
    assert script.run()[:2] == (1, "2 of 3 inputs have a result in results/table.jsonl\n")
    ok, failed, _ = table(script)
    assert ok == {"index": 0, "input": {"message": "a"}, "result": "A", "error": None}
    assert (failed["result"], failed["index"]) == (None, 1)
    assert failed["error"]
    assert script.run()[0] == 1
    assert script.runs() == {"a": 1, "bad": 2, "c": 1}
