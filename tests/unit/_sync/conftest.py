# Made by `make generate` from tests/unit/_async/conftest.py: do not edit.
"""A client, and a server with one task."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from respx import MockRouter

from llama_deploy_client._sync.client import SyncClient

from ..clock import Clock
from .one_task import Server


@pytest.fixture(autouse=True)
def time_passes_while_somebody_sleeps(clock: Clock) -> None:
    """No test here takes long, or depends on how long something takes."""


@pytest.fixture
def client() -> Iterator[SyncClient]:
    """A client with the default addresses, which polls without a pause and retries nothing."""
    with SyncClient(poll_interval=0, max_retries=0) as client:
        yield client


@pytest.fixture
def server(wire: MockRouter) -> Server:
    """A server with one task."""
    return Server(wire)
