"""`client.sync`, the blocking side of a client, and the two sides beside each other."""

from __future__ import annotations

import asyncio
import copy
import cProfile
import gc
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


@pytest.fixture(autouse=True)
def deployments(wire: respx.MockRouter) -> respx.Route:
    """Every server has one deployment, `d`."""
    return wire.get().respond(json=[{"name": "d"}])


def names(client: SyncClient) -> list[str]:
    return [deployment.id for deployment in client.apiserver.deployments.list()]


async def test_a_running_loop_refuses_it_in_the_words_of_llama_deploy() -> None:
    with pytest.raises(RuntimeError) as caught:
        _ = Client().sync
    assert str(caught.value) == (
        "You cannot use the sync client within an async event loop - "
        "just await the async methods directly."
    )


async def test_it_works_in_a_thread_beside_the_loop() -> None:
    client = Client()
    assert await asyncio.to_thread(lambda: names(client.sync)) == ["d"]
    assert len(await client.apiserver.deployments.list()) == 1
    await client.aclose()


def test_it_is_one_object_with_the_settings_of_the_client() -> None:
    options: dict[str, Any] = {
        "api_server_url": "http://one:1",
        "timeout": None,
        "poll_interval": 2.0,
        "token": "s3cret",
        "headers": {"X-Tenant": "blue"},
        "transport": httpx.MockTransport(lambda request: httpx.Response(200)),
    }
    client = Client(**options)
    client.disable_ssl = True
    twin = client.sync
    assert client.sync is twin
    for name in (*options, "disable_ssl", "max_connections"):
        assert getattr(twin, name) == getattr(client, name)
    client.timeout = 5
    assert twin.timeout == 5
    twin.max_retries = 0
    assert client.max_retries == 0


def test_other_options_share_its_connections_until_the_client_is_closed() -> None:
    client = Client()
    other = client.with_options(timeout=5)
    apart = client.with_options(client_cert=__file__)  # another certificate, other connections
    assert (other.sync.timeout, client.sync.timeout) == (5, 120)
    assert names(other.sync) == names(client.sync) == ["d"]
    asyncio.run(client.aclose())
    for closed in (client, other):
        with pytest.raises(ClientClosedError):
            names(closed.sync)
    assert names(apart.sync) == ["d"]


def test_it_costs_next_to_nothing() -> None:
    """Programs of llama_deploy's client write it at each call; calls are counted, not seconds."""
    client = Client()
    _ = client.sync
    gc.collect()  # its callbacks would be counted
    with cProfile.Profile() as profile:
        _ = client.sync
    assert pstats.Stats(profile).total_calls < 10  # type: ignore[attr-defined]  # no stub has it


async def _async_hook(_: object) -> None:
    """Useless for a blocking client: nobody would await it."""


class _AsyncHook:
    async def __call__(self, _: object) -> None: ...


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"http_client": httpx.AsyncClient()}, r"make a SyncClient\(http_client=httpx.Client"),
        (
            {"event_hooks": {"request": [_async_hook]}},
            r"^event_hooks are .* call: make a SyncClient\(event_hooks=\.\.\.\) with plain "
            "functions$",
        ),
    ],
    ids=["http_client", "event_hooks"],
)
def test_async_options_are_refused_with_what_to_write(options: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        _ = Client(**options).sync


@pytest.mark.parametrize("event", ["request", "response"])
@pytest.mark.parametrize("hook", [_async_hook, partial(_async_hook), _AsyncHook()])
def test_a_blocking_client_refuses_an_async_hook(event: str, hook: Any) -> None:
    with pytest.raises(ValueError, match="is async, and only Client awaits hooks: give SyncClient"):
        SyncClient(event_hooks={event: [hook]})
    with pytest.raises(ValueError, match="is async"):
        SyncClient().with_options(event_hooks={event: [print, hook]})


@pytest.mark.parametrize(
    ("public", "twins"), [(apiserver, sync_apiserver), (core, sync_core), (models, sync)]
)
def test_each_public_handle_has_its_sync_twin_which_counts_as_one(public: Any, twins: Any) -> None:
    assert set(public.__all__) <= set(twins.__all__)
    for name in {*public.__all__} - {*models.__all__}:
        assert issubclass(getattr(twins, name), getattr(public, name))
    assert not issubclass(sync_apiserver.Task, core.Service)


def test_a_client_can_be_pickled_and_copied_with_its_sync_side() -> None:
    client = Client(api_server_url="http://one:1")
    assert names(client.sync) == ["d"]
    for duplicate in (pickle.loads(pickle.dumps(client)), copy.deepcopy(client)):
        assert type(duplicate) is Client
        assert names(duplicate.sync) == ["d"]
