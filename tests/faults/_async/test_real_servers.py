"""Streams of real servers through a proxy that cuts them."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from llama_deploy_client import ReplayDiffersError, TaskDefinition
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Session
from llama_deploy_client._async.streams import EventStream
from scripts.servers import DeploymentFile, Server
from tests.servers.support import without_stop

from ..conftest import Tried
from ..together import together
from ..wire import proxied
from .helpers import collect

STEPS = [{"step": step, "text": f"step {step} of 10"} for step in range(1, 11)]
RUNS = 3
"""Workflows at once: a service runs eight at the most."""


@pytest.mark.parametrize("server", ["0.8.1"], indirect=True, scope="module")
@pytest.mark.parametrize("kind", ["API server", "control plane"])
async def test_a_stream_cut_by_a_proxy_resumes(
    server: Server, demo: DeploymentFile, kind: str, tried: Tried
) -> None:
    """Cut after each event. What comes is what the server has for later requests: servers
    before 0.9 can lose an event, and then, if it was delivered already, the client has to say so.
    """
    assert demo.control_plane_url
    upstream = server.url if kind == "API server" else demo.control_plane_url
    near = AsyncClient(api_server_url=server.url, control_plane_url=demo.control_plane_url)

    async def one(_: int) -> None:
        open_stream = await started(kind, demo, near)
        with proxied(upstream, cut_before_the_next_event) as between:
            far = AsyncClient(api_server_url=between.url, control_plane_url=between.url)
            differs = False
            received = []
            try:
                async for event in open_stream(far):
                    received.append(event)
            except ReplayDiffersError:
                differs = True
            replayed = without_stop(await collect(open_stream(near)))
            if differs:
                assert received != replayed[: len(received)]
            else:
                assert without_stop(received) == replayed
                assert between.accepted > len(STEPS) or replayed != STEPS

    await together(one, RUNS)
    promise = f"{kind} of {server.version}: cut after each event of {len(STEPS)}, as they come"
    tried("Streams", promise, RUNS * len(STEPS))


def cut_before_the_next_event(connection: int) -> bytes:
    """Each connection brings the stream one event further than the one before."""
    return b'{"step": %d,' % (connection + 1)


async def started(
    kind: str, demo: DeploymentFile, client: AsyncClient
) -> Callable[[AsyncClient], EventStream]:
    """Start the progress workflow: what opens its stream."""
    arguments = {"steps": len(STEPS), "interval": 0.1}
    if kind == "API server":
        deployment = await client.apiserver.deployments.get(demo.name)
        definition = TaskDefinition.of("progress", **arguments)
        task = await deployment.tasks.create(definition)
        return lambda client: attrs.evolve(task, client=client).events()
    session = await client.core.sessions.create()
    task_id = await session.run_nowait("progress", **arguments)
    return lambda client: Session(client=client, id=session.id).get_task_result_stream(task_id)
