"""Hand-picked requests to an API server: each shows something that the document says of it."""

from __future__ import annotations

from .probe import UNKNOWN, Probe, event, human_response, task, upload

MAIN = "contract"
"""The deployment with every workflow; only hand-picked requests go to it."""

NO_DEFAULT = "no-default"
"""A deployment without a default service."""

BROKEN = "broken"
"""A deployment whose control plane cannot start, or (0.9) that has no services."""


def drive_apiserver(probe: Probe) -> None:
    """Everything but what ends something."""
    _whole_server(probe)
    _creation(probe)
    _deployments(probe)
    _running(probe)
    _creating_tasks(probe)
    _results(probe)
    _events(probe)
    _answering(probe)
    _sessions(probe)


def _whole_server(probe: Probe) -> None:
    probe.call("get_root_page", "links", tag="apiserver")
    probe.call("get_openapi_document", "served", tag="apiserver")
    probe.call("get_status", "healthy")
    probe.call("get_metrics", "metrics, or none in 0.6")
    probe.call("list_deployments", "some")


def _creation(probe: Probe) -> None:
    name = "create_deployment"
    again = probe.server.deployment(MAIN).text
    probe.deploy("a name that is taken", again)
    probe.deploy("not YAML", ": : {")
    probe.deploy("an empty file", "")
    probe.deploy("no services", "name: x\n")
    other = probe.server.deployment("unheard-of", ["echo"])
    probe.deploy("reload of an unknown name", other.text, reload="true")
    probe.deploy("a reload that is not a boolean", other.text, reload="maybe")
    probe.call(name, "no file")
    probe.call(name, "a part of another name", raw=upload(other.text, name="file"))
    probe.call(name, "a part without a file name", raw=upload(other.text, filename=None))
    probe.call(name, "broken multipart", raw=("multipart/form-data; boundary=q", b"garbage"))
    probe.call(name, "no boundary", raw=("multipart/form-data", b"garbage"))
    file = probe.server.deployment(NO_DEFAULT, ["echo"])
    probe.deploy("a new one", file.text.replace("default-service", "no-such-setting"))
    probe.server.wait_until_deployed(file)


def _deployments(probe: Probe) -> None:
    for id in (
        "get_deployment",
        "list_deployment_tasks",
        "list_deployment_sessions",
        "create_deployment_session",
    ):
        probe.call(id, "of a deployment", MAIN)
        probe.call(id, "of an unknown deployment", UNKNOWN)


def _running(probe: Probe) -> None:
    run = "run_deployment_task"
    probe.call(run, "a string", MAIN, body=task("echo", message="hi"))
    probe.call(run, "the default service", MAIN, body=task(None, message="hi"))
    probe.call(run, "an object", MAIN, body=task("structured", message="hi"))
    probe.call(run, "a failure", MAIN, body=task("failing"))
    probe.call(run, "no default service", NO_DEFAULT, body=task(None))
    probe.call(run, "an unknown deployment", UNKNOWN, body=task("echo"))
    probe.call(run, "an unknown service", MAIN, body=task(UNKNOWN))
    known = {"session_id": UNKNOWN}
    probe.call(run, "an unknown session", MAIN, query=known, body=task("echo"))
    probe.call(run, "an empty session id", MAIN, query={"session_id": ""}, body=task("echo"))
    ignored = {"session_id": UNKNOWN, "task_id": UNKNOWN}
    probe.call(run, "ids in the body", MAIN, body=task("echo") | ignored)
    for why, text in {"a list": "[1]", "no JSON": "nope", "a number": "1"}.items():
        probe.call(run, f"an input that is {why}", MAIN, body=task("echo") | {"input": text})
    send_malformed(probe, run, MAIN)


def send_malformed(probe: Probe, id: str, *ids: str, query: dict[str, str] | None = None) -> None:
    """Bodies that no operation with one takes."""
    probe.call(id, "no body", *ids, query=query)
    probe.call(id, "no JSON", *ids, query=query, raw=("application/json", b"{"))
    probe.call(id, "no UTF-8", *ids, query=query, raw=("application/json", b"\xff"))
    probe.call(id, "an empty object", *ids, query=query, body={})
    probe.call(id, "a list", *ids, query=query, body=[1])


