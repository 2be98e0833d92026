"""Waiting for what servers take their time for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TypeVar

from llama_deploy_client import ServerError
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.tasks import Task
from tests.servers.support import LISTINGS, WAIT

E = TypeVar("E")


async def collect(events: AsyncIterator[E]) -> list[E]:
    received = []
    async for event in events:
        received.append(event)
    return received


async def result_of(task: Task) -> str:
    """The result of a task of the API server, once there is one."""
    return (await task.wait(timeout=WAIT)).result


async def core_result_of(session: Session, task_id: str) -> str:
    """The result of a task of the control plane, once there is one."""
    end = time.monotonic() + WAIT
    while (result := await session.get_task_result(task_id)) is None:
        assert time.monotonic() < end, f"no result after {WAIT} s"
        await asyncio.sleep(0.05)
    return result.result


async def list_tasks(deployment: Deployment) -> list[Task]:
    """All tasks of a deployment; retried where a server before 0.9 fails."""
    for _ in range(LISTINGS - 1):
        with suppress(ServerError):
            return await deployment.tasks.list()
        await asyncio.sleep(0.1)
    return await deployment.tasks.list()
