"""Many tasks at once on real servers."""

from __future__ import annotations

import pytest

from llama_deploy_client import BatchError, ServerError, TaskDefinition
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.core import Session
from scripts.servers import Server

from .support import with_control_plane

MESSAGES = [f"message {number}" for number in range(8)]
SHOUTED = [message.upper() for message in MESSAGES]


async def test_many_tasks_of_a_deployment(deployment: Deployment) -> None:
    tasks = [TaskDefinition.of("echo", message=message) for message in MESSAGES]
    assert await deployment.tasks.run_many(tasks, concurrency=3).results() == SHOUTED


async def test_workflows_that_fail_among_others(deployment: Deployment, server: Server) -> None:
    names = ["echo", "failing", "echo", "failing"]
    batch = deployment.tasks.run_many(TaskDefinition.of(name, message="no luck") for name in names)
    if server.has_control_plane:  # which give the text of the exception as the result
        results = await batch.results()
        assert results[::2] == ["NO LUCK"] * 2
        assert all("no luck" in result for result in results[1::2])
    else:
        with pytest.raises(BatchError, match="2 of 4 tasks failed") as raised:
            await batch.results()
        assert [type(error) for error in raised.value.exceptions] == [ServerError] * 2
        assert [outcome.result for outcome in raised.value.outcomes[::2]] == ["NO LUCK"] * 2


@with_control_plane
async def test_many_tasks_of_a_session(core_session: Session) -> None:
    inputs = [{"message": message} for message in MESSAGES[:4]]
    # One at a time: the control plane loses results of a session's tasks that end together.
    results = await core_session.run_many("echo", inputs, concurrency=1).results()
    assert results == SHOUTED[:4]
