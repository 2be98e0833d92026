"""Clients that are made and dropped, and that live through a fork: nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from pathlib import Path

from llama_deploy_client import Client, SyncClient
from llama_deploy_client.models.apiserver import Task

from .conftest import NewLine
from .replaying import one_event_then_silence
from .wire import RawServer, always, response, wait_for


def resources() -> tuple[set[str], int]:
    """What this process has open, and its threads."""
    sockets = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except OSError:
            continue
        if target.startswith("socket:"):
            sockets.add(target)
    return sockets, threading.active_count()


def test_clients_that_are_dropped_leave_nothing(line: NewLine) -> None:
    tried = line(
        "Load and lifetime", "1,000 clients made and dropped: no socket, thread, task left"
    )

    def one_of_each(server: RawServer) -> None:
        client = Client(api_server_url=server.url)
        assert client.sync.apiserver.deployments.list() == []

        async def calls() -> None:
            assert await client.apiserver.deployments.list() == []
            async for _ in Task(client=client, deployment_id="d", id="t", session_id="s").events():
                break
            assert asyncio.all_tasks() <= {asyncio.current_task()}

        asyncio.run(calls())

    with RawServer(one_event_then_silence) as server:
        one_of_each(server)
        gc.collect()
        assert server.all_closed()
        before = resources()
        gc.disable()  # nothing may need the collector
        try:
            for _ in range(1000):
                with tried.trial():
                    one_of_each(server)
            assert server.all_closed()
            wait_for(lambda: resources()[1] <= before[1])
            assert len(resources()[0]) <= len(before[0])
        finally:
            gc.enable()
    tried.kept(1000)


def test_a_fork_shares_no_connection(line: NewLine) -> None:
    tried = line("Load and lifetime", "a client used before and after a fork, on both sides")
    with RawServer(always(response(b"[]"))) as server:
        client = SyncClient(api_server_url=server.url)
        for _ in range(10):
            with tried.trial():
                assert client.apiserver.deployments.list() == []
                before = server.accepted
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
                assert server.accepted == before + 1
    tried.kept(10)
