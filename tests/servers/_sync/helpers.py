# Made by `make generate` from tests/servers/_async/helpers.py: do not edit.
"""Waiting for what servers take their time for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TypeVar

from llama_deploy_client import ServerError
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.core import Session
from llama_deploy_client._sync.tasks import Task
from tests.servers.support import LISTINGS, WAIT

E = TypeVar("E")


def collect(events: Iterator[E]) -> list[E]:
    received = []
    for event in events:
        received.append(event)
    return received


def result_of(task: Task) -> str:
    """The result of a task of the API server, once there is one."""
    return (task.wait(timeout=WAIT)).result


def core_result_of(session: Session, task_id: str) -> str:
    """The result of a task of the control plane, once there is one."""
    end = time.monotonic() + WAIT
    while (result := session.get_task_result(task_id)) is None:
        assert time.monotonic() < end, f"no result after {WAIT} s"
        time.sleep(0.05)
    return result.result


def list_tasks(deployment: Deployment) -> list[Task]:
    """All tasks of a deployment; retried where a server before 0.9 fails."""
    for _ in range(LISTINGS - 1):
        with suppress(ServerError):
            return deployment.tasks.list()
        time.sleep(0.1)
    return deployment.tasks.list()
