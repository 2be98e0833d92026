"""Real servers: calls after a 500, a restart, and streams through a proxy that cuts them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import attrs
import pytest

from llama_deploy_client import ReplayDiffersError, ServerError, TaskDefinition
from llama_deploy_client._async.apiserver import Deployment, Task
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.streams import EventStream
from scripts.servers import DeploymentFile, Server

from ..conftest import NewLine
from ..wire import NO_FAULT, Fault, proxied
from .helpers import collect

versions = pytest.mark.parametrize("server", ["0.6.1", "0.9.2"], indirect=True, scope="module")


async def provoke(client: AsyncClient, deployment: Deployment, number: int) -> None:
    """Have the server answer 500, after which it closes the connection without saying so."""
    with pytest.raises(ServerError):
        if number % 2:
            await client.apiserver.deployments.create("name: [no, YAML")
        else:
            unknown = Task(client=client, deployment_id=deployment.id, id="no", session_id="no")
            await unknown.results()


@versions
async def test_no_call_after_a_500_is_lost_or_made_twice(
    server: Server, demo: DeploymentFile, line: NewLine
) -> None:
    lost = line("Requests", f"{server.version}: calls that follow a 500")
    twice = line("Requests", f"{server.version}: tasks made once, of those that follow a 500")
    client = AsyncClient(api_server_url=server.url, timeout=30, max_retries=0)
    deployment = await client.apiserver.deployments.get(demo.name)
    known = {task.id for task in await deployment.tasks.list()}
    made: list[str] = []

    async def create_task() -> None:
        made.append((await deployment.tasks.create({"message": "hello"})).id)

    reads: list[Callable[[], Any]] = [
        client.apiserver.deployments.list,
        client.apiserver.status,
        lambda: client.apiserver.deployments.get(demo.name),
    ]
    for number in range(500):
        await provoke(client, deployment, number)
        with lost.trial():
            await reads[number % 3]()
        await provoke(client, deployment, number)
        with lost.trial():
            # Tasks are what servers are slow at: a tenth of the calls.
            await (deployment.sessions.create() if number % 5 else create_task())
    lost.kept(1000)
    found = [task.id for task in await deployment.tasks.list()]
    with twice.trial(len(made)):
        assert sorted(set(found) - known) == sorted(made)
        assert len(found) == len(set(found))
    twice.kept(100)


@pytest.mark.parametrize("server", ["0.9.2"], indirect=True, scope="module")
async def test_a_restarted_server_is_found_again(server: Server, line: NewLine) -> None:
    tried = line("Requests", f"{server.version}: the call after a restart")
    client = AsyncClient(api_server_url=server.url, timeout=30)
    await client.apiserver.deployments.list()
    server.restart()
    with tried.trial():
        assert await client.apiserver.deployments.list() == []
    tried.kept(1)


CUTS = (0, 150, 250)
STEPS = [{"step": step, "text": f"step {step} of 5"} for step in range(1, 6)]


@pytest.mark.parametrize("server", ["0.8.1"], indirect=True, scope="module")
@pytest.mark.parametrize("kind", ["API server", "control plane"])
async def test_a_stream_cut_by_a_proxy_goes_on(
    server: Server, demo: DeploymentFile, kind: str, line: NewLine
) -> None:
    """Servers lose an event now and then, which whoever reads afterwards sees: then once more."""
    tried = line("Streams", f"{kind} of {server.version}: cut by a proxy, while the workflow runs")
    assert demo.control_plane_url
    upstream = server.url if kind == "API server" else demo.control_plane_url
    near = AsyncClient(api_server_url=server.url, control_plane_url=demo.control_plane_url)
    for cut in CUTS:
        with tried.trial():
            kept: list[Any] = []
            through: list[Any] = []
            while kept != STEPS:
                open_stream = await started(kind, demo, near)
                with proxied(upstream, partial(first_is_cut, cut)) as between:
                    far = AsyncClient(api_server_url=between.url, control_plane_url=between.url)
                    through = []
                    with suppress(ReplayDiffersError):
                        await collect(open_stream(far), through)
                    assert between.accepted > 1
                kept = without_stop(await collect(open_stream(near)))
            assert without_stop(through) == STEPS
    tried.kept(len(CUTS))


def first_is_cut(size: int, connection: int) -> Fault:
    return Fault(cut_after=size) if connection == 0 else NO_FAULT


async def started(
    kind: str, demo: DeploymentFile, client: AsyncClient
) -> Callable[[AsyncClient], EventStream]:
    """Start the progress workflow: what opens its stream."""
    arguments = {"steps": len(STEPS), "interval": 0.25}
    if kind == "API server":
        deployment = await client.apiserver.deployments.get(demo.name)
        definition = TaskDefinition.of("progress", **arguments)
        task = await deployment.tasks.create(definition)
        return lambda client: attrs.evolve(task, client=client).events()
    session = await client.core.sessions.create()
    task_id = await session.run_nowait("progress", **arguments)
    return lambda client: Session(client=client, id=session.id).get_task_result_stream(task_id)


def without_stop(events: list[Any]) -> list[Any]:
    """Without the stop event `{}` at the end, which servers before 0.9 often lose."""
    return events[:-1] if events and events[-1] == {} else events
