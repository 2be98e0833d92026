# Made by `make generate` from tests/unit/_async/test_composition.py: do not edit.
"""Clients and handles are plain objects: attributes, equality, copies."""

from __future__ import annotations

import copy
import json
import pickle
import ssl
from collections.abc import Callable
from functools import lru_cache
from typing import Any, get_type_hints

import httpx
import pytest
from pydantic import BaseModel, SecretStr, ValidationError
from respx import MockRouter

from llama_deploy_client import ClientClosedError, Settings
from llama_deploy_client._options import Fixed, Option
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.sending import MEANS, ClientOptions
from llama_deploy_client.settings import Options

from .calls import deployment, service, session, task

CREDENTIAL = "s3cret"
OPTIONS: dict[str, Any] = {
    "api_server_url": f"http://me:{CREDENTIAL}@one:1",
    "control_plane_url": f"http://me:{CREDENTIAL}@two:2",
    "proxy": f"http://me:{CREDENTIAL}@three:3",
    "token": CREDENTIAL,
    "headers": {"X-Key": CREDENTIAL},
}
OBJECTS: dict[str, Callable[[], Any]] = {
    "ssl_context": ssl.create_default_context,
    "auth": lambda: httpx.BasicAuth("me", CREDENTIAL),
    "transport": lambda: httpx.MockTransport(lambda request: httpx.Response(200, json=[])),
    "http_client": httpx.Client,
    "event_hooks": lambda: {"request": [print]},
}


class Holder(BaseModel):
    """A model of an application, which has a client."""

    client: SyncClient


