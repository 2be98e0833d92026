"""A 500 of LlamaDeploy says nothing: the usual causes of its method are told, likely ones first."""

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


def run(session: str | None = None, **arguments: Any) -> Any:
    body = TaskDefinition.of("echo", **arguments)
    return run_deployment_task.request("d", session_id=session, body=body)


def create(text: str = "control-plane: {}", **options: Any) -> Any:
    file = File(name="f", content=text.encode())
    return create_deployment.request(config_file=file, **options)


EVENT = EventDefinition(service_id="s", event_obj_str="{}")


@pytest.mark.parametrize(
    ("request_", "first", "others", "never"),
    [
        (run(), "On 0.9, the workflow raised", ["sent as JSON", "last_event"], ["session"]),
        (run("gone"), "On 0.9, the workflow raised", ["there is no session 'gone'"], ["ctx"]),
        (run(ctx=1), "The argument 'ctx'", ["raised"], ["session"]),
        (run(session_id=1), "On 0.9, the argument 'session_id'", ["raised"], ["no session"]),
        (run(a=1, service_id="x"), "On 0.9, the argument 'service_id'", ["raised"], ["'a'"]),
        (run(service_name=1), "On 0.6 to 0.8, the argument 'service_name'", ["raised"], []),
        (run(start_event=1), "The argument 'start_event' has a name that the workflow", [], []),
        (
            create_deployment_task.request("d", body=TaskDefinition(input={"self": 1})),
            "The argument 'self' has a name that the server uses",
            ["control plane"],
            ["raised"],
        ),
        (run(context=1), "On 0.9, the workflow raised", [], ["'context'"]),
        (
            run("s", context=1),
            "On 0.9, the argument 'context'",
            ["no session 's'"],
            [],
        ),
        (
            create_deployment_task.request("d", session_id="gone", body=TaskDefinition.of()),
            "There is no session 'gone'",
            [],
            ["raised"],
        ),
        (
            get_deployment_task_results.request("d", "t", session_id="s"),
            "On 0.9, the workflow raised",
            ["not text", "last_event", "no such task", "on 0.6 to 0.8, there is no session 's'"],
            [],
        ),
        (
            stream_deployment_task_events.request("d", "t", session_id="s"),
            "On 0.9, the server has no such task",
            ["on 0.6 to 0.8, there is no session 's'"],
            ["raised"],
        ),
        (
            send_deployment_task_event.request("d", "t", session_id="s", body=EVENT),
            "On 0.9, the server cannot import the event's class",
            ["no session 's'"],
            ["raised"],
        ),
        (
            send_deployment_task_event.request("d", "t", session_id=None, body=EVENT),
            "The task's session_id is None, as it is where 0.9 lists tasks",
            ["cannot import"],
            ["no session"],
        ),
        (get_deployment_session.request("d", "a/b"), "There is no session 'a/b'", [], ["raised"]),
        (delete_deployment_session.request("d", session_id="s"), "There is no session 's'", [], []),
        (create(), "A deployment of this name exists already", ["source"], ["control-plane"]),
        (
            create("services: {a: {source: {type: local, name: .}, path: m:w}}"),
            "The service 'a' has no `name`",
            ["already"],
            [],
        ),
        (
            create(reload=True),
            "There is no deployment of this name",
            ["source"],
            ["already", "max_deployments"],
        ),
        (
            create("name: d"),
            "A deployment of this name exists",
            ["want a section control-plane"],
            [],
        ),
        (create(base_path=str(Path.cwd())), "The base_path", ["far.example"], []),
        (
            create(base_path="/not/here"),
            "A deployment of this name exists",
            [],
            ["folder on the server"],
        ),
        (
            create_session_task.request("s", body=TaskDefinition.of()),
            "The task names no service",
            [],
            ["raised"],
        ),
    ],
)
def test_likely_causes_come_first_and_impossible_ones_never(
    request_: Any, first: str, others: list[str], never: list[str]
) -> None:
    said = usual_causes(request_, URL)
    assert said is not None
    assert said.startswith(first)
    assert all(other in said for other in others)
    assert not any(other in said for other in never)
    answer = httpx.Response(500, text="Internal Server Error", request=httpx.Request("POST", URL))
    error = status_error(answer, API_SERVER, request_)
    assert str(error).startswith(said)
    assert str(error).endswith("(POST http://far.example/x)")


def test_a_folder_of_this_machine_is_one_of_a_server_here() -> None:
    said = usual_causes(create(base_path=str(Path.cwd())), httpx.URL("http://localhost:4501"))
    assert said is not None
    assert "folder on the server" not in said


def test_what_has_no_usual_causes_and_who_else_answered_are_told_as_ever() -> None:
    request = httpx.Request("GET", URL)
    plain = status_error(
        httpx.Response(500, request=request), API_SERVER, list_deployments.request()
    )
    assert str(plain).startswith("500 Internal Server Error. The reason is in the log")
    gateway = status_error(httpx.Response(502, request=request), API_SERVER, run())
    assert "raised" not in str(gateway)


def test_every_operation_with_causes_exists() -> None:
    homes = {"apiserver": apiserver, "core": core}
    for server, operation in _CAUSES:
        home = Path(homes[server].__file__ or "").parent
        assert (home / f"{operation}.py").exists()
