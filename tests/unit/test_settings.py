"""Every option: from an argument, else from the environment, and never shown if secret."""

from __future__ import annotations

import copy
import cProfile
import pickle
import pstats
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from pydantic import Field, SecretStr, ValidationError, model_validator

from llama_deploy_client import Client, Settings, SyncClient

SECRET = "s3cret"


def check_shows_no_secret(error: ValidationError) -> None:
    assert SECRET not in f"{error!r} {error} {error.errors()} {error.json()} {vars(error)}"


def refusal(**options: Any) -> str:
    """The message that refuses these options. Nothing of the error shows the secret."""
    uses: list[Callable[..., Client]] = [lambda **new: Client().with_options(**new), Client]
    messages = []
    for use in uses:
        with pytest.raises(ValidationError) as caught:
            use(**options)
        check_shows_no_secret(caught.value)
        messages.append(str(caught.value))
    return messages[-1]


@pytest.mark.parametrize("kind", [Settings, Client, SyncClient])
def test_the_defaults_are_those_of_the_servers(kind: Any) -> None:
    defaults: dict[str, Any] = {
        "api_server_url": "http://localhost:4501",
        "control_plane_url": "http://localhost:8000",
        "timeout": 120.0,
        "poll_interval": 0.5,
        "disable_ssl": False,
        "max_connections": 100,
        "max_retries": 2,
        "max_line_size": 16 * 1024 * 1024,
        "max_response_size": 32 * 1024 * 1024,
        "max_values": 1_000_000,
        "headers": {},
        **dict.fromkeys(["ca_bundle", "client_cert", "ssl_context", "token", "auth", "proxy"]),
    }
    assert {name: getattr(kind(), name) for name in defaults} == defaults
    with pytest.raises(TypeError, match="positional argument"):
        kind("http://llama.internal")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("api_server_url", "http://one:1", "http://one:1"),
        ("control_plane_url", " https://two\n", "https://two"),
        ("disable_ssl", "true", True),
        ("timeout", "2.5", 2.5),
        ("timeout", "none", None),
        ("max_connections", "7", 7),
        ("token", "s3cret", SecretStr("s3cret")),
        ("headers", '{"X-Tenant": "blue"}', {"X-Tenant": "blue"}),
        ("proxy", " http://three:3\t", "http://three:3"),
    ],
)
def test_an_option_can_be_a_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: Any
) -> None:
    monkeypatch.setenv(f"LLAMA_DEPLOY_{name.upper()}", text)
    assert getattr(Client(), name) == value


