"""Run a batch: URL, side, how many tasks, and the results file.

It prints how many results the file had before, how many results are right, and by how many KiB the
program's memory grew after the first thousand tasks; if it is interrupted and blocking, only that.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from typing import Any

from llama_deploy_client import Client, Outcome, SyncClient
from llama_deploy_client.models.apiserver import TaskCollection
from llama_deploy_client.sync.apiserver import TaskCollection as SyncTaskCollection

URL, SIDE, TASKS, PATH = sys.argv[1:]
INPUTS = ({"n": number, "text": "x" * 4000} for number in range(int(TASKS)))
outcomes = resumed = right = memory = 0


def add(outcome: Outcome) -> None:
    global outcomes, resumed, right, memory
    outcomes += 1
    resumed += outcome.resumed
    right += outcome.unwrap()["n"] == outcome.index
    if outcomes == 1000:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def main() -> None:
    tasks = TaskCollection(client=Client(api_server_url=URL), deployment_id="d")
    async for outcome in tasks.run_many(INPUTS, results_file=PATH):
        add(outcome)


def interrupt(*_: Any) -> None:
    print("interrupted", flush=True)
    raise KeyboardInterrupt


if SIDE == "async":
    asyncio.run(main())
else:
    signal.signal(signal.SIGINT, interrupt)
    tasks = SyncTaskCollection(client=SyncClient(api_server_url=URL), deployment_id="d")
    for outcome in tasks.run_many(INPUTS, results_file=PATH):
        add(outcome)
print(resumed, right, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory)
