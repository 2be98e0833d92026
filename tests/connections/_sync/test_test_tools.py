# Made by `make generate` from tests/connections/_async/test_test_tools.py: do not edit.
"""Tools of applications' tests stop the clock or the network; the client does as they want."""

from __future__ import annotations

import socket
from pathlib import Path

import freezegun
import pytest
import vcr
from vcr.errors import CannotOverwriteExistingCassetteException

from llama_deploy_client import CallTimeoutError
from llama_deploy_client._sync.client import SyncClient

from ..peer import PeerServer


def test_a_frozen_clock_stops_no_deadline(silent_port: int) -> None:
    client = SyncClient(api_server_url=f"http://127.0.0.1:{silent_port}", max_retries=0)
    with freezegun.freeze_time("2024-01-01", real_asyncio=True), pytest.raises(CallTimeoutError):
        client.apiserver.deployments.list(timeout=0.1)


def test_a_clock_that_jumps_ends_no_call(peer: PeerServer) -> None:
    client = SyncClient(api_server_url=peer.url, timeout=60)
    with freezegun.freeze_time("2024-01-01", auto_tick_seconds=1000, real_asyncio=True):
        assert (client.apiserver.deployments.list())[0].id == "one"


class BlockedError(RuntimeError):
    """As pytest-socket raises it."""


def test_the_error_of_a_tool_that_blocks_sockets_comes_out(
    peer: PeerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(_: socket.socket, address: object) -> None:
        raise BlockedError

    with monkeypatch.context() as patch:  # the server itself connects as it ends
        patch.setattr(socket.socket, "connect", connect)
        with pytest.raises(BlockedError):
            SyncClient(api_server_url=peer.url).apiserver.deployments.list()
    assert not peer.requests


def test_a_cassette_keeps_calls_from_the_network(peer: PeerServer, tmp_path: Path) -> None:
    with SyncClient(api_server_url=peer.url, max_retries=0) as client:
        with (
            vcr.use_cassette(str(tmp_path / "none.yaml"), record_mode="none"),
            pytest.raises(CannotOverwriteExistingCassetteException),
        ):
            client.apiserver.deployments.list()
        assert not peer.requests
        for _ in range(2):
            with vcr.use_cassette(str(tmp_path / "once.yaml"), record_mode="once"):
                assert (client.apiserver.deployments.list())[0].id == "one"
        assert len(peer.requests) == 1
