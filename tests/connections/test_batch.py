"""Batches in processes of their own: interrupted, killed, and long."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from ..support.running import program
from .runner import Runner, run_tasks

ROOT = Path(__file__).parent.parent.parent
TASKS = 100
FREE = 40
"""How many tasks are answered before the server holds the rest."""
AT_ONCE = 10

both_sides = pytest.mark.parametrize("colour", ["async", "sync"])


def batch(
    runner: Runner, colour: str, path: Path, tasks: int
) -> AbstractContextManager[subprocess.Popen[str]]:
    return program(
        *(sys.executable, "-m", "tests.connections.batch_program"),
        *(runner.url, colour, str(tasks), str(path)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(runner: Runner, colour: str, path: Path, tasks: int) -> list[int]:
    """What the program counted, run to its end."""
    with batch(runner, colour, path, tasks) as process:
        out, err = process.communicate(timeout=90)
    assert err == ""
    return [int(number) for number in out.split()]


def kept(path: Path) -> list[int]:
    """The indices of the file, all of whose lines have to be whole."""
    text = path.read_text()
    assert text.endswith("\n")
    return sorted(json.loads(line)["index"] for line in text.splitlines())


@both_sides
def test_ctrl_c_ends_a_batch_that_goes_on_later(colour: str, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with run_tasks(free=FREE) as runner:
        with batch(runner, colour, path, TASKS) as process:
            runner.wait_until_held(AT_ONCE)
            process.send_signal(signal.SIGINT)
            if colour == "sync":  # threads cannot be cancelled: their calls are waited for
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(0.3)
                runner.release()
            _, err = process.communicate(timeout=90)
        assert process.returncode == -signal.SIGINT
        assert err.rstrip().endswith("KeyboardInterrupt")
        done = FREE if colour == "async" else FREE + AT_ONCE
        assert kept(path) == list(range(done))
        runner.release()
        resumed, right, _ = finish(runner, colour, path, TASKS)
    assert (resumed, right) == (done, TASKS)
    assert kept(path) == list(range(TASKS))
    assert [runner.seen[number] for number in range(done)] == [1] * done


@both_sides
def test_a_batch_that_is_killed_goes_on_later(colour: str, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with run_tasks() as runner:
        with batch(runner, colour, path, 10_000) as process:
            runner.wait_until_seen(200)
            process.kill()
        done = kept(path)
        assert len(done) > 200 - AT_ONCE - 1
        with path.open("a") as file:
            file.write('{"index": 7, "dig')  # what a crash of the machine may leave
        resumed, right, _ = finish(runner, colour, path, len(done) + TASKS)
    assert (resumed, right) == (len(done), len(done) + TASKS)
    assert kept(path) == list(range(len(done) + TASKS))


@both_sides
def test_ten_thousand_tasks_need_no_more_memory_than_one(colour: str, tmp_path: Path) -> None:
    with run_tasks() as runner:
        resumed, right, grown = finish(runner, colour, tmp_path / "results.jsonl", 10_000)
    assert (resumed, right) == (0, 10_000)
    assert set(runner.seen.values()) == {1}
    assert grown < 5000  # KiB; nine thousand results more would be nine thousand