@pytest.mark.parametrize("text", ["", " "])
@pytest.mark.parametrize("name", Settings.model_fields)
def test_an_empty_variable_is_an_unset_one(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(f"LLAMA_DEPLOY_{name}".upper(), text)
    assert getattr(Settings(), name) == getattr(Settings.model_construct(), name)


@pytest.mark.parametrize("name", ["ca_bundle", "client_cert"])
def test_a_file_can_be_a_variable_and_has_to_exist(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"LLAMA_DEPLOY_{name.upper()}", __file__)
    assert getattr(Client(), name) == Path(__file__)
    monkeypatch.setenv(f"LLAMA_DEPLOY_{name.upper()}", "absent.pem")
    assert f"{name}\n  Value error, there is no file 'absent.pem'" in refusal()


def test_an_argument_takes_precedence_over_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_TIMEOUT", "5")
    assert Client(timeout=None).timeout is None


NOT_URLS = [
    *("localhost:4501", "//one", "one", "", "ftp://one", "http://", "http://one:port", "/x"),
    *("http://one:0", "http://one:-1", "http://one:65536", "http://xn--o-.invalid"),
]
WITH_SECRETS = [
    *(f"me:{SECRET}@one:1", f"http://me:{SECRET}@one:port", f"http://me:{SECRET}/@one"),
    *(f"ftp://me:{SECRET}@one", f"http://me:{SECRET}@", f"http://me:12/{SECRET}@one"),
    *(f"http://me:12?{SECRET}@one", f"http://me:12#{SECRET}@one", f"http://me:12#@{SECRET}@one"),
    f"http://me:@/{SECRET}@one",
]


@pytest.mark.parametrize("url", NOT_URLS + WITH_SECRETS)
def test_an_invalid_url_names_its_setting_and_no_secret(url: str) -> None:
    for name in ("api_server_url", "control_plane_url", "proxy"):
        message = refusal(**{name: url})
        assert f"{name}\n" in message
        assert "is not an absolute http or https URL" in message
        assert url in WITH_SECRETS or f"{url!r} is not" in message


@pytest.mark.parametrize("end", ["?", "?key=1", "/#", "/#status"])
def test_a_url_with_a_query_or_a_fragment_is_refused(end: str) -> None:
    message = refusal(api_server_url=f"http://me:{SECRET}@one:80{end}")
    assert "'one:80" in message or "'http://one:80" in message
    assert "has a query or a fragment" in message


CONTEXT = ssl.create_default_context()
FRAMING = ["Content-Length", "transfer-encoding", "Content-Type", "UPGRADE", "Trailer"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"api_server_ulr": "http://one:1"}, "no such setting (did you mean 'api_server_url'?)"),
        ({"base_url": "http://one:1"}, "no such setting (did you mean 'api_server_url'?)"),
        ({"nonsense": 1}, "no such setting"),
        ({"tokn": SECRET}, "no such setting (did you mean 'token'?)"),
        ({"token": SECRET, "timeout": -1}, "timeout"),
        ({"client_cert_password": [SECRET]}, "client_cert_password"),
        ({"proxy": f"me:{SECRET}@one", "control_plane_url": f"//me:{SECRET}@two"}, "proxy"),
        ({"token": 5}, "must be a text, got int"),
        ({"client_cert": ("a", "b")}, "must be a path or a text, got tuple"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": "soon"}, "timeout"),
        ({"poll_interval": -0.1}, "poll_interval"),
        ({"poll_interval": None}, "poll_interval"),
        ({"max_connections": 1}, "max_connections"),
        ({"max_retries": -1}, "max_retries"),
        ({"max_line_size": 0}, "max_line_size"),
        # As a token read from a file with its line break would be, if sending it failed.
        *(({"token": text}, "a header can") for text in (f"{SECRET}\n", f" {SECRET}")),
        *(({"token": text}, "a header can") for text in (f"a\r\n{SECRET}", f"{SECRET}é")),
        ({"headers": {"X-Secret": f"{SECRET}\n"}}, "a header cannot"),
        ({"headers": {"X-Secret": f"{SECRET} é"}}, "only ASCII"),
        *(
            ({"headers": {name: SECRET}}, "a header's name must consist of ASCII letters")
            for name in ("X Y", "", "é")
        ),
        *(({"headers": {name: SECRET}}, f"the header {name} cannot be set") for name in FRAMING),
        (
            {"token": SECRET, "auth": httpx.BasicAuth("a", SECRET)},
            "token and auth both set the Authorization header",
        ),
        ({"ssl_context": CONTEXT, "disable_ssl": True}, "ssl_context cannot be combined"),
        ({"ssl_context": CONTEXT, "ca_bundle": __file__}, "ssl_context cannot be combined"),
    ],
)
def test_an_invalid_option_is_named_and_its_secret_is_not_shown(options: Any, message: str) -> None:
    assert message in refusal(**options)


@pytest.mark.parametrize("text", ['{"X-Key": "s3cret', "X-Key: s3cret", '{"X-Key": ["s3cret"]}'])
def test_headers_in_a_variable_have_to_be_json_and_are_not_shown(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_HEADERS", text)
    with pytest.raises(ValidationError, match="headers") as caught:
        Settings()
    check_shows_no_secret(caught.value)
    assert SECRET not in f"{caught.value.__cause__!r} {caught.value.__context__!r}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout", None),
        ("poll_interval", 2.0),
        ("api_server_url", "http://a"),
        ("disable_ssl", True),
    ],
)
def test_an_option_of_later_calls_can_be_assigned_and_is_checked(name: str, value: Any) -> None:
    settings = Client()
    setattr(settings, name, value)
    with pytest.raises(ValidationError, match=name) as caught:
        setattr(settings, name, f"ftp://me:{SECRET}@one")
    check_shows_no_secret(caught.value)
    assert getattr(settings, name) == value


