# Made by `make generate` from tests/servers/_async/test_tasks.py: do not edit.
"""Tasks of a deployment: run, created, listed, and their results."""

from __future__ import annotations

import pytest

from llama_deploy_client import CallTimeoutError, NotFoundError, ServerError, TaskDefinition
from llama_deploy_client._sync.apiserver import Deployment
from scripts.servers import Server
from tests.servers.support import ENOUGH, SHORT, WAIT

from .helpers import list_tasks, result_of

STRUCTURED = {"message": "hi", "numbers": [1, 2.5], "nested": {"flag": True, "nothing": None}}


def test_run_returns_the_result(deployment: Deployment, server: Server) -> None:
    assert deployment.tasks.run('{"message": "grüße"}') == "GRÜSSE"  # the default service
    result = deployment.tasks.run(TaskDefinition.of("structured", message="hi"))
    assert result == (str(STRUCTURED) if server.has_control_plane else STRUCTURED)


def test_a_workflow_that_fails(deployment: Deployment, server: Server) -> None:
    definition = TaskDefinition.of("failing", message="no luck")
    task = deployment.tasks.create(definition)
    if server.has_control_plane:
        assert "no luck" in deployment.tasks.run(definition)
        assert "no luck" in result_of(task)
    else:
        with pytest.raises(ServerError, match=r"(?s)^On 0\.9, the workflow raised.*API server"):
            deployment.tasks.run(definition)
        with pytest.raises(ServerError, match="log of the API server"):
            task.results()
    state = task.done(timeout=WAIT)
    assert state
    assert isinstance(state.error, ServerError) is not server.has_control_plane


def test_a_task_runs_in_the_session_that_it_names(deployment: Deployment, server: Server) -> None:
    session = deployment.sessions.create()
    definition = TaskDefinition(input={"message": "hi"}, session_id=session.session_id)
    task = deployment.tasks.create(definition)
    assert task.session_id == session.session_id
    assert result_of(task) == "HI"
    assert deployment.tasks.run(definition) == "HI"
    if server.has_control_plane:  # 0.9 does not list what was run
        sessions = [task.session_id for task in list_tasks(deployment)]
        assert sessions.count(session.session_id) == 2


def test_no_task_runs_in_an_unknown_session(deployment: Deployment) -> None:
    definition = TaskDefinition(input={"message": "hi"}, session_id="nobody")
    for start in (deployment.tasks.run, deployment.tasks.create):
        with pytest.raises(ServerError) as caught:
            start(definition)
        assert "session_id=nobody" in caught.value.url


def test_an_unknown_service_is_not_found(deployment: Deployment, server: Server) -> None:
    definition = TaskDefinition.of("nobody")
    with pytest.raises(NotFoundError, match="Service 'nobody' not found"):
        deployment.tasks.run(definition)
    if server.has_control_plane:
        task = deployment.tasks.create(definition)
        with pytest.raises(CallTimeoutError, match="Does the deployment have a service 'nobody'"):
            task.wait(timeout=ENOUGH)
    else:
        with pytest.raises(NotFoundError, match="Service 'nobody' not found"):
            deployment.tasks.create(definition)


def test_results_while_the_task_runs_and_after(deployment: Deployment, server: Server) -> None:
    task = deployment.tasks.create(TaskDefinition.of("slow", seconds=2))
    assert not task.done()
    if server.has_control_plane:
        assert task.results() is None
    else:
        with pytest.raises(CallTimeoutError, match=f"no response within {SHORT} s"):
            task.results(timeout=SHORT)
    assert result_of(task) == "slept 2 s"  # looking disturbed nothing
    state = task.done(timeout=WAIT)
    assert state.result is not None
    assert state.result.result == "slept 2 s"


def test_tasks_are_listed(deployment: Deployment, server: Server) -> None:
    task = deployment.tasks.create({"message": "hi"})
    [listed] = [each for each in list_tasks(deployment) if each.id == task.id]
    assert listed.deployment_id == deployment.id
    assert listed.session_id == (task.session_id if server.has_control_plane else None)
    assert result_of(listed) == "HI"


def test_tasks_of_an_unknown_deployment_are_not_found(deployment: Deployment) -> None:
    unknown = Deployment(client=deployment.client, id="nobody")
    with pytest.raises(NotFoundError, match="Deployment not found"):
        unknown.tasks.run({"message": "hi"})
    with pytest.raises(NotFoundError, match="Deployment not found"):
        unknown.tasks.list()


def test_every_call_right_after_a_500_succeeds(deployment: Deployment) -> None:
    # The server closes the connection of a 500 without saying so: it must not be used again.
    failing = TaskDefinition(input={}, session_id="nobody")
    for _ in range(20):
        with pytest.raises(ServerError):
            deployment.tasks.run(failing)
        assert deployment.client.apiserver.deployments.get(deployment.id) == deployment
