"""Many tasks at once on real servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from llama_deploy_client import BatchError, ServerError, TaskDefinition
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.core import Session
from scripts.servers import Server
from tests.servers.support import with_control_plane

MESSAGES = [f"message {number}" for number in range(8)]
SHOUTED = [message.upper() for message in MESSAGES]


async def test_many_tasks_of_a_deployment(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    tasks = [TaskDefinition.of("echo", message=message) for message in MESSAGES]
    first = await deployment.tasks.run_many(tasks[:5], concurrency=3, results_file=path).outcomes()
    assert [outcome.result for outcome in first] == SHOUTED[:5]
    both = await deployment.tasks.run_many(tasks, concurrency=3, results_file=path).outcomes()
    assert [outcome.result for outcome in both] == SHOUTED
    assert [outcome.resumed for outcome in both] == [True] * 5 + [False] * 3


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
async def test_many_tasks_of_a_session(core_session: Session, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    inputs = [{"message": message} for message in MESSAGES[:4]]
    for resumed in (False, True):
        # One at a time: the control plane loses results of a session's tasks that end together.
        batch = core_session.run_many("echo", inputs, concurrency=1, results_file=path)
        outcomes = await batch.outcomes()
        assert [outcome.result for outcome in outcomes] == SHOUTED[:4]
        assert {outcome.resumed for outcome in outcomes} == {resumed}
