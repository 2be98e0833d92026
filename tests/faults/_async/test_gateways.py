"""A gateway before the server that gives up after some time without a byte, as nginx does."""

from __future__ import annotations

import re
from typing import Any

import pytest

from llama_deploy_client import StreamInterruptedError, TaskDefinition
from llama_deploy_client._async.apiserver import Deployment

from ...fakes import PortServer
from ..conftest import Tried
from ..wire import Fault, proxied, response
from .helpers import client_of

LIMIT = 0.5
"""Seconds without a byte that the gateway allows."""

SILENT = TaskDefinition.of("progress", steps=2, interval=3 * LIMIT)
"""It takes more attempts than max_retries allows."""

PAGE = response(b"<html><head><title>504 Gateway Time-out</title>", "504 Gateway Time-out")
GATEWAYS = {"a 504": Fault(idle=LIMIT, page=PAGE), "a cut": Fault(idle=LIMIT)}


@pytest.mark.parametrize("generation", ["0.8.1", "0.9.2"])
@pytest.mark.parametrize("gateway", GATEWAYS)
async def test_a_result_comes_and_events_come_or_the_error_says_that_they_are_lost(
    generation: str, gateway: str, tried: Tried
) -> None:
    events: list[Any] = []
    with PortServer(generation) as upstream:
        upstream.deploy("demo")
        with proxied(upstream.url, lambda _: GATEWAYS[gateway]) as server:
            deployment = Deployment(client=client_of(server, timeout=20, max_retries=1), id="demo")
            async with deployment.tasks.stream(SILENT) as run:
                try:
                    async for event in run:
                        events.append(event)
                except StreamInterruptedError as error:
                    events.append(f"{error.delivered}, {error}")
                assert (await run.result()).result == "2 steps done"
    if generation == "0.9.2":
        assert len(events) == 2
        assert re.match("1, .* are lost", events[1])
    else:
        assert [event.get("step") for event in events] == [1, 2, None]
    tried("Time-outs", f"{generation}: a gateway ends what is silent with {gateway}", 1)
