"""Streams of real servers through a proxy that cuts them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import attrs
import pytest

from llama_deploy_client import ReplayDiffersError, TaskDefinition
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.streams import EventStream
from scripts.servers import DeploymentFile, Server

from ..conftest import NewLine
from ..wire import NO_FAULT, Fault, proxied
from .helpers import collect

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
