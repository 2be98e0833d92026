"""What these tests share; also the command line's, the pages' and the recipes'."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import pytest

from llama_deploy_client import ServerError
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.tasks import Task
from scripts.servers import LOOPBACK, DeploymentFile, Server, free_port
from tests.fakes import MemoryServer

E = TypeVar("E")

WAIT = 60.0
"""Seconds that a test waits for what has to happen."""

SHORT = 0.3
"""Seconds after which a test stops waiting for what must not happen."""

LISTINGS = 5
"""How often a test asks a server before 0.9 for a list of tasks.

Such a server goes through its sessions, and answers 500 if one of them goes meanwhile, as the
session of a run does when it ends. What earlier tests gave up ends once, so few tries are enough.
"""

TRIES = 4
"""How often a test has a server run a task whose events it loses."""

with_control_plane = pytest.mark.control_plane(True)
without_control_plane = pytest.mark.control_plane(False)


def nowhere() -> str:
    """A URL at which nothing listens."""
    return f"http://{LOOPBACK}:{free_port()}"


def variables(server: Server, file: DeploymentFile) -> dict[str, str]:
    """What names a server to programs, in their environment."""
    found = {"LLAMA_DEPLOY_API_SERVER_URL": server.url}
    if file.control_plane_url:
        found["LLAMA_DEPLOY_CONTROL_PLANE_URL"] = file.control_plane_url
    return found


def progress(*steps: int, of: int) -> list[dict[str, Any]]:
    """The events of the progress workflow for these steps."""
    return [{"step": step, "text": f"step {step} of {of}"} for step in steps]


def without_stop(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the stop event `{}` at the end, which servers before 0.9 often lose."""
    return events[:-1] if events and events[-1] == {} else events


async def collect(events: AsyncIterator[E]) -> list[E]:
    return [event async for event in events]


async def without_loss(
    server: Server, read: Callable[[], Awaitable[list[E]]], count: int
) -> list[E]:
    """The events that `read` receives of a new task; of another one, if not so many came.

    A real server before 0.9 loses one of two events that it handles at the same moment. The
    workflows pause between events, but a busy machine brings them together. Others have one try.
    """
    can_lose = server.has_control_plane and not isinstance(server, MemoryServer)
    for _ in range(TRIES - 1 if can_lose else 0):
        events = await read()
        if len([event for event in events if event != {}]) >= count:
            return events
    return await read()


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
