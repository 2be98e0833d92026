"""What a hostile response costs a program that asks for it: run as a process of its own.

`python -m tests.faults.spending URL CALL` prints, as JSON, how the call ended, how much memory the
process took more than before, the most processor time for which the event loop was not served, and
how much of it this machine takes for work that takes a seventh of a second on a usual one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from llama_deploy_client import Client, LlamaDeployError
from llama_deploy_client.models.apiserver import Deployment, Task
from llama_deploy_client.models.core import Session


def peak() -> int:
    """The most memory that this process had, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


async def read_all(client: Client) -> int:
    task = Task(client=client, deployment_id="d", id="t", session_id="s")
    return len([None async for _ in task.events()])


def session(client: Client) -> Session:
    return Session(client=client, id="s")


CALLS: dict[str, Any] = {
    "deployments": lambda client: client.apiserver.deployments.list(),
    "services": lambda client: client.core.services.list(),
    "tasks": lambda client: session(client).get_tasks(),
    "state": lambda client: session(client).get_state(),
    "run": lambda client: Deployment(client=client, id="d").tasks.run({}),
    "task result": lambda client: session(client).get_task_result("t"),
    "events": read_all,
}
"""Calls that read what they get in different ways."""


async def beat(gaps: list[float]) -> None:
    while True:
        before = time.process_time()
        await asyncio.sleep(0.001)
        gaps.append(time.process_time() - before)


def usual_work() -> float:
    """The processor seconds of a loop that does nothing."""
    before = time.process_time()
    for _ in range(5_000_000):
        pass
    return time.process_time() - before


async def main(url: str, call: str) -> dict[str, Any]:
    client = Client(api_server_url=url, control_plane_url=url, timeout=60, max_retries=0)
    before, gaps = peak(), [0.0]
    beating = asyncio.create_task(beat(gaps))
    await asyncio.sleep(0.01)
    try:
        ended = f"value {type(await CALLS[call](client)).__name__}"
    except LlamaDeployError as error:
        ended = f"{type(error).__name__}: {error}"
    await asyncio.sleep(0.01)
    beating.cancel()
    return {"ended": ended, "memory": peak() - before, "stall": max(gaps), "seventh": usual_work()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
