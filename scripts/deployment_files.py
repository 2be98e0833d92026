"""Deployment files: what tells a server which workflows to run, and where they listen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from scripts.processes import LOOPBACK, free_port
from scripts.releases import Release

WORKFLOWS = ("echo", "progress", "human", "interview", "failing", "slow", "structured")
DEFAULT_WORKFLOW = "echo"
WORKFLOW_MODULE = "example_workflows"
SOURCE_FOLDER = "source"
"""Where a server has the workflows, in its working directory."""


@dataclass(frozen=True)
class DeploymentFile:
    """A deployment file for one server, and where its parts will listen once it is deployed."""

    name: str
    text: str
    """JSON, which is YAML, as `POST /deployments/create` takes it."""
    services: tuple[str, ...]
    service_ports: tuple[int, ...]
    """In the order of `services`; empty for servers without a control plane (0.9)."""
    control_plane_url: str | None
    """None for servers without a control plane (0.9)."""


def deployment_file(
    release: Release, name: str, workflows: Sequence[str], ports: tuple[int, int] | None
) -> DeploymentFile:
    """A file for a server of `release`; its services get ports that are free now.

    Args:
        release: what the server is of.
        name: the deployment's name.
        workflows: its services, of `WORKFLOWS`.
        ports: of its control plane and its message queue; None for servers without them (0.9).
    """
    default = DEFAULT_WORKFLOW if DEFAULT_WORKFLOW in workflows else workflows[0]
    content: dict[str, Any] = {"name": name, "default-service": default}
    url = None
    service_ports: tuple[int, ...] = ()
    if ports is not None:
        content |= _core(*ports)
        url = f"http://{LOOPBACK}:{ports[0]}"
        service_ports = tuple(free_port() for _ in workflows)
    content["services"] = {
        workflow: _service(release, workflow, port)
        for workflow, port in zip_longest(workflows, service_ports)
    }
    return DeploymentFile(name, json.dumps(content), tuple(workflows), service_ports, url)


def queue_file() -> str:
    """A deployment file that has the server start its own message queue, and nothing else.

    Servers before 0.9 start one message queue, at the port that their first deployment names, and
    two deployments on one queue read each other's messages. So `serve.py` starts a queue for each
    deployment, and this file, read at startup, uses up the server's own: its service lacks a path,
    so the server starts the queue, logs an error and drops the deployment.
    """
    content = {
        "name": "queue",
        **_core(free_port(), free_port()),
        "services": {"none": {"name": "none", "source": {"type": "local", "name": SOURCE_FOLDER}}},
    }
    return json.dumps(content)


def _core(control_plane: int, queue: int) -> dict[str, Any]:
    """The entries of a control plane and its message queue."""
    return {
        "control-plane": {"host": LOOPBACK, "port": control_plane},
        "message-queue": {"type": "simple", "host": LOOPBACK, "port": queue},
    }


def _service(release: Release, workflow: str, port: int | None) -> dict[str, Any]:
    """A service's entry; its source lies in the server's working directory."""
    path = f"{WORKFLOW_MODULE}:{workflow}"
    if release.keeps_source_folder:
        path = f"{SOURCE_FOLDER}/{path}"
    if port is None:
        source = {"type": "local", "location": SOURCE_FOLDER}
        return {"name": workflow, "source": source, "import-path": path}
    source = {"type": "local", "name": SOURCE_FOLDER}
    address = {"host": LOOPBACK, "port": port}
    return {"name": workflow, "source": source, "path": path, **address}
