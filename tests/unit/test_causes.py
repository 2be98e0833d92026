"""A 500 of LlamaDeploy has no reason: the error lists the usual causes, likely ones first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from llama_deploy_api.api import apiserver, core
from llama_deploy_api.api.apiserver import (
    create_deployment,
    create_deployment_task,
    delete_deployment_session,
    get_deployment_session,
    get_deployment_task_results,
    list_deployments,
    run_deployment_task,
    send_deployment_task_event,
    stream_deployment_task_events,
)
from llama_deploy_api.api.core import create_session_task

from llama_deploy_client import EventDefinition, TaskDefinition
from llama_deploy_client._causes import _CAUSES, usual_causes
from llama_deploy_client._failures import status_error
from llama_deploy_client._servers import API_SERVER
from llama_deploy_client.request import File

URL = httpx.URL("http://far.example/x")
ANYTHING = TaskDefinition.of()


def run(session: str | None = None, **arguments: Any) -> Any:
    body = TaskDefinition.of("echo", **arguments)
    return run_deployment_task.request("d", session_id=session, body=body)


def create_task(session: str | None = None, **arguments: Any) -> Any:
    body = TaskDefinition(input=arguments)
    return create_deployment_task.request("d", session_id=session, body=body)


def send(session: str | None) -> Any:
    event = EventDefinition(service_id="s", event_obj_str="{}")
    return send_deployment_task_event.request("d", "t", session_id=session, body=event)


def create(text: str = "control-plane: {}", **options: Any) -> Any:
    file = File(name="f", content=text.encode())
    return create_deployment.request(config_file=file, **options)


HERE = str(Path.cwd())
UNNAMED = "services: {a: {source: {type: local, name: .}, path: m:w}}"
results = get_deployment_task_results.request("d", "t", session_id="s")
stream = stream_deployment_task_events.request("d", "t", session_id="s")

# The request, how the message starts, what else it says, and what it must not say.
CASES: dict[str, tuple[Any, str, list[str], list[str]]] = {
    "run": (run(), "On 0.9, the workflow raised", ["sent as JSON", "last_event"], ["session"]),
    "ctx": (run(ctx=1), "The argument 'ctx' has a name that the workflow", ["raised"], ["session"]),
    "session_id": (run(session_id=1), "On 0.9, the argument 'session_id'", [], ["no session"]),
    "service_id": (run(a=1, service_id="x"), "On 0.9, the argument 'service_id'", [], ["'a'"]),
    "service_name": (run(service_name=1), "On 0.6 to 0.8, the argument 'service_name'", [], []),
    "context": (run(context=1), "On 0.9, the workflow raised", [], ["'context'"]),
    "in a session": (run("s", context=1), "On 0.9, the argument 'context'", ["session 's'"], []),
    "create": (create_task(self=1), "The argument 'self' has", ["control plane"], ["raised"]),
    "create in a session": (create_task("x"), "There is no session 'x'", [], ["control plane"]),
    "results": (
        results,
        "On 0.9, the workflow raised",
        ["not text", "last_event", "no such task", "on 0.6 to 0.8, there is no session 's'"],
        [],
    ),
    "events": (stream, "On 0.9, the server has no such", ["0.8, there is no session"], ["raised"]),
    "send": (send("s"), "On 0.9, the server cannot import", ["no session 's'"], ["raised"]),
    "send only": (send(None), "The task's session_id is None", ["cannot import"], ["no session"]),
    "session": (get_deployment_session.request("d", "a/b"), "There is no session 'a/b'", [], []),
    "delete": (delete_deployment_session.request("d", session_id="s"), "There is no ses", [], []),
    "deploy": (create(), "A deployment of this name exists already", ["source"], ["control-plane"]),
    "no name": (create(UNNAMED), "The service 'a' has no `name`", ["already"], []),
    "reload": (create(reload=True), "There is no deployment", ["source"], ["already", "max_dep"]),
    "no control plane": (create("name: d"), "A deployment", ["need a section control-plane"], []),
    "a folder here": (create(base_path=HERE), "The base_path", ["folder on the server"], []),
    "a folder there": (create(base_path="/no"), "A deployment", [], ["folder on the server"]),
    "task": (create_session_task.request("s", body=ANYTHING), "The task names no service", [], []),
}


@pytest.mark.parametrize(("request_", "start", "others", "absent"), CASES.values(), ids=CASES)
def test_likely_causes_come_first_and_impossible_ones_never(
    request_: Any, start: str, others: list[str], absent: list[str]
) -> None:
    causes = usual_causes(request_, URL)
    assert causes is not None
    assert causes.startswith(start)
    assert [other for other in others if other not in causes] == []
    assert [other for other in absent if other in causes] == []
    request = httpx.Request("POST", URL)
    response = httpx.Response(500, text="Internal Server Error", request=request)
    message = str(status_error(response, API_SERVER, request_))
    assert message.startswith(causes)
    assert message.endswith("(POST http://far.example/x)")


def test_a_folder_of_this_machine_is_a_folder_of_a_local_server() -> None:
    causes = usual_causes(create(base_path=HERE), httpx.URL("http://localhost:4501"))
    assert causes is not None
    assert "folder on the server" not in causes


def test_other_operations_and_other_statuses_have_no_usual_causes() -> None:
    request = httpx.Request("GET", URL)
    failed = httpx.Response(500, request=request)
    plain = status_error(failed, API_SERVER, list_deployments.request())
    assert str(plain).startswith("500 Internal Server Error. The reason is in the log")
    gateway = status_error(httpx.Response(502, request=request), API_SERVER, run())
    assert "raised" not in str(gateway)


def test_every_operation_with_causes_exists() -> None:
    folders = {"apiserver": apiserver, "core": core}
    for server, operation in _CAUSES:
        assert (Path(folders[server].__file__ or "").parent / f"{operation}.py").exists()
