"""Many calls, streams and threads through one client: no error, and no connection too many."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from llama_deploy_client import Client, SyncClient
from llama_deploy_client.models.apiserver import Task
from llama_deploy_client.models.core import Session
from llama_deploy_client.sync.core import Session as SyncSession

from .conftest import NewLine
from .replaying import EVENTS, chunked, one_event_then_silence
from .together import together
from .wire import RawServer, Request, answering, response


def healthy(request: Request) -> bytes:
    return chunked(EVENTS) if request.target.endswith("/result_stream") else response(b"[]")


async def test_two_thousand_calls_at_once(line: NewLine) -> None:
    tried = line("Load and lifetime", "2,000 calls at once through 100 connections")
    with RawServer(answering(healthy)) as server:
        client = Client(api_server_url=server.url, timeout=60)

        async def call(_: int) -> None:
            with tried.trial():
                assert await client.apiserver.deployments.list() == []

        await together(call, 2000)
        assert server.peak <= 100
    tried.kept(2000)


def test_many_threads_share_a_sync_client(line: NewLine) -> None:
    tried = line("Load and lifetime", "sync: 2,000 calls of 32 threads through 8 connections")
    with RawServer(answering(healthy)) as server:
        client = SyncClient(api_server_url=server.url, max_connections=8)

        def call(_: int) -> None:
            with tried.trial():
                assert client.apiserver.deployments.list() == []

        with ThreadPoolExecutor(32) as threads:
            list(threads.map(call, range(2000)))
        assert server.peak <= 8
    tried.kept(2000)


@pytest.mark.parametrize("connections", [100, 600])
async def test_five_hundred_streams_at_once(connections: int, line: NewLine) -> None:
    """On a busy machine more than `peak` are opened in all: a stream's request cannot be repeated,
    so it takes no connection that has idled for more than half a second."""
    tried = line("Load and lifetime", f"500 streams at once through {connections} connections")
    with RawServer(answering(healthy)) as server:
        client = Client(control_plane_url=server.url, timeout=60, max_connections=connections)

        async def read(number: int) -> None:
            with tried.trial():
                stream = Session(client=client, id="s").get_task_result_stream(f"t{number}")
                assert [event async for event in stream] == EVENTS

        await together(read, 500)
        assert server.peak <= connections * 0.9  # one in ten is for calls
    tried.kept(500)


def test_a_hundred_threads_read_streams(line: NewLine) -> None:
    tried = line("Load and lifetime", "sync: 500 streams of 100 threads through 50 connections")
    with RawServer(answering(healthy)) as server:
        client = SyncClient(control_plane_url=server.url, timeout=60, max_connections=50)

        def read(number: int) -> None:
            with tried.trial():
                stream = SyncSession(client=client, id="s").get_task_result_stream(f"t{number}")
                assert list(stream) == EVENTS

        with ThreadPoolExecutor(100) as threads:
            list(threads.map(read, range(500)))
        assert server.peak <= 50
    tried.kept(500)


async def test_five_hundred_streams_open_at_the_same_time(line: NewLine) -> None:
    tried = line("Load and lifetime", "500 streams open at the same time, and calls beside them")
    with RawServer(one_event_then_silence) as server:
        client = Client(api_server_url=server.url, timeout=60, max_connections=600)
        task = Task(client=client, deployment_id="d", id="t", session_id="s")
        streams: list[Any] = [task.events() for _ in range(500)]

        async def first(number: int) -> None:
            with tried.trial():
                assert await anext(streams[number]) == {"n": 1}

        async def call(_: int) -> None:
            with tried.trial():
                assert await client.apiserver.deployments.list() == []

        await together(first, 500)
        assert server.open == 500
        await together(call, 100)
        await asyncio.gather(*(stream.aclose() for stream in streams))
        assert server.peak <= 600
    tried.kept(600)
