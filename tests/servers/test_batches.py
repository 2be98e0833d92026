"""Many tasks at once on real servers."""

from __future__ import annotations

from llama_deploy_client import TaskDefinition
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.core import Session

from .support import with_control_plane

MESSAGES = [f"message {number}" for number in range(8)]
SHOUTED = [message.upper() for message in MESSAGES]


async def test_many_tasks_of_a_deployment(deployment: Deployment) -> None:
    tasks = [TaskDefinition.of("echo", message=message) for message in MESSAGES]
    assert await deployment.tasks.run_many(tasks, concurrency=3).results() == SHOUTED


@with_control_plane
async def test_many_tasks_of_a_session(core_session: Session) -> None:
    inputs = [{"message": message} for message in MESSAGES[:4]]
    # One at a time: the control plane loses results of a session's tasks that end together.
    results = await core_session.run_many("echo", inputs, concurrency=1).results()
    assert results == SHOUTED[:4]
