"""Faults that tests can inject, and how a client reacts."""

from __future__ import annotations

from typing import Any

import pytest

from llama_deploy_client import (
    CallTimeoutError,
    ConnectionLostError,
    MalformedResponseError,
    ServerError,
    ServerUnreachableError,
    StreamInterruptedError,
    TaskDefinition,
)
from llama_deploy_client._async.apiserver import Deployment
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client.testing import FakeServer, faults

from ...faults._async.helpers import collect
from ..conftest import Clock

pytestmark = pytest.mark.usefixtures("clock")
STREAM = "*/events"


@pytest.fixture
def client(newest: FakeServer) -> AsyncClient:
    return AsyncClient(transport=newest.transport, max_retries=0, timeout=5)


@pytest.fixture
def deployment(client: AsyncClient) -> Deployment:
    return Deployment(client=client, id="demo")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.Status(503, "not now"), ServerError),
        (faults.Refused(), ServerUnreachableError),
        (faults.Malformed(b"<html>"), MalformedResponseError),
        (faults.Cut(), ConnectionLostError),
        (faults.Cut(after_bytes=3), ConnectionLostError),
        (faults.Slow(10), CallTimeoutError),
    ],
    ids=repr,
)
async def test_a_fault_happens_to_the_next_request_alone(
    newest: FakeServer, client: AsyncClient, fault: faults.Fault, error: type[Exception]
) -> None:
    client.timeout = 0.1
    newest.inject(fault)
    with pytest.raises(error):
        await client.apiserver.deployments.list()
    assert len(await client.apiserver.deployments.list()) == 1


async def test_faults_are_for_a_path_and_so_many_requests(
    newest: FakeServer, client: AsyncClient
) -> None:
    newest.inject(faults.Status(500), path="/deployments/*", times=2)
    assert (await client.apiserver.status()).status.value == "Healthy"
    for _ in range(2):
        with pytest.raises(ServerError):
            await client.apiserver.deployments.get("demo")
    await client.apiserver.deployments.get("demo")


@pytest.mark.parametrize(
    ("service", "fault", "error"),
    [
        ("count", faults.Cut(after_events=1), StreamInterruptedError),
        ("ask", faults.Cut(after_events=1), StreamInterruptedError),  # no other event would come
        ("count", faults.Slow(10, after_events=1), CallTimeoutError),
    ],
)
async def test_a_stream_fails_after_some_events(
    newest: FakeServer,
    deployment: Deployment,
    service: str,
    fault: faults.Fault,
    error: type[Exception],
) -> None:
    newest.inject(fault, path=STREAM)
    task = await deployment.tasks.create(TaskDefinition.of(service, to=5))
    received: list[Any] = []
    with pytest.raises(error, match="1 events delivered"):
        await collect(task.events(timeout=0.3), received)
    assert len(received) == 1


@pytest.mark.parametrize("server", ["0.6", "0.8"], indirect=True)
async def test_before_09_a_client_reads_on_after_a_cut(server: FakeServer) -> None:
    client = AsyncClient(transport=server.transport, timeout=5)
    server.inject(faults.Cut(after_events=2), path=STREAM)
    tasks = Deployment(client=client, id="demo").tasks
    task = await tasks.create(TaskDefinition.of("count", to=3))
    assert await collect(task.events()) == [{"n": 0}, {"n": 1}, {"n": 2}, {}]
    assert sum("/events" in request.url.path for request in server.requests) == 2


async def test_each_response_takes_its_latency(
    newest: FakeServer, client: AsyncClient, clock: Clock
) -> None:
    newest.latency = 0.5
    start = clock()
    await client.apiserver.deployments.list()
    assert clock() - start == pytest.approx(0.5, abs=0.01)


async def test_requests_can_be_looked_at(newest: FakeServer, deployment: Deployment) -> None:
    await deployment.tasks.run({"message": "hi"})
    [request] = newest.requests
    assert (request.method, request.url.path) == ("POST", "/deployments/demo/tasks/run")
    assert b'\\"message\\": \\"hi\\"' in request.content


async def test_other_addresses_are_refused(client: AsyncClient) -> None:
    client.api_server_url = "http://localhost:4502"
    with pytest.raises(ServerUnreachableError, match="nothing listens at http://localhost:4502"):
        await client.apiserver.deployments.list()
