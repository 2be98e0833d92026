# Made by `make generate` from tests/testing/_async/test_faults.py: do not edit.
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
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client.testing import FakeServer, faults

from ...faults._sync.helpers import collect
from ..conftest import Clock

pytestmark = pytest.mark.usefixtures("clock")
STREAM = "*/events"


@pytest.fixture
def client(newest: FakeServer) -> SyncClient:
    return SyncClient(transport=newest.transport, max_retries=0, timeout=5)


@pytest.fixture
def deployment(client: SyncClient) -> Deployment:
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
def test_a_fault_happens_to_the_next_request_alone(
    newest: FakeServer, client: SyncClient, fault: faults.Fault, error: type[Exception]
) -> None:
    client.timeout = 0.1
    newest.inject(fault)
    with pytest.raises(error):
        client.apiserver.deployments.list()
    assert len(client.apiserver.deployments.list()) == 1


def test_faults_are_for_a_path_and_so_many_requests(newest: FakeServer, client: SyncClient) -> None:
    newest.inject(faults.Status(500), path="/deployments/*", times=2)
    assert (client.apiserver.status()).status.value == "Healthy"
    for _ in range(2):
        with pytest.raises(ServerError):
            client.apiserver.deployments.get("demo")
    client.apiserver.deployments.get("demo")


@pytest.mark.parametrize(
    ("service", "fault", "error"),
    [
        ("count", faults.Cut(after_events=1), StreamInterruptedError),
        ("ask", faults.Cut(after_events=1), StreamInterruptedError),  # no other event would come
        ("count", faults.Slow(10, after_events=1), CallTimeoutError),
    ],
)
def test_a_stream_fails_after_some_events(
    newest: FakeServer,
    deployment: Deployment,
    service: str,
    fault: faults.Fault,
    error: type[Exception],
) -> None:
    newest.inject(fault, path=STREAM)
    task = deployment.tasks.create(TaskDefinition.of(service, to=5))
    received: list[Any] = []
    with pytest.raises(error, match="1 events delivered"):
        collect(task.events(timeout=0.3), received)
    assert len(received) == 1


@pytest.mark.parametrize("server", ["0.6", "0.8"], indirect=True)
def test_before_09_a_client_reads_on_after_a_cut(server: FakeServer) -> None:
    client = SyncClient(transport=server.transport, timeout=5)
    server.inject(faults.Cut(after_events=2), path=STREAM)
    tasks = Deployment(client=client, id="demo").tasks
    task = tasks.create(TaskDefinition.of("count", to=3))
    assert collect(task.events()) == [{"n": 0}, {"n": 1}, {"n": 2}, {}]
    assert sum("/events" in request.url.path for request in server.requests) == 2


def test_each_response_takes_its_latency(
    newest: FakeServer, client: SyncClient, clock: Clock
) -> None:
    newest.latency = 0.5
    start = clock()
    client.apiserver.deployments.list()
    assert clock() - start == pytest.approx(0.5, abs=0.01)


def test_requests_can_be_looked_at(newest: FakeServer, deployment: Deployment) -> None:
    deployment.tasks.run({"message": "hi"})
    [request] = newest.requests
    assert (request.method, request.url.path) == ("POST", "/deployments/demo/tasks/run")
    assert b'\\"message\\": \\"hi\\"' in request.content


def test_other_addresses_are_refused(client: SyncClient) -> None:
    client.api_server_url = "http://localhost:4502"
    with pytest.raises(ServerUnreachableError, match="nothing listens at http://localhost:4502"):
        client.apiserver.deployments.list()
