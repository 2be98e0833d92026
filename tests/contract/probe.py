"""Sends requests of the document's operations to one running server and keeps the answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from scripts.contract.document import APISERVER, CORE, Document, Half, Operation
from scripts.contract.exchange import SILENCE, WAIT, Answer, Exchange, Recording, Request, send
from scripts.servers import DeploymentFile, Server

BOUNDARY = "contract-boundary"
UNKNOWN = "no-such-id"


@dataclass
class Probe:
    """One server, both of its halves, and where its answers are kept."""

    document: Document
    server: Server
    recording: Recording
    urls: dict[str, str] = field(default_factory=dict)
    """Where each half is, by its tag."""
    patience: float = 1.0
    """Streams are left after so many times the silence that the scenario says."""

    def __post_init__(self) -> None:
        """The API server is where the server is; the control plane where a deployment put it."""
        self.urls.setdefault(APISERVER, self.server.url)

    @property
    def generation(self) -> str:
        """Of the server."""
        return self.server.generation

    def call(
        self,
        id: str,
        why: str,
        *ids: str,
        tag: str | None = None,
        query: Mapping[str, str] | None = None,
        body: object = None,
        raw: tuple[str, bytes] | None = None,
        silence: float = SILENCE,
    ) -> Answer:
        """Send a request of an operation.

        Args:
            id: the operation.
            why: what the request is to show.
            ids: the path's parameters in order.
            tag: which half, where both have it.
            query: the query's parameters.
            body: to be sent as JSON.
            raw: content type and bytes of a body that is not JSON.
            silence: seconds without a byte after which a stream is left.
        """
        operation = self.document.operations[id]
        target = _fill(operation, ids)
        if query:
            target += f"?{urlencode(query)}"
        headers = {}
        content = None
        if body is not None:
            raw = ("application/json", json.dumps(body).encode())
        if raw is not None:
            headers["Content-Type"], content = raw
        request = Request(operation.method, target, headers, content)
        half = Half(self.generation, tag or operation.definition["tags"][0])
        return self.send(half, operation, why, request, silence=silence)

    def send(
        self, half: Half, operation: Operation, why: str, request: Request, *, silence: float
    ) -> Answer:
        """Send a request as it is, and keep the answer."""
        answer = send(self.urls[half.tag], request, silence=silence * self.patience)
        shown = f"{request.method} {request.target}"
        self.recording.exchanges.append(Exchange(half, operation.id, why, shown, answer))
        return answer

    def deploy(self, why: str, text: str, **query: str) -> Answer:
        """Send a deployment file."""
        return self.call("create_deployment", why, query=query, raw=upload(text))

    def until(self, done: Callable[[], bool], what: str) -> None:
        """Wait for a condition.

        Raises:
            TimeoutError: it did not come about.
        """
        deadline = time.monotonic() + WAIT
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.generation}: not within {WAIT:g} s: {what}")
            time.sleep(0.05)


def _fill(operation: Operation, ids: tuple[str, ...]) -> str:
    remaining = list(ids)
    parts = [
        quote(remaining.pop(0), safe="") if part.startswith("{") else part
        for part in operation.path.split("/")
    ]
    if remaining:
        raise TypeError(f"{operation.id} does not take {ids}")
    return "/".join(parts)


def upload(
    text: str, name: str = "config_file", filename: str | None = "d.yml"
) -> tuple[str, bytes]:
    """Content type and bytes of a multipart body with one part."""
    part = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        part += f'; filename="{filename}"'
    body = f"--{BOUNDARY}\r\n{part}\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n"
    return f"multipart/form-data; boundary={BOUNDARY}", body.encode()


def task(service: str | None, **arguments: Any) -> dict[str, Any]:
    """A task for every generation."""
    named = {} if service is None else {"agent_id": service, "service_id": service}
    return {"input": json.dumps(arguments), **named}


def event(service: str, text: str) -> dict[str, Any]:
    """An EventDefinition for every generation."""
    return {"agent_id": service, "service_id": service, "event_obj_str": text}


def human_response(generation: str, response: str) -> dict[str, Any]:
    """The event that the `human` workflow waits for."""
    module = "workflows.events" if generation == "0.9" else "llama_index.core.workflow.events"
    content = {
        "__is_pydantic": True,
        "value": {"_data": {"response": response}},
        "qualified_name": f"{module}.HumanResponseEvent",
    }
    return event("human", json.dumps(content))


def connect_core(probe: Probe, file: DeploymentFile) -> None:
    """Have the probe talk to the control plane of a deployment, where there is one."""
    if file.control_plane_url is not None:
        probe.urls[CORE] = file.control_plane_url