def _creating_tasks(probe: Probe) -> None:
    create = "create_deployment_task"
    session = probe.call("create_deployment_session", "one to use", MAIN).json()["session_id"]
    in_session = {"session_id": session}
    probe.call(create, "in a session", MAIN, query=in_session, body=task("echo"))
    probe.call(create, "in a session of its own", MAIN, body=task("echo"))
    probe.call(create, "the default service", MAIN, body=task(None))
    probe.call(create, "no default service", NO_DEFAULT, body=task(None))
    probe.call(create, "an unknown deployment", UNKNOWN, body=task("echo"))
    probe.call(create, "an unknown service", MAIN, body=task(UNKNOWN))
    unknown = {"session_id": UNKNOWN}
    probe.call(create, "an unknown session", MAIN, query=unknown, body=task("echo"))
    probe.call(create, "an input that is not JSON", MAIN, body=task("echo") | {"input": "nope"})
    send_malformed(probe, create, MAIN)
    probe.call("list_deployment_tasks", "some", MAIN)


def start(probe: Probe, service: str, **arguments: object) -> tuple[str, str]:
    """Start a task of the main deployment: its id and its session."""
    body = task(service, **arguments)
    made = probe.call("create_deployment_task", f"{service} to start", MAIN, body=body).json()
    return made["task_id"], made["session_id"]


def finish(probe: Probe, task_id: str, session: str) -> None:
    """Wait until a task has a result or, in 0.9, failed."""

    def done() -> bool:
        answer = probe.call(
            "get_deployment_task_results", "ends", MAIN, task_id, query={"session_id": session}
        )
        return answer.status != 200 or answer.json() is not None

    probe.until(done, f"the end of task {task_id}")


def _results(probe: Probe) -> None:
    results = "get_deployment_task_results"
    finish(probe, *start(probe, "slow", seconds=0.3))
    finish(probe, *start(probe, "failing"))
    finish(probe, *start(probe, "structured"))
    task_id, session = start(probe, "echo", message="hi")
    finish(probe, task_id, session)
    query = {"session_id": session}
    probe.call(results, "without a session", MAIN, task_id)
    probe.call(results, "an unknown session", MAIN, task_id, query={"session_id": UNKNOWN})
    probe.call(results, "an unknown task", MAIN, UNKNOWN, query=query)
    probe.call(results, "an unknown deployment", UNKNOWN, task_id, query=query)


def _events(probe: Probe) -> None:
    events = "stream_deployment_task_events"
    task_id, session = start(probe, "progress", steps=2, interval=0.2)
    query = {"session_id": session, "raw_event": "true"}
    probe.call(events, "with classes, if it can", MAIN, task_id, query=query, silence=10)
    task_id, session = start(probe, "progress", steps=2, interval=0.2)
    query = {"session_id": session, "raw_event": "false"}
    probe.call(events, "fields alone", MAIN, task_id, query=query, silence=10)
    finish(probe, task_id, session)
    query = {"session_id": session}
    probe.call(events, "read again", MAIN, task_id, query=query)
    failing, other = start(probe, "failing")
    probe.call(events, "of a failure", MAIN, failing, query={"session_id": other}, silence=10)
    probe.call(events, "without a session", MAIN, task_id)
    probe.call(events, "an unknown session", MAIN, task_id, query={"session_id": UNKNOWN})
    probe.call(events, "an unknown task", MAIN, UNKNOWN, query=query)
    probe.call(events, "an unknown deployment", UNKNOWN, task_id, query=query)
    if probe.generation == "0.9":
        maybe = {**query, "raw_event": "maybe"}
        probe.call(events, "a raw_event that is not a boolean", MAIN, task_id, query=maybe)


def _answering(probe: Probe) -> None:
    send = "send_deployment_task_event"
    task_id, session = start(probe, "human")
    query = {"session_id": session}
    answer = human_response(probe.generation, "Ada")
    events = "stream_deployment_task_events"
    probe.call(events, "up to the question", MAIN, task_id, query=query)
    probe.call(send, "an unknown deployment", UNKNOWN, task_id, query=query, body=answer)
    unknown = {"session_id": UNKNOWN}
    probe.call(send, "an unknown session", MAIN, task_id, query=unknown, body=answer)
    probe.call(send, "without a session", MAIN, task_id, body=answer)
    if probe.generation == "0.9":  # earlier services would stop on what they cannot read
        probe.call(send, "no event", MAIN, task_id, query=query, body=event("human", "nope"))
    send_malformed(probe, send, MAIN, task_id, query=query)
    probe.call(send, "the answer", MAIN, task_id, query=query, body=answer)
    finish(probe, task_id, session)
    probe.call(send, "after the end", MAIN, task_id, query=query, body=answer)


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
    probe.call(delete, "a session", MAIN, query=query)
    probe.call(delete, "a deleted session", MAIN, query=query)
