"""Sends requests of the document's operations to a running server and keeps the responses."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from scripts.contract.document import APISERVER, CORE, Document, Half, Operation
from scripts.contract.exchange import LINES, WAIT, Exchange, Recording, Request, Response, send
from scripts.servers import DeploymentFile, Server

BOUNDARY = "contract-boundary"
UNKNOWN = "no-such-id"


@dataclass
class Probe:
    """A server with both of its halves, and where its responses are kept."""

    document: Document
    server: Server
    recording: Recording
    urls: dict[str, str] = field(default_factory=dict)
    """Where each half is, by its tag."""
    silence: float = 0.5
    """Seconds without a byte after which a stream is left of which nothing is expected."""

    def __post_init__(self) -> None:
        self.urls.setdefault(APISERVER, self.server.url)

    @property
    def generation(self) -> str:
        """Of the server."""
        return self.server.generation

    def connect_core(self, file: DeploymentFile) -> None:
        """Send to the control plane of a deployment, where there is one."""
        if file.control_plane_url is not None:
            self.urls[CORE] = file.control_plane_url

    def call(
        self,
        id: str,
        why: str,
        *ids: str,
        tag: str | None = None,
        query: Mapping[str, str] | None = None,
        body: object = None,
        raw: tuple[str, bytes] | None = None,
        lines: int = LINES,
        silent: bool = False,
    ) -> Response:
        """Send a request of an operation.

        Args:
            id: the operation.
            why: what the request is to show.
            ids: the path's parameters in order.
            tag: which half, where both have it.
            query: the query's parameters.
            body: to be sent as JSON.
            raw: content type and bytes of a body that is not JSON.
            lines: how many lines of a stream are read.
            silent: whether nothing is expected of a stream.
        """
        operation = self.document.operations[id]
        assert operation.path.count("{") == len(ids), (id, ids)
        remaining = iter(ids)
        target = re.sub("{.*?}", lambda _: quote(next(remaining), safe=""), operation.path)
        if query:
            target += f"?{urlencode(query)}"
        if body is not None:
            raw = ("application/json", json.dumps(body).encode())
        headers, content = ({"Content-Type": raw[0]}, raw[1]) if raw else ({}, None)
        request = Request(operation.method, target, headers, content)
        half = Half(self.generation, tag or operation.definition["tags"][0])
        return self.send(half, operation, why, request, lines=lines, silent=silent)

    def send(
        self,
        half: Half,
        operation: Operation,
        why: str,
        request: Request,
        *,
        lines: int = LINES,
        silent: bool,
    ) -> Response:
        """Send a request as it is, and keep the response."""
        silence = self.silence if silent else WAIT
        response = send(self.urls[half.tag], request, lines=lines, silence=silence)
        shown = f"{request.method} {request.target}"
        self.recording.exchanges.append(Exchange(half, operation.id, why, shown, response))
        return response

    def malformed(self, id: str, *ids: str, query: Mapping[str, str] | None = None) -> None:
        """Send bodies that no operation with a body takes."""
        json_type = "application/json"
        self.call(id, "no body", *ids, query=query)
        self.call(id, "not JSON", *ids, query=query, raw=(json_type, b"{"))
        self.call(id, "not UTF-8", *ids, query=query, raw=(json_type, b"\xff"))
        self.call(id, "an empty object", *ids, query=query, body={})
        self.call(id, "a list", *ids, query=query, body=[1])

    def deploy(self, why: str, text: str, **query: str) -> Response:
        """Send a deployment file."""
        return self.call("create_deployment", why, query=query, raw=upload(text))

    def finish(self, id: str, *ids: str, query: Mapping[str, str] | None = None) -> None:
        """Poll for a task's result until there is one or, in 0.9, the task failed."""

        def is_done() -> bool:
            response = self.call(id, "ends", *ids, query=query)
            return response.status != 200 or response.json() is not None

        self.until(is_done, f"the end of task {ids[-1]}")

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for a condition.

        Raises:
            TimeoutError: it did not come about.
        """
        deadline = time.monotonic() + WAIT
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.generation}: not within {WAIT:g} s: {what}")
            time.sleep(0.05)


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


def human_response(generation: str) -> dict[str, Any]:
    """The event that the `human` workflow waits for."""
    module = "workflows.events" if generation == "0.9" else "llama_index.core.workflow.events"
    content = {
        "__is_pydantic": True,
        "value": {"_data": {"response": "Ada"}},
        "qualified_name": f"{module}.HumanResponseEvent",
    }
    return event("human", json.dumps(content))
