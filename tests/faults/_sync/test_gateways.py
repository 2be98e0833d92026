# Made by `make generate` from tests/faults/_async/test_gateways.py: do not edit.
"""A gateway before the server that gives up after some time without a byte, as nginx does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from llama_deploy_client import StreamInterruptedError, TaskDefinition
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client.testing import FakeServer, faults
from llama_deploy_client.testing.examples import progress

from ..conftest import Tried

LIMIT = 0.4
"""Seconds without a byte that the gateway allows."""

SILENT = TaskDefinition.of("progress", steps=2, interval=4 * LIMIT)
"""It takes more attempts than max_retries allows."""


@pytest.mark.parametrize("generation", ["0.8", "0.9"])
def test_a_result_comes_and_events_come_or_the_error_says_that_they_are_lost(
    generation: str, tried: Tried
) -> None:
    server = FakeServer(generation)
    server.service("progress")(progress)
    for path in ("*/events", "*/results"):
        server.inject(faults.GivesUp(LIMIT), path=path, times=1000)
    client = SyncClient(transport=server.transport, timeout=60, max_retries=1)
    events: list[Any] = []
    with Deployment(client=client, id="demo").tasks.stream(SILENT) as run:
        try:
            for event in run:
                events.append(event)
        except StreamInterruptedError as error:
            events.append(f"{error.delivered}, {error}")
        assert (run.result()).result == "2 steps done"
    if generation == "0.9":
        assert re.match(f"{len(events) - 1}, .* are lost", events[-1])
    else:
        assert [event.get("step") for event in events] == [1, 2, None]
    tried("Time-outs", f"{generation}: a gateway ends what is silent with a 504 or a cut", 1)
