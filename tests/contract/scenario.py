"""Hand-picked requests to an API server: each shows something that the document says of it."""

from __future__ import annotations

from .probe import UNKNOWN, Probe, event, human_response, task, upload

MAIN = "contract"
"""The deployment with every workflow; only hand-picked requests go to it."""

NO_DEFAULT = "no-default"
"""A deployment without a default service."""

STREAM = "stream_deployment_task_events"


def drive_apiserver(probe: Probe) -> None:
    """Everything but what ends something."""
    probe.call("get_root_page", "links", tag="apiserver")
    probe.call("get_openapi_document", "served", tag="apiserver")
    probe.call("get_status", "healthy")
    probe.call("get_metrics", "metrics, or none in 0.6")
    probe.call("list_deployments", "some")
    _creation(probe)
    for id in ("get_deployment", "list_deployment_tasks", "list_deployment_sessions"):
        probe.call(id, "of a deployment", MAIN)
        probe.call(id, "of an unknown deployment", UNKNOWN)
    _running(probe)
    _creating_tasks(probe)
    _results(probe)
    _events(probe)
    _questions(probe)
    _sessions(probe)


def _creation(probe: Probe) -> None:
    create = "create_deployment"
    probe.deploy("a name that is taken", probe.server.deployment(MAIN).text)
    probe.deploy("not YAML", ": : {")
    probe.deploy("an empty file", "")
    probe.deploy("no services", "name: x\n")
    other = probe.server.deployment("unheard-of", ["echo"]).text
    probe.deploy("reload of an unknown name", other, reload="true")
    probe.deploy("a reload that is not a boolean", other, reload="maybe")
    probe.call(create, "no file")
    probe.call(create, "a part of another name", raw=upload(other, name="file"))
    probe.call(create, "a part without a file name", raw=upload(other, filename=None))
    probe.call(create, "broken multipart", raw=("multipart/form-data; boundary=q", b"garbage"))
    probe.call(create, "no boundary", raw=("multipart/form-data", b"garbage"))
    file = probe.server.deployment(NO_DEFAULT, ["echo"])
    probe.deploy("a new one", file.text.replace("default-service", "no-such-setting"))
    probe.server.wait_until_deployed(file)


def _starting(probe: Probe, id: str) -> None:
    """What running and creating a task have in common."""
    unknown = {"session_id": UNKNOWN}
    probe.call(id, "the default service", MAIN, body=task(None, message="hi"))
    probe.call(id, "no default service", NO_DEFAULT, body=task(None))
    probe.call(id, "an unknown deployment", UNKNOWN, body=task("echo"))
    probe.call(id, "an unknown service", MAIN, body=task(UNKNOWN))
    probe.call(id, "an unknown session", MAIN, query=unknown, body=task("echo"))
    probe.call(id, "an input that is not JSON", MAIN, body=task("echo") | {"input": "nope"})
    probe.malformed(id, MAIN)


def _running(probe: Probe) -> None:
    run = "run_deployment_task"
    probe.call(run, "a string", MAIN, body=task("echo", message="hi"))
    probe.call(run, "an object", MAIN, body=task("structured", message="hi"))
    probe.call(run, "a failure", MAIN, body=task("failing"))
    probe.call(run, "an empty session id", MAIN, query={"session_id": ""}, body=task("echo"))
    ignored = {"session_id": UNKNOWN, "task_id": UNKNOWN}
    probe.call(run, "ids in the body", MAIN, body=task("echo") | ignored)
    probe.call(run, "an input that is a list", MAIN, body=task("echo") | {"input": "[1]"})
    _starting(probe, run)


def _creating_tasks(probe: Probe) -> None:
    create = "create_deployment_task"
    probe.call("create_deployment_session", "of an unknown deployment", UNKNOWN)
    session = probe.call("create_deployment_session", "of a deployment", MAIN).json()["session_id"]
    query = {"session_id": session}
    probe.call(create, "in a session", MAIN, query=query, body=task("echo"))
    _starting(probe, create)
    probe.call("list_deployment_tasks", "some", MAIN)


