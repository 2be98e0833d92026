# Made by `make generate` from tests/unit/_async/test_composition.py: do not edit.
"""A client is a plain object: what it has, what it is equal to, what can be made of it."""

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
import respx
from pydantic import BaseModel, SecretStr, ValidationError

from llama_deploy_client import Settings
from llama_deploy_client._options import Fixed, Option
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.sending import MEANS, ClientOptions
from llama_deploy_client.settings import Options

CREDENTIAL = "s3cret"
OPTIONS: dict[str, Any] = {
    "api_server_url": f"http://me:{CREDENTIAL}@one:1",
    "control_plane_url": f"http://me:{CREDENTIAL}@two:2",
    "proxy": f"http://me:{CREDENTIAL}@three:3",
    "token": CREDENTIAL,
    "headers": {"X-Key": CREDENTIAL},
}


class Holder(BaseModel):
    """A model of an application, which has a client."""

    client: SyncClient


class TestItsAttributes:
    """Few, and each is documented."""

    def test_are_documented(self) -> None:
        names = [name for name in dir(SyncClient) if not name.startswith("_")]
        assert len(names) <= 32
        undocumented = [name for name in names if not getattr(SyncClient, name).__doc__]
        assert undocumented == []

    def test_are_the_options_of_settings_and_what_sends_in_their_place(self) -> None:
        options = {name for name in dir(SyncClient) if isinstance(getattr(SyncClient, name), Fixed)}
        assert options == set(get_type_hints(ClientOptions)) == {*Settings.model_fields, *MEANS}
        assert set(get_type_hints(Options)) == set(Settings.model_fields)

    def test_can_be_assigned_where_the_settings_can(self) -> None:
        for name, field in Settings.model_fields.items():
            assert isinstance(getattr(SyncClient, name), Option) is not field.frozen, name

    def test_count_for_the_next_call_wherever_they_are_assigned(self) -> None:
        client = SyncClient()
        client.timeout = 5
        assert client.settings.timeout == 5
        client.settings.timeout = 6
        assert client.timeout == 6

    @pytest.mark.parametrize("name", sorted(MEANS))
    def test_are_fixed_where_connections_hold_them(self, name: str) -> None:
        with pytest.raises(AttributeError, match=rf"{name} is fixed.*with_options\({name}="):
            setattr(SyncClient(), name, "s3cret")

    def test_there_are_no_others(self) -> None:
        client: Any = SyncClient()
        with pytest.raises(AttributeError, match="SyncClient has no option 'time_out'") as caught:
            client.time_out = 5
        assert (caught.value.name, caught.value.obj) == ("time_out", client)


class TestSettings:
    """A client can be given settings that were made before."""

    def test_are_used_as_they_are(self) -> None:
        settings = Settings(timeout=5)
        client = SyncClient(settings=settings)
        settings.timeout = 6
        assert (client.timeout, client.settings is settings) == (6, True)

    def test_are_copied_where_options_replace_some(self) -> None:
        settings = Settings(timeout=5, token=SecretStr("one"))
        client = SyncClient(settings=settings, token="two", poll_interval=1)
        assert client.token == SecretStr("two")
        assert (client.timeout, client.poll_interval) == (5, 1)
        assert settings.token == SecretStr("one")

    def test_are_checked_with_the_options_beside_them(self) -> None:
        with pytest.raises(ValidationError, match="token and auth both"):
            SyncClient(settings=Settings(token="one"), auth=httpx.BasicAuth("a", "b"))


class TestIdentity:
    """A client is equal to itself alone."""

    def test_makes_it_a_key(self) -> None:
        one, other = SyncClient(), SyncClient()
        assert one != other
        assert len({one, other, one}) == 2

        @lru_cache
        def named(client: SyncClient) -> str:
            return f"{client!r}"

        named(one), named(one), named(other)
        assert named.cache_info().hits == 1

    def test_is_kept_in_a_pydantic_model(self) -> None:
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
    lambda client: client.apiserver,
    lambda client: [client.apiserver.deployments.client],
]


@pytest.mark.parametrize("show", SHOWN)
def test_nothing_derived_from_it_shows_a_credential(show: Callable[[Any], object]) -> None:
    client = SyncClient(**OPTIONS)
    assert CREDENTIAL not in f"{show(client)!r} {show(client)!s}"
    assert client.headers == {"X-Key": CREDENTIAL}
    assert client.api_server_url == OPTIONS["api_server_url"]


