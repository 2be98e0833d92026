"""Circumstances in which servers fail: a queue that is gone, no control plane, no metrics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from scripts.contract.document import CORE, Document
from scripts.contract.exchange import Recording
from scripts.servers import LOOPBACK, DeploymentFile, Server, free_port

from ..faults.wire import RawServer, proxy
from .probe import UNKNOWN, Probe, event, task
from .scenario import BROKEN

CUT = "cut-off"
"""A deployment whose message queue goes away."""


class ServerWith(Server):
    """A server with settings of its own."""

    def __init__(self, version: str, **settings: str) -> None:
        super().__init__(version)
        self._settings = settings

    def _environment(self, folder: Path) -> dict[str, str]:
        return super()._environment(folder) | self._settings


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
    content: dict[str, Any] = YAML(typ="safe").load(file.text)
    return content


def _without_queue(probe: Probe) -> None:
    """A queue that answered once, and a control plane with more settings than usual."""
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
        usual = probe.urls[CORE]
        probe.urls[CORE] = file.control_plane_url or ""
        registration = {"service_name": "own", "description": "d"}
        probe.call("register_service", "a control plane with many settings", body=registration)
        session = probe.call("create_session", "before the queue goes").json()
    for id, ids, body in (
        ("create_session_task", [session], task("echo")),
        ("send_session_task_event", [session, UNKNOWN], event("echo", "{}")),
    ):
        probe.call(id, "the queue is gone", *ids, body=body)
    probe.call("run_deployment_task", "the queue is gone", CUT, body=task("echo"))
    probe.urls[CORE] = usual


def _without_control_plane(probe: Probe) -> None:
    """A control plane that cannot start, for its queue never answers."""
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


def drive_metrics(document: Document, version: str, recording: Recording) -> None:
    """Two servers more, one after the other: metrics switched off, and on a port of no use."""
    for why, settings in {
        "switched off": {"LLAMA_DEPLOY_APISERVER_PROMETHEUS_ENABLED": "false"},
        "at another port": {"LLAMA_DEPLOY_APISERVER_PROMETHEUS_PORT": "0"},
    }.items():
        with ServerWith(version, **settings) as server:
            probe = Probe(document, server, recording)
            probe.call("get_metrics", why)
            probe.call("list_deployments", "none")
