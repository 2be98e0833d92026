"""The usual causes of a 500, by operation: servers do not give the reason.

All were observed on real servers. Errors name only causes that fit the request, likely ones first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx

from ._deployment_file import LARGEST, lacking
from .request import Request, StreamRequest

_Request = Request[Any] | StreamRequest[Any]

_NO_CONTROL_PLANE = "on 0.6 to 0.8, the deployment's control plane does not respond (yet)"
_FAILED = "on 0.9, the workflow raised an exception, timed out, or cannot run with these arguments"
_OWN_STOP_EVENT = (
    "or it ended with its own stop event class: then its fields are in the last event, "
    "the last_event of tasks.stream"
)


def usual_causes(request: _Request, url: httpx.URL) -> str | None:
    """Return the usual causes of a 500 as a sentence, or None if none is known.

    Args:
        request: the request that got the 500.
        url: the URL that it was sent to.
    """
    find = _CAUSES.get((request.server, request.operation))
    causes = list(find(request, url)) if find else []
    if not causes:
        return None
    sentence = "; or ".join(causes)
    these = "These are the usual causes" if len(causes) > 1 else "That is the usual cause"
    return f"{sentence[0].upper()}{sentence[1:]}. {these}; the server does not say"


def _run(request: _Request, url: httpx.URL) -> Iterator[str]:
    yield from _reserved(request)
    yield _FAILED
    yield (
        "on 0.9, its result cannot be sent as JSON (a pydantic model, a set, NaN), "
        + _OWN_STOP_EVENT
    )
    yield from _session(request, url)


def _create(request: _Request, url: httpx.URL) -> Iterator[str]:
    yield from _reserved(request)
    yield from _session(request, url)
    if not request.query.get("session_id"):
        yield _NO_CONTROL_PLANE


def _reserved(request: _Request) -> Iterator[str]:
    """Yield a cause for each argument with a reserved name."""
    in_session = bool(request.query.get("session_id"))
    for name in _argument_names(request):
        if name in _RESERVED_NAMES and (name != "context" or in_session):
            on, by = _RESERVED_NAMES[name]
            yield f"{on}the argument {name!r} has a name that {by}"


_BY_LIBRARY = ("", "the workflow library keeps for itself")
_BY_SERVER = "the server uses for itself"
_RESERVED_NAMES = {
    **dict.fromkeys(("ctx", "start_event", "checkpoint_callback"), _BY_LIBRARY),
    "self": ("", _BY_SERVER),
    **dict.fromkeys(("service_id", "session_id"), ("on 0.9, ", _BY_SERVER)),
    "service_name": ("on 0.6 to 0.8, ", _BY_SERVER),
    "context": ("on 0.9, ", "the server uses in a session"),
}
"""Names that arguments cannot have: on which servers, and who uses them."""


def _argument_names(request: _Request) -> list[str]:
    try:
        return list(json.loads(request.json["input"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def _session(request: _Request, _: httpx.URL) -> Iterator[str]:
    if id := request.query.get("session_id"):
        yield f"there is no session {id!r}"


def _session_in_path(request: _Request, _: httpx.URL) -> Iterator[str]:
    yield f"there is no session {_last_part(request)!r}"


def _results(request: _Request, url: httpx.URL) -> Iterator[str]:
    yield _FAILED
    yield ("on 0.9, its result is not text, which only tasks.run gives, " + _OWN_STOP_EVENT)
    yield "on 0.9, the server has no such task (any more)"
    yield from (f"on 0.6 to 0.8, {cause}" for cause in _session(request, url))


def _events(request: _Request, url: httpx.URL) -> Iterator[str]:
    yield "on 0.9, the server has no such task (any more)"
    yield from (f"on 0.6 to 0.8, {cause}" for cause in _session(request, url))


def _send_event(request: _Request, url: httpx.URL) -> Iterator[str]:
    if not request.query.get("session_id"):
        yield (
            "the task's session_id is None, as it is where 0.9 lists tasks, and an event needs it: "
            "use the task that tasks.create returned"
        )
    yield (
        "on 0.9, the server cannot import the event's class by the name that was sent, or the "
        "fields do not fit the class"
    )
    yield from _session(request, url)


def _deploy(request: _Request, url: httpx.URL) -> Iterator[str]:
    base_path, content = request.query.get("base_path"), request.files["config_file"].content
    if base_path and not is_this_machine(url.host) and Path(base_path).exists():
        yield (
            f"the base_path {base_path!r} is a folder of this machine, but the server is "
            f"{url.host}: name a folder on the server"
        )
    if len(content) <= LARGEST:
        yield from lacking(content)
    if request.query.get("reload"):
        yield "there is no deployment of this name to reload: create it without reload"
    else:
        yield "a deployment of this name exists already: reload=True replaces it"
    yield "a source or an import path in the file does not exist below base_path on the server"
    if not request.query.get("reload"):
        yield "the server already has max_deployments deployments, which status() reports"
    if b"control-plane" not in content:
        yield "0.6 to 0.8 need a section control-plane in the file"


def is_this_machine(host: str) -> bool:
    """Return whether a host is this machine, as far as its name shows."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _listing(request: _Request, _: httpx.URL) -> Iterator[str]:
    yield "on 0.6 to 0.8, a task ended while the server listed the tasks: repeat the call"
    yield _NO_CONTROL_PLANE


def _sessions(request: _Request, _: httpx.URL) -> Iterator[str]:
    yield _NO_CONTROL_PLANE


def _new_session(request: _Request, _: httpx.URL) -> Iterator[str]:
    yield _NO_CONTROL_PLANE
    yield "on 0.9, the deployment has no service"


def _metrics(request: _Request, _: httpx.URL) -> Iterator[str]:
    yield "the server's metrics port does not respond"


def _core_task(request: _Request, _: httpx.URL) -> Iterator[str]:
    if request.json.get("service_id") is None:
        yield "the task names no service, which control planes need: set service_id"
    yield "the control plane's message queue does not respond"


def _core_result(request: _Request, _: httpx.URL) -> Iterator[str]:
    yield "the session's state has another value where the control plane keeps the result"


def _last_part(request: _Request) -> str:
    return unquote(request.path.rpartition("/")[2])


_CAUSES: dict[tuple[str, str], Callable[[_Request, httpx.URL], Iterator[str]]] = {
    ("apiserver", "run_deployment_task"): _run,
    ("apiserver", "create_deployment_task"): _create,
    ("apiserver", "get_deployment_task_results"): _results,
    ("apiserver", "stream_deployment_task_events"): _events,
    ("apiserver", "send_deployment_task_event"): _send_event,
    ("apiserver", "list_deployment_tasks"): _listing,
    ("apiserver", "create_deployment"): _deploy,
    ("apiserver", "create_deployment_session"): _new_session,
    ("apiserver", "list_deployment_sessions"): _sessions,
    ("apiserver", "get_deployment_session"): _session_in_path,
    ("apiserver", "delete_deployment_session"): _session,
    ("apiserver", "get_metrics"): _metrics,
    ("core", "create_session_task"): _core_task,
    ("core", "get_session_task_result"): _core_result,
}
