"""Hand-picked requests to a control plane: each shows something that the document says of it."""

from __future__ import annotations

import json

from .probe import UNKNOWN, Probe, event, human_response, task


def drive_core(probe: Probe) -> None:
    """Everything, on services and sessions made for it."""
    probe.call("get_root_page", "settings", tag="core")
    probe.call("get_openapi_document", "served", tag="core")
    probe.call("get_queue_config", "settings")
    _services(probe)
    session: str = probe.call("create_session", "one to use").json()
    _tasks(probe, session)
    _results(probe, session)
    _events(probe, session)
    _state(probe, session)
    _sessions(probe, session)


def _services(probe: Probe) -> None:
    register, deregister = "register_service", "deregister_service"
    prompt = [{"role": "system", "content": "hi"}]
    full = {"service_name": "full", "description": "d", "prompt": prompt, "host": "h", "port": 1}
    probe.call(register, "name and description", body={"service_name": "own", "description": "d"})
    probe.call(register, "every field", body=full)
    probe.call(register, "an invalid port", body=full | {"port": "x"})
    probe.malformed(register)
    probe.call("list_services", "some")
    for name in ("own", "full", "echo"):
        probe.call("get_service", name, name)
    probe.call("get_service", "an unknown service", UNKNOWN)
    for name in ("own", "full", UNKNOWN):
        probe.call(deregister, name, query={"service_name": name})
    probe.call(deregister, "without a name")


def _tasks(probe: Probe, session: str) -> None:
    create = "create_session_task"
    reading = ("get_current_session_task", "list_session_tasks")
    for id in reading:
        probe.call(id, "none yet", session)
    probe.call(create, "a task", session, body=task("echo", message="hi"))
    probe.call(create, "with ids", session, body=task("echo") | {"session_id": session})
    probe.call(create, "null as session", session, body=task("echo") | {"session_id": None})
    probe.call(create, "an own id", session, body=task("echo") | {"task_id": "my own"})
    probe.call(create, "the id again", session, body=task("echo") | {"task_id": "my own"})
    probe.call(create, "an unknown service", session, body=task(UNKNOWN))
    probe.call(create, "without a service", session, body=task(None))
    probe.call(create, "another session", session, body=task("echo") | {"session_id": UNKNOWN})
    probe.call(create, "an unknown session", UNKNOWN, body=task("echo"))
    probe.malformed(create, session)
    for id in reading:
        probe.call(id, "some", session)
        probe.call(id, "an unknown session", UNKNOWN)


def _start(probe: Probe, session: str, service: str, **arguments: object) -> str:
    body = task(service, **arguments)
    id: str = probe.call("create_session_task", f"{service} to start", session, body=body).json()
    return id


def _results(probe: Probe, session: str) -> None:
    result = "get_session_task_result"
    for service in ("slow", "failing", "structured"):
        probe.finish(result, session, _start(probe, session, service))
    probe.call(result, "an unknown task", session, UNKNOWN)
    probe.call(result, "an unknown session", UNKNOWN, UNKNOWN)


def _events(probe: Probe, session: str) -> None:
    stream, send = "stream_session_task_result", "send_session_task_event"
    task_id = _start(probe, session, "progress", steps=2)
    probe.finish("get_session_task_result", session, task_id)
    probe.call(stream, "of a finished task", session, task_id)
    probe.call(stream, "an unknown task", session, UNKNOWN)
    probe.call(stream, "an unknown session", UNKNOWN, UNKNOWN)
    human = _start(probe, session, "human")
    probe.until(
        lambda: probe.call(stream, "the question", session, human, lines=1).status == 200,
        "the question",
    )
    reply = human_response(probe.generation)
    probe.malformed(send, session, human)
    probe.call(send, "a slash in an id", "a/b", human, body=reply)
    probe.call(send, "an unknown task and service", session, UNKNOWN, body=event(UNKNOWN, "{}"))
    probe.call(send, "the reply", session, human, body=reply)
    probe.finish("get_session_task_result", session, human)


def _state(probe: Probe, session: str) -> None:
    get, update, result = "get_session_state", "update_session_state", "get_session_task_result"
    probe.call(update, "an entry", session, body={"user": "Ada"})
    probe.call(get, "with entries", session)
    probe.call("get_session", "with tasks and state", session)
    for id in (get, "get_session"):
        probe.call(id, "an unknown session", UNKNOWN)
    probe.call(update, "an unknown session", UNKNOWN, body={})
    probe.call(update, "not an object", session, body=[1])
    probe.call(update, "not JSON", session, raw=("application/json", b"{"))
    probe.call(update, "not UTF-8", session, raw=("application/json", b"\xff"))
    odd = {"stream_odd": [3], "result_number": 3, "result_text": "nope", "odd": json.dumps({})}
    probe.call(update, "the control plane's own entries", session, body=odd)
    probe.call("stream_session_task_result", "a broken stream", session, "odd")
    probe.call(result, "a result that is a number", session, "number")
    probe.call(result, "a result that is a text", session, "text")


def _sessions(probe: Probe, session: str) -> None:
    probe.call("list_sessions", "some")
    probe.call("delete_session", "a slash in the id", "a/b")
    probe.call("delete_session", "a session", session)
    probe.call("delete_session", "a deleted session", session)
