"""Tasks of a deployment: run, created, listed, and their results."""

from __future__ import annotations

import pytest

from llama_deploy_client import (
    CallTimeoutError,
    HumanResponseEvent,
    NotFoundError,
    ServerError,
    TaskDefinition,
)
from llama_deploy_client._async.apiserver import Deployment
from scripts.servers import Server

from .support import SHORT, WAIT, list_tasks, result_of

STRUCTURED = {"message": "hi", "numbers": [1, 2.5], "nested": {"flag": True, "nothing": None}}


async def test_run_returns_the_result(deployment: Deployment, server: Server) -> None:
    assert await deployment.tasks.run('{"message": "grüße"}') == "GRÜSSE"  # the default service
    result = await deployment.tasks.run(TaskDefinition.of("structured", message="hi"))
    assert result == (str(STRUCTURED) if server.has_control_plane else STRUCTURED)


async def test_a_workflow_that_fails(deployment: Deployment, server: Server) -> None:
    definition = TaskDefinition.of("failing", message="no luck")
    task = await deployment.tasks.create(definition)
    if server.has_control_plane:
        assert "no luck" in await deployment.tasks.run(definition)
        assert "no luck" in await result_of(task)
    else:
        with pytest.raises(ServerError, match=r"(?s)^On 0\.9, the workflow raised.*API server"):
            await deployment.tasks.run(definition)
        with pytest.raises(ServerError, match="log of the API server"):
            await task.results()
    state = await task.done(timeout=WAIT)
    assert state
    assert isinstance(state.error, ServerError) is not server.has_control_plane


async def test_a_task_runs_in_the_session_that_it_names(
    deployment: Deployment, server: Server
) -> None:
    session = await deployment.sessions.create()
    definition = TaskDefinition(input={"message": "hi"}, session_id=session.session_id)
    task = await deployment.tasks.create(definition)
    assert task.session_id == session.session_id
    assert await result_of(task) == "HI"
    assert await deployment.tasks.run(definition) == "HI"
    if server.has_control_plane:  # 0.9 does not list what was run
        sessions = [task.session_id for task in await list_tasks(deployment)]
        assert sessions.count(session.session_id) == 2


async def test_an_unknown_service_is_not_found(deployment: Deployment, server: Server) -> None:
    definition = TaskDefinition.of("nobody")
    with pytest.raises(NotFoundError, match="Service 'nobody' not found"):
        await deployment.tasks.run(definition)
    if server.has_control_plane:  # a task that never ends
        assert (await deployment.tasks.create(definition)).service_id == "nobody"
    else:
        with pytest.raises(NotFoundError, match="Service 'nobody' not found"):
            await deployment.tasks.create(definition)


async def test_results_while_the_task_runs_and_after(
    deployment: Deployment, server: Server
) -> None:
    task = await deployment.tasks.create(TaskDefinition.of("human"))  # it waits for a reply
    assert not await task.done()
    if server.has_control_plane:
        assert await task.results() is None
    else:
        with pytest.raises(CallTimeoutError, match=f"no response within {SHORT} s"):
            await task.results(timeout=SHORT)
    await task.send_event(HumanResponseEvent(response="Zoë"), "human")
    assert await result_of(task) == "The human said: Zoë"  # looking disturbed nothing
    state = await task.done(timeout=WAIT)
    assert state.result is not None
    assert state.result.result == "The human said: Zoë"


async def test_tasks_are_listed(deployment: Deployment, server: Server) -> None:
    task = await deployment.tasks.create({"message": "hi"})
    [listed] = [each for each in await list_tasks(deployment) if each.id == task.id]
    assert listed.deployment_id == deployment.id
    assert listed.session_id == (task.session_id if server.has_control_plane else None)
    assert await result_of(listed) == "HI"


async def test_every_call_right_after_a_500_succeeds(deployment: Deployment) -> None:
    # The server closes the connection of a 500 without saying so: it must not be used again.
    failing = TaskDefinition(input={}, session_id="nobody")
    for _ in range(20):
        with pytest.raises(ServerError):
            await deployment.tasks.run(failing)
        assert await deployment.client.apiserver.deployments.get(deployment.id) == deployment
