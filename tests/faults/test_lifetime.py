"""Clients that live through a fork."""

from __future__ import annotations

import os

import pytest

from llama_deploy_client import SyncClient

from .conftest import Tried
from .wire import RawServer, always, response


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
