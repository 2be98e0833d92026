"""Tools of applications' tests: they stop the clock, or the network, and the client minds them."""

from __future__ import annotations

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


def test_a_clock_that_jumps_ends_no_call(peer: PeerServer) -> None:
    client = SyncClient(api_server_url=peer.url, timeout=60)
    with freezegun.freeze_time("2024-01-01", auto_tick_seconds=1000):
        assert client.apiserver.deployments.list()[0].id == "one"


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
