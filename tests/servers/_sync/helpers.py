# Made by `make generate` from tests/servers/_async/helpers.py: do not edit.
from __future__ import annotations

import time
from typing import Any

from llama_deploy_client._sync.core import Session
from llama_deploy_client._sync.streams import EventStream
from llama_deploy_client._sync.tasks import Task
from tests.servers.support import WAIT


def collect(events: EventStream, into: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """All events until the stream ends; `into` has them even if it ends with an error."""
    received = [] if into is None else into
    for event in events:
        received.append(event)
    return received


def result_of(task: Task) -> str:
    """The result of a task of the API server, once there is one."""
    end = time.monotonic() + WAIT
    while (result := task.results()) is None:
        assert time.monotonic() < end, f"no result after {WAIT} s"
        time.sleep(0.05)
    return result.result


def core_result_of(session: Session, task_id: str) -> str:
    """The result of a task of the control plane, once there is one."""
    end = time.monotonic() + WAIT
    while (result := session.get_task_result(task_id)) is None:
        assert time.monotonic() < end, f"no result after {WAIT} s"
        time.sleep(0.05)
    return result.result
