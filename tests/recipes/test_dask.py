"""The batch on Dask: two worker processes, one of which is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psutil  # comes with Dask
import pytest

from tests.support.running import in_memory_server, program

from .conftest import RECIPES, WAIT

SCRIPT = RECIPES / "dask" / "spread.py"
SERVER = """
import asyncio, os
from llama_deploy_client.testing import FakeServer

server = FakeServer()

@server.service("slow")
async def slow(message):
    with open(os.environ["RUNS"], "a") as runs:
        runs.write(message + "\\n")
    if message == "bad":
        raise ValueError(message)
    await asyncio.sleep(0.05)
    return message.upper()
"""


class Script:
    """The script, its folder, and the server that it runs against."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.results = folder / "results"
        self._environment = {**os.environ, "LLAMA_DEPLOY_API_SERVER_URL": url}

    def write(self, messages: list[str]) -> None:
        lines = [json.dumps({"message": message}) + "\n" for message in messages]
        (self.folder / "inputs.jsonl").write_text("".join(lines))

    def running(self) -> AbstractContextManager[subprocess.Popen[str]]:
        options = ["--service", "slow", "--size", "20", "--concurrency", "2"]
        return program(
            sys.executable,
            *map(str, (SCRIPT, "inputs.jsonl", "results", *options)),
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def run(self) -> tuple[int, str]:
        with self.running() as script:
            out, _ = script.communicate(timeout=3 * WAIT)
        return script.returncode, out

    def recorded(self) -> set[str]:
        """The results that files of partitions have, of lines that are whole."""
        texts = [path.read_text() for path in self.results.glob("part-*.jsonl")]
        lines = [line for text in texts for line in text.split("\n")[:-1]]
        return {record["result"] for record in map(json.loads, lines) if "result" in record}

    def runs(self) -> Counter[str]:
        return Counter((self.folder / "runs").read_text().split())

    def table(self) -> list[dict[str, Any]]:
        lines = (self.results / "table.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Script]:
    with in_memory_server(tmp_path, SERVER, RUNS=str(tmp_path / "runs")) as url:
        yield Script(tmp_path, url)


def worker_of(script: subprocess.Popen[str]) -> psutil.Process:
    """One of its workers, which Dask gives this title."""
    children = psutil.Process(script.pid).children(recursive=True)
    return next(child for child in children if child.cmdline()[0].startswith("dask worker"))


def test_a_killed_worker_loses_nothing_and_nothing_with_a_result_runs_again(
    script: Script,
) -> None:
    messages = [f"m{number}" for number in range(80)]
    script.write(messages)
    with script.running() as running:
        end = time.monotonic() + 2 * WAIT
        while len(script.recorded()) < 6:
            assert running.poll() is None
            assert time.monotonic() < end
            time.sleep(0.02)
        before = script.recorded()
        worker_of(running).kill()
        out, _ = running.communicate(timeout=3 * WAIT)
    assert running.returncode == 0
    assert out == "80 of 80 inputs have a result in results/table.jsonl\n"
    assert [row["result"] for row in script.table()] == [message.upper() for message in messages]
    runs = script.runs()
    assert set(runs) == set(messages)
    assert [message for message in runs if message.upper() in before and runs[message] > 1] == []
    assert sum(runs.values()) - 80 <= 2, "more than what the killed worker had in flight ran again"


def test_the_next_run_runs_only_what_has_no_result(script: Script) -> None:
    script.write(["a", "bad", "c"])
    assert script.run() == (1, "2 of 3 inputs have a result in results/table.jsonl\n")
    ok, failed, _ = script.table()
    assert ok == {"index": 0, "input": {"message": "a"}, "result": "A", "error": None}
    assert (failed["result"], failed["index"]) == (None, 1)
    assert failed["error"]
    assert script.run()[0] == 1
    assert script.runs() == {"a": 1, "bad": 2, "c": 1}
