"""A gateway before the server that gives up after some time without a byte, as nginx does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llama_deploy_client import CallError, StreamInterruptedError, TaskDefinition
from llama_deploy_client._async.apiserver import Deployment

from ...fakes import PortServer
from ..conftest import NewLine
from ..together import together
from ..wire import Fault, proxied, response
from .helpers import client_of

LIMIT = 0.5
"""Seconds without a byte that the gateway allows."""

SLOW = TaskDefinition.of("slow", seconds=4 * LIMIT)
SILENT = TaskDefinition.of("progress", steps=2, interval=3 * LIMIT)
"""Both take more tries than max_retries allows."""

PAGE = response(b"<html><head><title>504 Gateway Time-out</title>", "504 Gateway Time-out")
GATEWAYS = {"a 504": Fault(idle=LIMIT, page=PAGE), "a cut": Fault(idle=LIMIT)}

pytestmark = [
    pytest.mark.parametrize("generation", ["0.8.1", "0.9.2"]),
    pytest.mark.parametrize("gateway", GATEWAYS),
]


@pytest.fixture
def deployment(generation: str, gateway: str) -> Iterator[Deployment]:
    with PortServer(generation) as upstream:
        upstream.deploy("demo")
        with proxied(upstream.url, lambda _: GATEWAYS[gateway]) as server:
            yield Deployment(client=client_of(server, timeout=20, max_retries=1), id="demo")


async def test_a_result_is_waited_for(
    deployment: Deployment, generation: str, gateway: str, line: NewLine
) -> None:
    tried = line("Time-outs", f"{generation}: a gateway ends what is silent with {gateway}: wait")

    async def one(_: int) -> None:
        with tried.trial():
            task = await deployment.tasks.create(SLOW)
            assert (await task.wait()).result.startswith("slept")

    await together(one, 3)
    tried.kept(3)


async def test_a_batch_is_created_and_waited_for(
    deployment: Deployment, generation: str, gateway: str, line: NewLine
) -> None:
    tried = line("Time-outs", f"{generation}: a gateway ends what is silent with {gateway}: batch")
    batch = deployment.tasks.run_many([SLOW] * 3, create_and_wait=True)
    with tried.trial(3):
        assert len(set(await batch.results())) == 1
    with tried.trial(3):
        for outcome in await deployment.tasks.run_many([SLOW] * 3).outcomes():
            assert isinstance(outcome.error, CallError)
            assert "create_and_wait=True" in str(outcome.error)
            assert "<" not in str(outcome.error)
    tried.kept(6)


async def test_events_come_or_the_error_says_that_they_are_lost(
    deployment: Deployment, generation: str, gateway: str, line: NewLine
) -> None:
    tried = line("Streams", f"{generation}: a gateway ends what is silent with {gateway}: result")

    async def one(_: int) -> None:
        with tried.trial():
            events: list[Any] = []
            async with deployment.tasks.stream(SILENT) as run:
                if generation == "0.9.2":
                    with pytest.raises(StreamInterruptedError, match="are lost") as caught:
                        await collect_run(run, events)
                    assert caught.value.delivered == len(events) == 1
                else:
                    await collect_run(run, events)
                    assert [event.get("step") for event in events] == [1, 2, None]
                assert (await run.result()).result == "2 steps done"

    await together(one, 3)
    tried.kept(3)


async def collect_run(run: Any, into: list[Any]) -> None:
    async for event in run:
        into.append(event)