REFUSED: dict[str, dict[str, Any]] = {
    "a URL": {"api_server_url": f"ftp://me:{CREDENTIAL}@one"},
    "two URLs": {"proxy": f"me:{CREDENTIAL}@one", "control_plane_url": f"//me:{CREDENTIAL}@two"},
    "a token": {"token": f"{CREDENTIAL}\n"},
    "a header": {"headers": {"X-Key": f"{CREDENTIAL}\n"}},
    "a header's name": {"headers": {"Content-Length": CREDENTIAL}},
    "a password": {"client_cert_password": [CREDENTIAL]},
    "two ways to sign": {"token": CREDENTIAL, "auth": httpx.BasicAuth("me", CREDENTIAL)},
    "another option": {"token": CREDENTIAL, "timeout": -1},
    "no option": {"tokn": CREDENTIAL},
    "two ways to send": {"http_client": httpx.Client(), "event_hooks": {"request": [print]}},
}


@pytest.mark.parametrize("refused", REFUSED)
@pytest.mark.parametrize("use", [SyncClient, lambda **given: SyncClient().with_options(**given)])
def test_nothing_derived_from_an_error_shows_a_credential(
    use: Callable[..., Any], refused: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        use(**REFUSED[refused])
    error = caught.value
    problems = error.errors()
    assert CREDENTIAL not in f"{error!r} {problems} {error.json()} {vars(error)}"
    assert {each["loc"][0] for each in problems if each["loc"]} <= REFUSED[refused].keys()


def test_nothing_derived_from_an_error_of_an_assignment_shows_a_credential() -> None:
    client = SyncClient(**OPTIONS)
    with pytest.raises(ValidationError, match="api_server_url") as caught:
        client.api_server_url = f"ftp://me:{CREDENTIAL}@one"
    assert CREDENTIAL not in f"{caught.value.errors()} {caught.value.json()}"
    assert client.api_server_url == OPTIONS["api_server_url"]


OBJECTS: dict[str, Callable[[], Any]] = {
    "ssl_context": ssl.create_default_context,
    "auth": lambda: httpx.BasicAuth("me", CREDENTIAL),
    "transport": lambda: httpx.MockTransport(lambda request: httpx.Response(200)),
    "http_client": httpx.Client,
    "event_hooks": lambda: {"request": [print]},
}


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.deepcopy])
def test_an_object_that_is_in_the_way_of_a_copy_is_named(
    name: str, duplicate: Callable[[Any], Any]
) -> None:
    options: dict[str, Any] = {name: OBJECTS[name]()}
    with pytest.raises(TypeError, match=f"a client with {name} cannot be pickled"):
        duplicate(SyncClient(**options))


def test_what_a_subclass_adds_is_copied_with_it() -> None:
    client = Named("mine", timeout=5)
    twin = copy.deepcopy(client)
    assert (twin.name, twin.timeout, type(twin)) == ("mine", 5, Named)
    assert client.with_options(timeout=6).name == "mine"


class Named(SyncClient):
    """A client of an application."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(**options)
        self.name = name


class TestConnections:
    """Clients share them if nothing that makes them what they are is different."""

    @pytest.mark.parametrize(
        "option",
        [
            {"timeout": 1},
            {"max_retries": 0},
            {"api_server_url": "http://another:1"},
            {"headers": {"X-Tenant": "blue"}},
        ],
    )
    def test_are_shared_where_only_requests_differ(
        self, wire: respx.MockRouter, option: Any
    ) -> None:
        client = SyncClient()
        assert self.connections(client, wire) is self.connections(
            client.with_options(**option), wire
        )

    @pytest.mark.parametrize(
        "name",
        [
            *("ca_bundle", "client_cert", "ssl_context", "disable_ssl", "proxy", "token", "auth"),
            *("max_connections", "transport", "event_hooks"),
        ],
    )
    def test_are_not_where_they_would_be_others(self, wire: respx.MockRouter, name: str) -> None:
        values: dict[str, Any] = {
            "ca_bundle": __file__,
            "client_cert": __file__,
            "disable_ssl": True,
            "proxy": "http://proxy:1",
            "token": "another",
            "max_connections": 7,
        }
        client = SyncClient()
        value = values[name] if name in values else OBJECTS[name]()
        option: dict[str, Any] = {name: value}
        other = client.with_options(**option)
        kept = client._sender._connections.get(False, client._sender._make_http)
        theirs = other._sender._connections.get(other.disable_ssl, other._sender._make_http)
        assert kept is not theirs
        assert kept is client._sender._connections.get(False, client._sender._make_http)

    def test_are_others_after_certificates_count_no_more(self, wire: respx.MockRouter) -> None:
        client = SyncClient()
        before = self.connections(client, wire)
        client.disable_ssl = True
        assert self.connections(client, wire) is not before

    def connections(self, client: SyncClient, wire: respx.MockRouter) -> object:
        wire.get().respond(json=[])
        client.apiserver.deployments.list()
        sender = client._sender
        return sender._connections.get(client.disable_ssl, sender._make_http)
