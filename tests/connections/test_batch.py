"""Batches in processes of their own: interrupted, killed, and long."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from ..faults.wire import Connection, RawServer, response, wait_for
from ..support.running import program

ROOT = Path(__file__).parent.parent.parent
TASKS = 100
FREE = 40
"""How many tasks get a response before the server holds the others."""
AT_ONCE = 10

both_sides = pytest.mark.parametrize("side", ["async", "sync"])


class Runner(RawServer):
    """Runs tasks: each results in its input, those from the number `free` on once `gate` is set.

    Attributes:
        runs: how often each task was started, by its number.
        held: how many tasks wait for the gate.
    """

    def __init__(self, *, free: int = 1_000_000) -> None:
        self.runs: Counter[int] = Counter()
        self.held = 0
        self.gate = threading.Event()
        self._free = free
        super().__init__(self._run)

    def stop(self) -> None:
        self.gate.set()
        super().stop()

    def _run(self, connection: Connection) -> None:
        while (request := connection.request()) is not None:
            task = json.loads(json.loads(request.body)["input"])
            with self.changed:
                self.runs[task["n"]] += 1
                self.held += task["n"] >= self._free
            if task["n"] >= self._free:
                self.gate.wait()
            connection.send(response(json.dumps(task).encode()))


def batch(
    runner: Runner, side: str, path: Path, tasks: int
) -> AbstractContextManager[subprocess.Popen[str]]:
    return program(
        *(sys.executable, "-m", "tests.connections.batch_program"),
        *(runner.url, side, str(tasks), str(path)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(runner: Runner, side: str, path: Path, tasks: int) -> list[int]:
    """What the program prints, run to its end."""
    with batch(runner, side, path, tasks) as process:
        out, err = process.communicate(timeout=90)
    assert err == ""
    return [int(number) for number in out.split()]


def indices(path: Path) -> list[int]:
    """Which results the file has; all of its lines have to be whole."""
    text = path.read_text()
    assert text.endswith("\n")
    return sorted(json.loads(line)["index"] for line in text.splitlines())


@both_sides
def test_a_batch_that_ctrl_c_ended_goes_on_later(side: str, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with Runner(free=FREE) as runner:
        with batch(runner, side, path, TASKS) as process:
            wait_for(lambda: runner.held == AT_ONCE, timeout=90)
            process.send_signal(signal.SIGINT)
            if side == "sync":  # it waits for the calls of its threads, which cannot be cancelled
                assert process.stdout is not None
                assert process.stdout.readline() == "interrupted\n"
                runner.gate.set()
            _, err = process.communicate(timeout=90)
        assert process.returncode == -signal.SIGINT
        assert err.rstrip().endswith("KeyboardInterrupt")
        done = FREE if side == "async" else FREE + AT_ONCE
        assert indices(path) == list(range(done))
        runner.gate.set()
        resumed, right, _ = finish(runner, side, path, TASKS)
    assert (resumed, right) == (done, TASKS)
    assert indices(path) == list(range(TASKS))
    assert [runner.runs[number] for number in range(done)] == [1] * done


@both_sides
def test_a_batch_that_was_killed_goes_on_later(side: str, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with Runner() as runner:
        with batch(runner, side, path, 10_000) as process:
            wait_for(lambda: runner.runs.total() >= 200, timeout=90)
            process.kill()
        done = len(indices(path))
        assert done > 200 - AT_ONCE - 1
        with path.open("a") as file:
            file.write('{"index": 7, "dig')  # what a crash of the machine may leave
        resumed, right, _ = finish(runner, side, path, done + TASKS)
    assert (resumed, right) == (done, done + TASKS)
    assert indices(path) == list(range(done + TASKS))


@both_sides
def test_three_thousand_tasks_need_no_more_memory_than_one(side: str, tmp_path: Path) -> None:
    with Runner() as runner:
        resumed, right, growth = finish(runner, side, tmp_path / "results.jsonl", 3000)
    assert (resumed, right) == (0, 3000)
    assert set(runner.runs.values()) == {1}
    assert growth < 5000  # KiB; two thousand results more would be eight thousand