class Named(SyncClient):
    """A client of an application."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(**options)
        self.name = name


def test_attributes_are_few_and_documented() -> None:
    names = [name for name in dir(SyncClient) if not name.startswith("_")]
    assert len(names) <= 32
    assert [name for name in names if not getattr(SyncClient, name).__doc__] == []


def test_attributes_are_the_options_of_settings_and_what_sends_in_their_place() -> None:
    options = {name for name in dir(SyncClient) if isinstance(getattr(SyncClient, name), Fixed)}
    assert options == set(get_type_hints(ClientOptions)) == {*Settings.model_fields, *MEANS}
    assert set(get_type_hints(Options)) == set(Settings.model_fields)


def test_attributes_can_be_assigned_where_the_settings_can() -> None:
    for name, field in Settings.model_fields.items():
        assert isinstance(getattr(SyncClient, name), Option) is not field.frozen, name


@pytest.mark.parametrize("name", sorted(MEANS))
def test_an_attribute_is_fixed_where_connections_hold_it(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"{name} is fixed.*with_options\({name}="):
        setattr(SyncClient(), name, "s3cret")


def test_there_are_no_other_attributes() -> None:
    client: Any = SyncClient()
    with pytest.raises(AttributeError, match="SyncClient has no option 'time_out'") as caught:
        client.time_out = 5
    assert (caught.value.name, caught.value.obj) == ("time_out", client)


class TestSettings:
    """A client can be given settings that were made before."""

    def test_are_used_as_they_are_and_follow_the_client(self) -> None:
        settings = Settings(timeout=5)
        client = SyncClient(settings=settings)
        settings.timeout = 6
        assert (client.timeout, client.settings is settings) == (6, True)
        client.timeout = 7
        assert settings.timeout == 7

    def test_are_copied_where_options_replace_some(self) -> None:
        settings = Settings(timeout=5, token=SecretStr("one"))
        client = SyncClient(settings=settings, token="two", poll_interval=1)
        assert client.token == SecretStr("two")
        assert (client.timeout, client.poll_interval) == (5, 1)
        assert settings.token == SecretStr("one")

    def test_are_checked_with_the_options_beside_them(self) -> None:
        with pytest.raises(ValidationError, match="token and auth both"):
            SyncClient(settings=Settings(token="one"), auth=httpx.BasicAuth("a", "b"))


def test_a_client_is_equal_to_itself_alone_and_can_be_a_key() -> None:
    one, other = SyncClient(), SyncClient()
    assert one != other
    assert len({one, other, one}) == 2

    @lru_cache
    def named(client: SyncClient) -> str:
        return f"{client!r}"

    named(one), named(one), named(other)
    assert named.cache_info().hits == 1


def test_a_pydantic_model_can_hold_a_client() -> None:
    client = SyncClient(**OPTIONS)
    holder = Holder(client=client)
    assert holder.client is client
    assert CREDENTIAL not in f"{holder!r} {holder} {holder.model_dump_json()}"
    wrong: Any = "http://one:1"
    with pytest.raises(ValidationError, match="instance of"):
        Holder(client=wrong)


SHOWN: list[Callable[[Any], object]] = [
    repr,
    str,
    vars,
    pickle.dumps,
    lambda client: repr(client.settings),
    lambda client: vars(client.settings),
    lambda client: json.dumps(dict(client.settings), default=str),
    lambda client: client.settings.model_dump(),
    lambda client: client.settings.model_dump_json(),
    lambda client: vars(client._sender),
    lambda client: vars(copy.deepcopy(client).settings),
    lambda client: vars(copy.deepcopy(client.settings)),
    lambda client: vars(pickle.loads(pickle.dumps(client)).settings),
    lambda client: pickle.dumps([client.core.sessions]),
    lambda client: client.apiserver,
    lambda client: [client.apiserver.deployments.client],
]


@pytest.mark.parametrize("show", SHOWN)
def test_nothing_derived_from_it_shows_a_credential(show: Callable[[Any], object]) -> None:
    client = SyncClient(**OPTIONS)
    assert CREDENTIAL not in f"{show(client)!r} {show(client)!s}"
    assert client.headers == {"X-Key": CREDENTIAL}
    assert client.api_server_url == OPTIONS["api_server_url"]


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.deepcopy])
@pytest.mark.parametrize(
    "names", [*((name,) for name in OBJECTS), ("ssl_context", "transport")], ids=" and ".join
)
def test_an_object_that_is_in_the_way_of_a_copy_is_named(
    names: tuple[str, ...], duplicate: Callable[[Any], Any]
) -> None:
    options: dict[str, Any] = {name: OBJECTS[name]() for name in names}
    message = f"a client with {' and '.join(names)} cannot be pickled"
    with pytest.raises(TypeError, match=message):
        duplicate(SyncClient(**options))


def test_what_a_subclass_adds_is_copied_with_it() -> None:
    client = Named("mine", timeout=5)
    twin = copy.deepcopy(client)
    assert (twin.name, twin.timeout, type(twin)) == ("mine", 5, Named)
    assert client.with_options(timeout=6).name == "mine"


class TestOtherOptions:
    """`with_options` returns another client. It shares the connections if only requests differ."""

    def test_change_nothing_else(self, client: SyncClient) -> None:
        other = client.with_options(timeout=7, max_retries=5)
        assert (other.timeout, other.max_retries, other.poll_interval) == (7, 5, 0)
        assert (client.timeout, client.max_retries) == (120, 0)

    @pytest.mark.parametrize(
        ("name", "value", "shares"),
        [
            ("timeout", 1, True),
            ("max_retries", 0, True),
            ("api_server_url", "http://another:1", True),
            ("headers", {"X-Tenant": "blue"}, True),
            ("ca_bundle", __file__, False),
            ("client_cert", __file__, False),
            ("disable_ssl", True, False),
            ("proxy", "http://proxy:1", False),
            ("token", "another", False),
            ("max_connections", 7, False),
            ("event_hooks", {"request": []}, False),
            *((name, OBJECTS[name](), False) for name in ("ssl_context", "auth", "transport")),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_share_the_connections_or_have_their_own(
        self, wire: MockRouter, name: str, value: Any, shares: bool
    ) -> None:
        wire.get().respond(json=[])
        client = SyncClient()
        option: dict[str, Any] = {name: value}
        other = client.with_options(**option)
        other.apiserver.deployments.list()
        client.close()
        if shares:
            with pytest.raises(ClientClosedError):
                other.apiserver.deployments.list()
        else:
            assert other.apiserver.deployments.list() == []


def handles(client: SyncClient) -> list[Any]:
    return [
        client.apiserver,
        client.apiserver.deployments,
        deployment(client),
        deployment(client).tasks,
        deployment(client).sessions,
        task(client),
        client.core,
        client.core.sessions,
        client.core.services,
        session(client),
        service(client),
    ]


def test_making_a_handle_sends_nothing(client: SyncClient, wire: MockRouter) -> None:
    assert [*handles(client), task(client).events(), session(client).get_task_result_stream("t")]
    assert not wire.calls


def test_handles_with_equal_ids_are_equal_whatever_their_clients(client: SyncClient) -> None:
    assert handles(client) == handles(SyncClient(timeout=1))
    assert len(set(handles(client) + handles(SyncClient()))) == len(handles(client))


def test_handles_of_another_class_or_id_differ(client: SyncClient) -> None:
    alike: list[object] = [session(client, "s"), service(client, "s")]
    assert alike[0] != alike[1]
    assert session(client, "s") != session(client, "t")
    assert task(client) != task(client, None)
    assert deployment(client, "a").tasks != deployment(client, "b").tasks


def test_a_handle_shows_only_its_ids(client: SyncClient) -> None:
    assert repr(session(client)) == "Session(id='s')"
    assert repr(task(client)) == "Task(id='t', deployment_id='d', session_id='s')"


@pytest.mark.parametrize("duplicate", [lambda it: pickle.loads(pickle.dumps(it)), copy.deepcopy])
def test_a_handle_can_be_pickled_and_copied_with_its_client(duplicate: Any) -> None:
    client = SyncClient(api_server_url="http://elsewhere:1", timeout=None)
    copies = duplicate(handles(client))
    assert copies == handles(client)
    assert {handle.client.api_server_url for handle in copies} == {"http://elsewhere:1"}
    assert {handle.client.timeout for handle in copies} == {None}


def test_a_handle_has_no_room_for_state_and_cannot_be_changed(client: SyncClient) -> None:
    for handle in handles(client):
        with pytest.raises(AttributeError):
            handle.id = "another"
        assert not hasattr(handle, "__dict__")
