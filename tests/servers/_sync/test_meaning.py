# Made by `make generate` from tests/servers/_async/test_meaning.py: do not edit.
"""What users ask of servers, and what errors say where servers say nothing."""

from __future__ import annotations

import pytest

from llama_deploy_client import (
    CallTimeoutError,
    ServerError,
    StreamInterruptedError,
    TaskDefinition,
)
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.core import Session
from scripts.servers import Server
from tests.servers.support import WAIT, with_control_plane, without_control_plane

from .helpers import collect, result_of

FAILING = TaskDefinition.of("failing")


def test_whether_a_task_is_done_is_told_without_waiting(deployment: Deployment) -> None:
    task = deployment.tasks.create(TaskDefinition.of("slow", seconds=3))
    assert not task.done()
    assert result_of(task) == "slept 3 s"  # looking disturbed nothing
    state = task.done(timeout=WAIT)
    assert state.result is not None
    assert state.result.result == "slept 3 s"


def test_a_failed_task_is_done(deployment: Deployment, server: Server) -> None:
    task = deployment.tasks.create(FAILING)
    if server.has_control_plane:
        result_of(task)
    state = task.done(timeout=WAIT)
    assert state
    assert isinstance(state.error, ServerError) is not server.has_control_plane


@without_control_plane
def test_a_stream_says_that_its_workflow_failed_or_was_read(deployment: Deployment) -> None:
    task = deployment.tasks.create(FAILING)
    with pytest.raises(StreamInterruptedError, match=r"^the workflow failed: "):
        collect(task.events())
    task = deployment.tasks.create(TaskDefinition.of("echo", message="hi"))
    collect(task.events())
    with pytest.raises(StreamInterruptedError, match=r"^LlamaDeploy 0.9 sends each event once"):
        collect(task.events())


@without_control_plane
def test_a_failed_run_names_its_usual_causes(deployment: Deployment) -> None:
    with pytest.raises(ServerError, match=r"^On 0\.9, the workflow raised"):
        deployment.tasks.run(FAILING)


@with_control_plane
def test_an_unknown_service_is_named(core_session: Session, deployment: Deployment) -> None:
    task_id = core_session.run_nowait("nobody")
    with pytest.raises(CallTimeoutError, match="The control plane has no service 'nobody'"):
        collect(core_session.get_task_result_stream(task_id, timeout=5))
    task = deployment.tasks.create(TaskDefinition.of("nobody"))
    with pytest.raises(CallTimeoutError, match="Does the deployment have a service 'nobody'"):
        task.wait(timeout=5)
