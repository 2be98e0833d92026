"""The in-memory server with what the real one runs, as far as it can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from llama_deploy_client.testing import FakeServer
from llama_deploy_client.testing.examples import example_server


class Line(BaseModel):
    text: str


def reciting(lines: Sequence[str] = ()) -> Iterator[Line]:
    for text in lines:
        yield Line(text=text)
    return len(lines)  # type: ignore[return-value]


def unserializable() -> Any:
    return object()


def memory_server() -> FakeServer:
    server = example_server("0.9")
    for function in (reciting, unserializable):
        server.service(function.__name__)(function)
    return server
