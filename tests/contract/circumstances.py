"""Circumstances in which servers fail: no queue, no control plane, no services."""

from __future__ import annotations

import json
from typing import Any

from scripts.servers import LOOPBACK, DeploymentFile, free_port

from ..faults.wire import RawServer, proxy
from .probe import UNKNOWN, Probe, event, task

CUT = "cut-off"
"""A deployment whose message queue goes away."""

BROKEN = "broken"
"""A deployment whose control plane cannot start, or (0.9) that has no services."""


def drive_failures(probe: Probe) -> None:
    """Have parts of a deployment fail. What is left of the server is good for nothing else."""
    if probe.server.has_control_plane:
        _without_queue(probe)
        _without_control_plane(probe)
    else:
        probe.deploy("a deployment without services", json.dumps({"name": BROKEN, "services": {}}))
        probe.call("create_deployment_session", "no services", BROKEN)
        probe.call("run_deployment_task", "no services", BROKEN, body=task(None))


def _content(file: DeploymentFile) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.text)
    return content


def _without_queue(probe: Probe) -> None:
    """A queue that goes away, and a control plane with more settings than usual."""
    file = probe.server.deployment(CUT, ["echo"])
    content = _content(file)
    core = content["control-plane"]
    core |= {"internal_host": LOOPBACK, "internal_port": core["port"], "cors_origins": [LOOPBACK]}
    queue = content["message-queue"]
    # A port that nobody else takes once the relay is gone.
    with RawServer(proxy((LOOPBACK, queue["port"])), port=free_port()) as relay:
        _, queue["port"] = relay.address
        probe.deploy("a control plane with many settings", json.dumps(content))
        probe.server.wait_until_deployed(file)
        usual = dict(probe.urls)
        probe.connect_core(file)
        registration = {"service_name": "own", "description": "d"}
        probe.call("register_service", "a control plane with many settings", body=registration)
        session = probe.call("create_session", "before the queue goes").json()
    for id, ids, body in (
        ("create_session_task", [session], task("echo")),
        ("send_session_task_event", [session, UNKNOWN], event("echo", "{}")),
    ):
        probe.call(id, "the queue is gone", *ids, body=body)
    probe.call("run_deployment_task", "the queue is gone", CUT, body=task("echo"))
    probe.urls = usual


def _without_control_plane(probe: Probe) -> None:
    """A control plane that cannot start, because its queue does not listen."""
    content = _content(probe.server.deployment(BROKEN, ["echo"]))
    content["message-queue"]["port"] = free_port()
    probe.deploy("a queue that is not there", json.dumps(content))
    for id in ("list_deployment_tasks", "list_deployment_sessions", "create_deployment_session"):
        probe.call(id, "no control plane", BROKEN)
    query = {"session_id": UNKNOWN}
    probe.call("get_deployment_session", "no control plane", BROKEN, UNKNOWN)
    probe.call("delete_deployment_session", "no control plane", BROKEN, query=query)
    probe.call("run_deployment_task", "no control plane", BROKEN, body=task("echo"))
    probe.call("get_deployment", "no control plane", BROKEN)
