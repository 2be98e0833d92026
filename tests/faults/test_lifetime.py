"""Clients that are made and dropped, and that live through a fork."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from pathlib import Path

import pytest

from llama_deploy_client import Client, SyncClient
from llama_deploy_client.models.apiserver import Task

from .conftest import Tried
from .replaying import one_event_then_silence
from .wire import RawServer, always, response, wait_for


def count_sockets() -> int:
    """The sockets that this process has open."""
    count = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            count += str(descriptor.readlink()).startswith("socket:")
        except OSError:  # the one that read this directory
            continue
    return count


def test_clients_that_are_dropped_leave_nothing(tried: Tried) -> None:
    def use_one(server: RawServer) -> None:
        client = Client(api_server_url=server.url)
        assert client.sync.apiserver.deployments.list() == []

        async def calls() -> None:
            assert await client.apiserver.deployments.list() == []
            async for _ in Task(client=client, deployment_id="d", id="t", session_id="s").events():
                break
            # Python 3.12 and later keep a generator until the collector runs if the loop ends while
            # it is being closed; here one within the other is.
            for _ in range(10):
                await asyncio.sleep(0)
            assert asyncio.all_tasks() <= {asyncio.current_task()}

        asyncio.run(calls())

    with RawServer(one_event_then_silence) as server:
        use_one(server)
        gc.collect()
        assert server.all_closed()
        sockets, threads = count_sockets(), threading.active_count()
        gc.disable()  # nothing may need the collector
        try:
            for _ in range(200):
                use_one(server)
            assert server.all_closed()
            wait_for(lambda: threading.active_count() <= threads)
            assert count_sockets() <= sockets
        finally:
            gc.enable()
    promise = "200 clients made and dropped: no socket, thread, task is left"
    tried("Load and lifetime", promise, 200)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the server's threads stay behind
def test_a_fork_shares_no_connection(tried: Tried) -> None:
    with RawServer(always(response(b"[]"))) as server:
        client = SyncClient(api_server_url=server.url)
        for _ in range(10):
            assert client.apiserver.deployments.list() == []
            accepted = server.accepted
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    calls = [client.apiserver.deployments.list() for _ in range(5)]
                    status = 0 if calls == [[]] * 5 else 1
                finally:
                    os._exit(status)
            for _ in range(5):
                assert client.apiserver.deployments.list() == []
            assert os.waitpid(child, 0)[1] == 0
            assert server.accepted == accepted + 1
    tried("Load and lifetime", "a client used before and after a fork, on both sides", 10)