def test_an_assignment_that_contradicts_another_setting_changes_nothing() -> None:
    client = SyncClient(ssl_context=CONTEXT)
    with pytest.raises(ValidationError, match="ssl_context cannot be combined with disable_ssl"):
        client.disable_ssl = True
    assert not client.disable_ssl
    client.timeout = 5
    assert client.timeout == 5


@pytest.mark.parametrize("kind", [Client, Settings])
@pytest.mark.parametrize(
    "name", ["max_connections", "ca_bundle", "token", "auth", "headers", "proxy"]
)
def test_an_option_of_the_connections_cannot_be_assigned(name: str, kind: Any) -> None:
    with pytest.raises(AttributeError, match=rf"{name} is fixed") as caught:
        setattr(kind(), name, SECRET)
    assert SECRET not in str(caught.value)


def test_tls_is_your_own_context_or_made_from_the_other_settings() -> None:
    assert Settings(ssl_context=CONTEXT)._tls()() is CONTEXT
    assert Settings(disable_ssl=True)._tls()().verify_mode == ssl.CERT_NONE
    assert Settings()._tls()().verify_mode == ssl.CERT_REQUIRED


def test_settings_are_copied_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(api_server_url=f"http://me:{SECRET}@one:1", token=SECRET)
    assert "api_server_url='http://one:1', control_plane_url='http" in repr(settings)
    pickled = pickle.dumps(settings)
    for copied in (pickle.loads(pickled), copy.deepcopy({"settings": settings})["settings"]):
        assert (copied.api_server_url, copied.token) == ("http://one:1", None)
    monkeypatch.setenv("LLAMA_DEPLOY_TOKEN", "another")  # of the machine that unpickles it
    assert pickle.loads(pickled).token == SecretStr("another")


def test_files_of_settings_are_read_only_where_they_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    others = "DATABASE_URL=postgres://db\nLLAMA_DEPLOY_APISERVER_HOST=0.0.0.0\n"
    Path(".env").write_text(f"LLAMA_DEPLOY_TIMEOUT=7\n{others}")
    Path("utf-16").write_text("LLAMA_DEPLOY_TIMEOUT=8\n", encoding="utf-16")
    Path("llama_deploy_token").write_text(SECRET)
    Path("env").write_text("OTHER_MAX_RETRIES=5\nLLAMA_DEPLOY_MAX_RETRIES=4\n")
    monkeypatch.setenv("OTHER_TIMEOUT", "9")

    def read(**options: Any) -> SyncClient:
        return SyncClient(**options)

    assert read().timeout == 120
    assert read(_env_file=".env").timeout == 7
    assert read(_env_file="utf-16", _env_file_encoding="utf-16").timeout == 8
    assert read(_secrets_dir=tmp_path).token == SecretStr(SECRET)
    client = read(_env_prefix="OTHER_", _env_file="env")
    assert (client.timeout, client.max_retries) == (9, 5)


def test_an_application_can_add_settings_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(Settings):
        region: str = "none"
        zone: str = Field(default="none", validation_alias="MY_ZONE")
        limit: int = 1

        @model_validator(mode="after")
        def _check(self) -> Self:
            if self.limit > 5:
                raise ValueError("too much")
            return self

    monkeypatch.setenv("LLAMA_DEPLOY_REGION", "north")
    monkeypatch.setenv("LLAMA_DEPLOY_TIMEOUT", "7")
    monkeypatch.setenv("MY_ZONE", "blue")
    settings = Own()
    assert (settings.region, settings.zone) == ("north", "blue")
    client = SyncClient(settings=settings)
    assert client.settings is settings
    assert client.timeout == 7
    with pytest.raises(ValidationError, match="too much") as caught:
        Own(token=SECRET, limit=9)
    assert SECRET not in f"{caught.value.errors()}"


def test_making_a_client_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test of an application makes one; calls are counted, since times differ."""
    monkeypatch.setenv("LLAMA_DEPLOY_TIMEOUT", "5")
    SyncClient()
    with cProfile.Profile() as profile:
        SyncClient()
    assert pstats.Stats(profile).total_calls < 5000  # type: ignore[attr-defined]
