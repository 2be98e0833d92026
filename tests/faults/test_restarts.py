"""Real servers that restart between two calls of a client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from llama_deploy_client import Client, ServerError, SyncClient
from scripts.servers import Server

from .conftest import NewLine
from .tally import Line
from .together import together

RESTARTS = 10
VERSIONS = ("0.6.1", "0.9.2")
UNKNOWN = "name: unknown\nservices: {}\n"
"""A file that cannot be reloaded, since its deployment was never made."""


@pytest.mark.timeout(300)
def test_a_restarted_server_is_found_again(line: NewLine) -> None:
    """Starting takes a server a second or two of one core: the two of them do so side by side."""
    promise = "the call after a restart, GET and POST async and blocking"
    tried = {version: line("Requests", f"{version}: {promise}") for version in VERSIONS}
    together(lambda number: restart_often(VERSIONS[number], tried[VERSIONS[number]]), len(VERSIONS))
    for each in tried.values():
        each.kept(4 * RESTARTS)


def restart_often(version: str, tried: Line) -> None:
    with Server(version) as server, connected(server) as calls:
        for call in calls:
            call()
        for _ in range(RESTARTS):
            server.restart()
            for call in calls:
                with tried.trial():
                    call()


@contextmanager
def connected(server: Server) -> Iterator[list[Callable[[], Any]]]:
    """Calls of clients that keep a connection each: the first one after a restart finds it dead."""
    settings: dict[str, Any] = {"api_server_url": server.url, "timeout": 30}
    reading, posting = Client(**settings), Client(**settings)
    sync_reading, sync_posting = SyncClient(**settings), SyncClient(**settings)
    with asyncio.Runner() as runner:

        def post_async() -> None:
            with pytest.raises(ServerError):
                runner.run(posting.apiserver.deployments.create(UNKNOWN, reload=True))

        def post() -> None:
            with pytest.raises(ServerError):
                sync_posting.apiserver.deployments.create(UNKNOWN, reload=True)

        yield [
            lambda: runner.run(reading.apiserver.deployments.list()),
            sync_reading.apiserver.deployments.list,
            post_async,
            post,
        ]
