"""The sync client beside the async one."""

from __future__ import annotations

import asyncio
import copy
import cProfile
import pickle
import pstats
from functools import partial
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client import Client, ClientClosedError, SyncClient, models, sync
from llama_deploy_client.models import apiserver, core
from llama_deploy_client.sync import apiserver as sync_apiserver
from llama_deploy_client.sync import core as sync_core


async def test_client_sync_refuses_to_stop_a_running_loop_in_the_words_of_llama_deploy() -> None:
    with pytest.raises(RuntimeError) as caught:
        _ = Client().sync
    assert str(caught.value) == (
        "You cannot use the sync client within an async event loop - "
        "just await the async methods directly."
    )


def test_client_sync_works_where_no_loop_runs(wire: respx.MockRouter) -> None:
    wire.get("http://one:1/deployments/").respond(json=[{"name": "d"}])
    client = Client(api_server_url="http://one:1")
    assert [found.id for found in client.sync.apiserver.deployments.list()] == ["d"]


async def test_client_sync_works_in_a_thread_beside_the_loop(wire: respx.MockRouter) -> None:
    wire.get().respond(json=[])
    client = Client()
    assert await asyncio.to_thread(lambda: client.sync.apiserver.deployments.list()) == []
    assert await client.apiserver.deployments.list() == []
    await client.aclose()


def test_client_sync_has_the_settings_of_the_client() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    options: dict[str, Any] = {
        "api_server_url": "http://one:1",
        "timeout": None,
        "poll_interval": 2.0,
        "token": "s3cret",
        "headers": {"X-Tenant": "blue"},
        "transport": transport,
    }
    client = Client(**options)
    client.disable_ssl = True
    twin = client.sync
    for name in (*options, "disable_ssl", "max_connections"):
        assert getattr(twin, name) == getattr(client, name)


def test_client_sync_shares_one_pool_and_is_closed_with_its_client(
    wire: respx.MockRouter,
) -> None:
    wire.get().respond(json=[])
    client = Client()
    first, second = client.sync, client.sync
    first.apiserver.deployments.list()
    asyncio.run(client.aclose())
    with pytest.raises(ClientClosedError):
        second.apiserver.deployments.list()


def test_client_sync_is_one_and_shares_the_settings() -> None:
    client = Client()
    twin = client.sync
    assert client.sync is twin
    client.timeout = 5
    assert twin.timeout == 5
    twin.max_retries = 0
    assert client.max_retries == 0


def test_client_sync_of_other_options_has_these_and_the_same_connections(
    wire: respx.MockRouter,
) -> None:
    wire.get().respond(json=[])
    client = Client()
    other = client.with_options(timeout=5)
    assert (other.sync.timeout, client.sync.timeout) == (5, 120)
    other.sync.apiserver.deployments.list()
    asyncio.run(client.aclose())
    with pytest.raises(ClientClosedError):
        other.sync.apiserver.deployments.list()


def test_client_sync_of_another_certificate_has_connections_of_its_own(
    wire: respx.MockRouter,
) -> None:
    wire.get().respond(json=[])
    client = Client()
    other = client.with_options(client_cert=__file__)
    asyncio.run(client.aclose())
    assert other.sync.apiserver.deployments.list() == []


def test_client_sync_costs_next_to_nothing() -> None:
    """Programs of llama_deploy's client write it at each call; calls are counted, not seconds."""
    client = Client()
    _ = client.sync
    with cProfile.Profile() as profile:
        _ = client.sync
    assert pstats.Stats(profile).total_calls < 10  # type: ignore[attr-defined]  # no stub has it


def test_client_sync_cannot_use_an_async_http_client() -> None:
    client = Client(http_client=httpx.AsyncClient())
    with pytest.raises(TypeError, match=r"make a SyncClient\(http_client=httpx.Client"):
        _ = client.sync


def test_client_sync_cannot_use_async_hooks() -> None:
    async def hook(_: httpx.Request) -> None: ...

    message = (
        r"^event_hooks are .* call: make a SyncClient\(event_hooks=\.\.\.\) with plain functions$"
    )
    with pytest.raises(TypeError, match=message):
        _ = Client(event_hooks={"request": [hook]}).sync


@pytest.mark.parametrize(
    ("names", "twins"), [(apiserver, sync_apiserver), (core, sync_core), (models, sync)]
)
def test_each_public_handle_has_its_sync_twin(names: Any, twins: Any) -> None:
    assert set(names.__all__) <= set(twins.__all__)


def test_sync_handles_pass_for_the_class_that_llama_deploy_names() -> None:
    client = SyncClient()
    deployment = sync_apiserver.Deployment(client=client, id="d")
    pairs: list[tuple[object, type]] = [
        (client.apiserver, apiserver.ApiServer),
        (client.apiserver.deployments, apiserver.DeploymentCollection),
        (deployment, apiserver.Deployment),
        (deployment.tasks, apiserver.TaskCollection),
        (deployment.sessions, apiserver.SessionCollection),
        (
            sync_apiserver.Task(client=client, id="t", deployment_id="d", session_id="s"),
            apiserver.Task,
        ),
        (client.core, core.Core),
        (client.core.services, core.ServiceCollection),
        (client.core.sessions, core.SessionCollection),
        (sync_core.Service(client=client, id="s"), core.Service),
        (sync_core.Session(client=client, id="s"), core.Session),
    ]
    for handle, kind in pairs:
        assert isinstance(handle, kind)
    assert not isinstance(pairs[-1][0], core.Service)


def test_a_client_can_be_pickled_and_copied_with_its_sync_side(wire: respx.MockRouter) -> None:
    wire.get("http://one:1/deployments/").respond(json=[])
    client = Client(api_server_url="http://one:1")
    client.sync.apiserver.deployments.list()
    for duplicate in (pickle.loads(pickle.dumps(client)), copy.deepcopy(client)):
        assert type(duplicate) is Client
        assert duplicate.sync.apiserver.deployments.list() == []


def test_a_pickle_of_either_side_holds_no_credentials() -> None:
    options: dict[str, Any] = {
        "api_server_url": "http://me:s3cret@one:1",
        "token": "s3cret",
        "headers": {"X-Key": "s3cret"},
    }
    for client in (Client(**options), Client(**options).sync):
        assert b"s3cret" not in pickle.dumps([client, client.core.sessions])


async def _async_hook(_: object) -> None:
    """Of no use to a blocking client: nobody would await it."""


class _AsyncHook:
    async def __call__(self, _: object) -> None: ...


@pytest.mark.parametrize("event", ["request", "response"])
@pytest.mark.parametrize("hook", [_async_hook, partial(_async_hook), _AsyncHook()])
def test_an_async_hook_is_refused_when_the_client_is_made(event: str, hook: Any) -> None:
    with pytest.raises(ValueError, match="is async, and only Client awaits hooks: give SyncClient"):
        SyncClient(event_hooks={event: [hook]})
    client = SyncClient()
    with pytest.raises(ValueError, match="is async"):
        client.with_options(event_hooks={event: [print, hook]})
