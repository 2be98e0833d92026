# Made by `make generate` from tests/faults/_async/test_hostile.py: do not edit.
"""What a server sends is data: whatever it is, a value of the documented type or our error."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import Any

import httpx
import pytest

from llama_deploy_client import LlamaDeployError
from llama_deploy_client._sync.client import SyncClient
from tests.unit._sync.calls import ROWS

from ..conftest import NewLine
from ..hostile import Maker
from ..replaying import EVENTS
from .helpers import STREAMS, OpenStream, collect

ANSWERS = 10_000


class Hostile(httpx.BaseTransport):
    """Answers with the next hostile thing."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.fitting: Any = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        status, headers, body = self.maker.answer(self.fitting)
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        return httpx.Response(status, headers=raw, stream=httpx.ByteStream(body))


def _all_events(open_stream: OpenStream, client: SyncClient) -> list[Any]:
    return collect(open_stream(client))


@pytest.mark.usefixtures("no_pauses")
def test_only_our_errors_come_out(line: NewLine) -> None:
    tried = line("Security", "hostile answers to every method and stream: only LlamaDeployError")
    transport = Hostile(Maker(seed=4711))
    client = SyncClient(
        transport=transport, max_retries=1, timeout=0.2, poll_interval=0.001, headers={"X": "y"}
    )
    calls = [(row.answer, row.call) for row in ROWS]
    calls += [(EVENTS, partial(_all_events, stream)) for stream in STREAMS.values()]
    for number in range(ANSWERS):
        transport.fitting, make = calls[number % len(calls)]
        with tried.trial(), contextlib.suppress(LlamaDeployError):
            make(client)
    tried.kept(ANSWERS)