def _start(probe: Probe, service: str, **arguments: object) -> tuple[str, dict[str, str]]:
    """Start a task of the main deployment: its id and the query with its session."""
    body = task(service, **arguments)
    started = probe.call("create_deployment_task", f"{service} to start", MAIN, body=body).json()
    return started["task_id"], {"session_id": started["session_id"]}


def _finish(probe: Probe, task_id: str, query: dict[str, str]) -> None:
    probe.finish("get_deployment_task_results", MAIN, task_id, query=query)


def _of_task(probe: Probe, id: str, task_id: str, query: dict[str, str], body: object) -> None:
    """What requests about a task that is not there have in common."""
    probe.call(id, "without a session", MAIN, task_id, body=body)
    probe.call(id, "an unknown session", MAIN, task_id, query={"session_id": UNKNOWN}, body=body)
    probe.call(id, "an unknown deployment", UNKNOWN, task_id, query=query, body=body)


def _results(probe: Probe) -> None:
    _finish(probe, *_start(probe, "slow", seconds=0.3))
    _finish(probe, *_start(probe, "failing"))
    _finish(probe, *_start(probe, "structured"))
    task_id, query = _start(probe, "echo", message="hi")
    _finish(probe, task_id, query)
    results = "get_deployment_task_results"
    probe.call(results, "an unknown task", MAIN, UNKNOWN, query=query)
    _of_task(probe, results, task_id, query, None)


def _read(probe: Probe, why: str, *, raw: str) -> tuple[str, dict[str, str]]:
    task_id, query = _start(probe, "progress", steps=2, interval=0.2)
    with_raw = query | {"raw_event": raw}
    probe.call(STREAM, why, MAIN, task_id, query=with_raw)
    return task_id, query


def _events(probe: Probe) -> None:
    _read(probe, "with classes, if it can", raw="true")
    task_id, query = _read(probe, "fields alone", raw="false")
    _finish(probe, task_id, query)
    probe.call(STREAM, "read again", MAIN, task_id, query=query)
    failing, in_session = _start(probe, "failing")
    probe.call(STREAM, "of a failure", MAIN, failing, query=in_session)
    probe.call(STREAM, "an unknown task", MAIN, UNKNOWN, query=query, silent=True)
    _of_task(probe, STREAM, task_id, query, None)
    if probe.generation == "0.9":
        maybe = query | {"raw_event": "maybe"}
        probe.call(STREAM, "a raw_event that is not a boolean", MAIN, task_id, query=maybe)


def _questions(probe: Probe) -> None:
    send = "send_deployment_task_event"
    task_id, query = _start(probe, "human")
    reply = human_response(probe.generation)
    probe.call(STREAM, "up to the question", MAIN, task_id, query=query, lines=1)
    _of_task(probe, send, task_id, query, reply)
    if probe.generation == "0.9":  # earlier services would stop on what they cannot read
        probe.call(send, "no event", MAIN, task_id, query=query, body=event("human", "nope"))
    probe.malformed(send, MAIN, task_id, query=query)
    probe.call(send, "the reply", MAIN, task_id, query=query, body=reply)
    _finish(probe, task_id, query)
    probe.call(send, "after the end", MAIN, task_id, query=query, body=reply)


def _sessions(probe: Probe) -> None:
    get, delete = "get_deployment_session", "delete_deployment_session"
    session = probe.call("create_deployment_session", "one to delete", MAIN).json()["session_id"]
    query = {"session_id": session}
    probe.call("list_deployment_sessions", "some", MAIN)
    probe.call(get, "a session", MAIN, session)
    probe.call(get, "an unknown session", MAIN, UNKNOWN)
    probe.call(get, "an unknown deployment", UNKNOWN, session)
    probe.call(delete, "an unknown deployment", UNKNOWN, query=query)
    probe.call(delete, "without a session", MAIN)
    probe.call(delete, "an empty id", MAIN, query={"session_id": ""})
    probe.call(delete, "a session", MAIN, query=query)
    probe.call(delete, "a deleted session", MAIN, query=query)
