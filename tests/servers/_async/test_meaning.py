"""What users ask of servers, and what errors say where servers say nothing."""

from __future__ import annotations

import pytest

from llama_deploy_client import (
    CallTimeoutError,
    ServerError,
    StreamInterruptedError,
    TaskDefinition,
)
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.core import Session
from scripts.servers import Server
from tests.servers.support import WAIT, with_control_plane, without_control_plane

from .helpers import collect, result_of

FAILING = TaskDefinition.of("failing")


async def test_whether_a_task_is_done_is_told_without_waiting(deployment: Deployment) -> None:
    task = await deployment.tasks.create(TaskDefinition.of("slow", seconds=3))
    assert not await task.done()
    assert await result_of(task) == "slept 3 s"  # looking disturbed nothing
    state = await task.done(timeout=WAIT)
    assert state.result is not None
    assert state.result.result == "slept 3 s"


async def test_a_failed_task_is_done(deployment: Deployment, server: Server) -> None:
    task = await deployment.tasks.create(FAILING)
    if server.has_control_plane:
        await result_of(task)
    state = await task.done(timeout=WAIT)
    assert state
    assert isinstance(state.error, ServerError) is not server.has_control_plane


@without_control_plane
async def test_a_stream_says_that_its_workflow_failed_or_was_read(deployment: Deployment) -> None:
    task = await deployment.tasks.create(FAILING)
    with pytest.raises(StreamInterruptedError, match=r"^the workflow failed: "):
        await collect(task.events())
    task = await deployment.tasks.create(TaskDefinition.of("echo", message="hi"))
    await collect(task.events())
    with pytest.raises(StreamInterruptedError, match=r"^LlamaDeploy 0.9 sends each event once"):
        await collect(task.events())


@without_control_plane
async def test_a_failed_run_names_its_usual_causes(deployment: Deployment) -> None:
    with pytest.raises(ServerError, match=r"^On 0\.9, the workflow raised"):
        await deployment.tasks.run(FAILING)


@with_control_plane
async def test_an_unknown_service_is_named(core_session: Session, deployment: Deployment) -> None:
    task_id = await core_session.run_nowait("nobody")
    with pytest.raises(CallTimeoutError, match="The control plane has no service 'nobody'"):
        await collect(core_session.get_task_result_stream(task_id, timeout=5))
    task = await deployment.tasks.create(TaskDefinition.of("nobody"))
    with pytest.raises(CallTimeoutError, match="Does the deployment have a service 'nobody'"):
        await task.wait(timeout=5)
