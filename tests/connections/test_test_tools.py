"""Tools of applications' tests: they stop the clock, or the network, and the client minds them."""

from __future__ import annotations

import socket
from pathlib import Path

import freezegun
import pytest
import vcr
from vcr.errors import CannotOverwriteExistingCassetteException

from llama_deploy_client import CallTimeoutError, Client, SyncClient

from .peer import PeerServer


def test_a_frozen_clock_stops_no_deadline(silent_port: int) -> None:
    client = SyncClient(api_server_url=f"http://127.0.0.1:{silent_port}", max_retries=0)
    with freezegun.freeze_time("2024-01-01"), pytest.raises(CallTimeoutError):
        client.apiserver.deployments.list(timeout=0.1)


async def test_a_frozen_clock_stops_no_deadline_of_a_loop_that_has_its_own(
    silent_port: int,
) -> None:
    client = Client(api_server_url=f"http://127.0.0.1:{silent_port}", max_retries=0)
    with freezegun.freeze_time("2024-01-01", real_asyncio=True), pytest.raises(CallTimeoutError):
        await client.apiserver.deployments.list(timeout=0.1)


def test_a_clock_that_jumps_ends_no_call(peer: PeerServer) -> None:
    client = SyncClient(api_server_url=peer.url, timeout=60)
    with freezegun.freeze_time("2024-01-01", auto_tick_seconds=1000):
        assert client.apiserver.deployments.list()[0].id == "one"


class BlockedError(RuntimeError):
    """As pytest-socket's."""


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connections, as pytest-socket sees to it."""

    def connect(_: socket.socket, address: object) -> None:
        raise BlockedError

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.mark.usefixtures("blocked")
def test_what_is_kept_from_connecting_blocking_raises_that(peer: PeerServer) -> None:
    with pytest.raises(BlockedError):
        SyncClient(api_server_url=peer.url).apiserver.deployments.list()
    assert not peer.requests


@pytest.mark.usefixtures("blocked")
async def test_what_is_kept_from_connecting_async_raises_that(peer: PeerServer) -> None:
    with pytest.raises(BlockedError):
        await Client(api_server_url=peer.url).apiserver.deployments.list()
    assert not peer.requests


def test_a_cassette_keeps_blocking_calls_from_the_network(peer: PeerServer, tmp_path: Path) -> None:
    client = SyncClient(api_server_url=peer.url, max_retries=0)
    with (
        vcr.use_cassette(str(tmp_path / "none.yaml"), record_mode="none"),
        pytest.raises(CannotOverwriteExistingCassetteException),
    ):
        client.apiserver.deployments.list()
    assert not peer.requests


async def test_a_cassette_keeps_async_calls_from_the_network(
    peer: PeerServer, tmp_path: Path
) -> None:
    client = Client(api_server_url=peer.url, max_retries=0)
    with (
        vcr.use_cassette(str(tmp_path / "none.yaml"), record_mode="none"),
        pytest.raises(CannotOverwriteExistingCassetteException),
    ):
        await client.apiserver.deployments.list()
    assert not peer.requests


def test_what_a_cassette_recorded_is_answered_without_the_network(
    peer: PeerServer, tmp_path: Path
) -> None:
    client = SyncClient(api_server_url=peer.url)
    for _ in range(2):
        with vcr.use_cassette(str(tmp_path / "once.yaml"), record_mode="once"):
            assert client.apiserver.deployments.list()[0].id == "one"
    assert len(peer.requests) == 1
    client.close()
