"""Every option: from an argument, else from the environment, and never shown if secret."""

from __future__ import annotations

import copy
import cProfile
import pickle
import pstats
import ssl
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from pydantic import Field, SecretStr, ValidationError, model_validator

from llama_deploy_client import Client, Settings, SyncClient

CREDENTIAL = "s3cret"


def client(**options: Any) -> Client:
    """A client of options that type checkers would refuse."""
    return Client(**options)


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    path.touch()
    return path


@pytest.mark.parametrize("kind", [Settings, Client, SyncClient])
def test_the_defaults_are_those_of_the_servers(kind: type[Settings]) -> None:
    settings = kind()
    assert settings.api_server_url == "http://localhost:4501"
    assert settings.control_plane_url == "http://localhost:8000"
    assert (settings.timeout, settings.poll_interval) == (120.0, 0.5)
    assert settings.disable_ssl is False
    assert (settings.max_connections, settings.max_retries) == (100, 2)
    assert settings.max_line_size == 16 * 1024 * 1024
    assert settings.max_response_size == 32 * 1024 * 1024
    assert settings.max_values == 1_000_000
    assert settings.headers == {}
    nothing = ["ca_bundle", "client_cert", "ssl_context", "token", "auth", "proxy"]
    assert [getattr(settings, name) for name in nothing] == [None] * 6


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("api_server_url", "http://one:1", "http://one:1"),
        ("control_plane_url", "https://two", "https://two"),
        ("disable_ssl", "true", True),
        ("timeout", "2.5", 2.5),
        ("timeout", "none", None),
        ("poll_interval", "0.1", 0.1),
        ("max_retries", "0", 0),
        ("max_line_size", "1024", 1024),
        ("max_response_size", "1000", 1000),
        ("max_values", "1000", 1000),
        ("max_connections", "7", 7),
        ("token", "s3cret", SecretStr("s3cret")),
        ("headers", '{"X-Tenant": "blue"}', {"X-Tenant": "blue"}),
        ("proxy", "http://three:3", "http://three:3"),
    ],
)
def test_every_option_can_be_a_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: Any
) -> None:
    monkeypatch.setenv(f"LLAMA_DEPLOY_{name.upper()}", text)
    assert getattr(Client(), name) == value


@pytest.mark.parametrize("name", ["ca_bundle", "client_cert"])
def test_a_file_can_be_a_variable_and_has_to_exist(
    monkeypatch: pytest.MonkeyPatch, certificates: Path, name: str
) -> None:
    monkeypatch.setenv(f"LLAMA_DEPLOY_{name.upper()}", str(certificates))
    assert getattr(Client(), name) == certificates
    monkeypatch.setenv(f"LLAMA_DEPLOY_{name.upper()}", str(certificates.with_name("none.pem")))
    with pytest.raises(ValidationError, match=rf"{name}\n.*none\.pem"):
        Client()


def test_an_argument_counts_more_than_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_TIMEOUT", "5")
    assert Client(timeout=None).timeout is None


def test_a_misspelt_option_is_named() -> None:
    with pytest.raises(ValidationError, match="api_server_ulr"):
        client(api_server_ulr="http://one:1")


NO_URLS = [
    *("localhost:4501", "//one", "one", "", "ftp://one", "http://", "http://one:port", "/x"),
    *("http://one:0", "http://one:-1", "http://one:65536", "http://xn--o-.invalid"),
]


@pytest.mark.parametrize(
    ("name", "url"),
    [
        *(("api_server_url", url) for url in NO_URLS),
        *((name, "localhost:4501") for name in ("control_plane_url", "proxy")),
    ],
)
def test_what_is_not_an_absolute_url_names_its_setting(name: str, url: str) -> None:
    told = f"{name}\n.*{url!r} is not an absolute http or https URL"
    with pytest.raises(ValidationError, match=told):
        client(**{name: url})


@pytest.mark.parametrize("end", ["?", "?key=1", "/#", "/#status"])
def test_a_url_that_paths_cannot_follow_is_refused_without_its_password(end: str) -> None:
    with pytest.raises(ValidationError, match=r"'one:80.*' has a query or a fragment") as caught:
        client(api_server_url=f"http://me:s3cret@one:80{end}")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout", -1),
        ("timeout", float("nan")),
        ("poll_interval", -0.1),
        ("poll_interval", None),
        ("max_connections", 1),
        ("max_retries", -1),
        ("max_line_size", 0),
        ("timeout", "soon"),
    ],
)
def test_a_value_out_of_range_names_its_setting(name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=name):
        client(**{name: value})


@pytest.mark.parametrize("name", ["timeout", "poll_interval", "api_server_url", "disable_ssl"])
def test_what_counts_for_the_next_call_can_be_changed_and_is_checked_again(name: str) -> None:
    settings = Client()
    good = {
        "timeout": None,
        "poll_interval": 2.0,
        "api_server_url": "http://a",
        "disable_ssl": True,
    }
    setattr(settings, name, good[name])
    with pytest.raises(ValidationError, match=name):
        setattr(settings, name, "nonsense")
    assert getattr(settings, name) == good[name]


@pytest.mark.parametrize(
    "name", ["max_connections", "ca_bundle", "token", "auth", "headers", "proxy"]
)
def test_what_is_read_once_cannot_be_changed(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"{name} is fixed") as caught:
        setattr(Client(), name, "s3cret")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(AttributeError, match=rf"{name} is fixed") as caught:
        setattr(Settings(), name, "s3cret")
    assert "s3cret" not in str(caught.value)


def test_two_ways_to_sign_are_one_too_many() -> None:
    with pytest.raises(ValidationError, match="token and auth both set the Authorization header"):
        Client(token=SecretStr("a"), auth=httpx.BasicAuth("a", "b"))


def test_tls_settings_of_your_own_replace_the_others(certificates: Path) -> None:
    context = ssl.create_default_context()
    for other in ({"disable_ssl": True}, {"ca_bundle": certificates}):
        with pytest.raises(ValidationError, match="ssl_context replaces"):
            client(ssl_context=context, **other)
    assert Settings(ssl_context=context)._tls()() is context


def test_disable_ssl_accepts_any_certificate() -> None:
    assert Settings(disable_ssl=True)._tls()().verify_mode == ssl.CERT_NONE
    assert Settings()._tls()().verify_mode == ssl.CERT_REQUIRED


class TestCredentials:
    """No credential is shown where settings are."""

    settings = Settings(
        api_server_url=f"http://me:{CREDENTIAL}@one:1",
        control_plane_url=f"http://me:{CREDENTIAL}@two:2",
        proxy=f"http://me:{CREDENTIAL}@three:3",
        token=SecretStr(CREDENTIAL),
        headers={"X-Key": CREDENTIAL},
    )

    @pytest.mark.parametrize("show", [repr, str, "{}".format])
    def test_are_not_in_its_text(self, show: Any) -> None:
        assert CREDENTIAL not in show(self.settings)
        assert "api_server_url='http://one:1'" in show(self.settings)
        assert "control_plane_url='http://two:2'" in show(self.settings)

    def test_are_not_in_its_pickle(self) -> None:
        pickled = pickle.dumps(self.settings)
        assert CREDENTIAL.encode() not in pickled
        assert pickle.loads(pickled).control_plane_url == "http://two:2"

    @pytest.mark.parametrize(
        "url",
        [
            f"me:{CREDENTIAL}@one:1",
            f"http://me:{CREDENTIAL}@one:port",
            f"http://me:{CREDENTIAL}/@one",
            f"ftp://me:{CREDENTIAL}@one",
            f"http://me:{CREDENTIAL}@",
            f"http://me:12/{CREDENTIAL}@one",
            f"http://me:12?{CREDENTIAL}@one",
            f"http://me:12#{CREDENTIAL}@one",
            f"http://me:12#@{CREDENTIAL}@one",
            f"http://me:@/{CREDENTIAL}@one",
        ],
    )
    def test_are_not_in_the_error_about_a_url(self, url: str) -> None:
        for setting in ("api_server_url", "control_plane_url", "proxy"):
            with pytest.raises(ValidationError, match="is not an absolute http or https URL") as e:
                client(**{setting: url})
            assert CREDENTIAL not in str(e.value)

    @pytest.mark.parametrize(
        "wrong", [f"{CREDENTIAL}\n", f" {CREDENTIAL}", f"a\r\n{CREDENTIAL}", f"{CREDENTIAL}é"]
    )
    def test_are_not_in_the_error_about_what_cannot_be_sent(self, wrong: str) -> None:
        """As a token read from a file with its line break would be, if sending it failed."""
        for options in ({"token": wrong}, {"headers": {"X-Key": wrong}}):
            with pytest.raises(ValidationError, match=r"a header can(not)? ") as caught:
                client(**options)
            assert CREDENTIAL not in str(caught.value)

    def test_a_pickle_takes_them_from_the_environment_that_it_wakes_up_in(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pickled = pickle.dumps(self.settings)
        monkeypatch.setenv("LLAMA_DEPLOY_TOKEN", "another")
        assert pickle.loads(pickled).token == SecretStr("another")


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"X-Secret": "s3cret é"}, "only ASCII"),
        ({"X Y": "s3cret"}, "a header's name must consist of ASCII letters"),
        ({"": "s3cret"}, "a header's name must consist of ASCII letters"),
        ({"é": "s3cret"}, "a header's name must consist of ASCII letters"),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused_unseen(headers: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=f"headers\n.*{told}") as caught:
        client(headers=headers)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("kind", [Settings, Client, SyncClient])
def test_a_url_without_its_name_is_refused(kind: Any) -> None:
    with pytest.raises(TypeError, match="positional argument"):
        kind("http://llama.internal")


def test_a_file_of_settings_is_read_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    others = "DATABASE_URL=postgres://db\nLLAMA_DEPLOY_APISERVER_HOST=0.0.0.0\n"
    (tmp_path / ".env").write_text(f"LLAMA_DEPLOY_TIMEOUT=7\n{others}")
    assert SyncClient().timeout == 120
    assert SyncClient(_env_file=".env").timeout == 7  # type: ignore[call-arg]


def test_a_file_of_settings_may_be_in_any_encoding(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("LLAMA_DEPLOY_TIMEOUT=7\n", encoding="utf-16")
    options: dict[str, Any] = {"_env_file": tmp_path / "env", "_env_file_encoding": "utf-16"}
    assert SyncClient(**options).timeout == 7


def test_a_folder_of_secrets_is_read_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "llama_deploy_token").write_text("s3cret")
    options: dict[str, Any] = {"_secrets_dir": tmp_path}
    token = SyncClient(**options).token
    assert isinstance(token, SecretStr)
    assert token.get_secret_value() == "s3cret"


def test_another_prefix_is_one_of_the_environment_and_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER_TIMEOUT", "8")
    (tmp_path / "env").write_text("OTHER_MAX_RETRIES=5\nLLAMA_DEPLOY_MAX_RETRIES=4\n")
    options: dict[str, Any] = {"_env_prefix": "OTHER_", "_env_file": tmp_path / "env"}
    client = SyncClient(**options)
    assert (client.timeout, client.max_retries) == (8, 5)


def test_an_application_can_add_settings_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(Settings):
        region: str = "none"
        zone: str = Field(default="none", validation_alias="MY_ZONE")

    monkeypatch.setenv("LLAMA_DEPLOY_REGION", "north")
    monkeypatch.setenv("LLAMA_DEPLOY_TIMEOUT", "7")
    monkeypatch.setenv("MY_ZONE", "blue")
    settings = Own()
    assert (settings.region, settings.zone) == ("north", "blue")
    client = SyncClient(settings=settings)
    assert client.settings is settings
    assert client.timeout == 7


def test_making_a_client_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test of an application makes one; calls are counted, since times differ."""
    monkeypatch.setenv("LLAMA_DEPLOY_TIMEOUT", "5")
    SyncClient()
    with cProfile.Profile() as profile:
        SyncClient()
    assert pstats.Stats(profile).total_calls < 5000  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "name", ["Content-Length", "transfer-encoding", "Content-Type", "UPGRADE", "Trailer"]
)
def test_headers_that_frame_a_request_are_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=f"the header {name} frames the request"):
        Client(headers={name: "3"})


@pytest.mark.parametrize("text", ["", " "])
@pytest.mark.parametrize("name", Settings.model_fields)
def test_an_empty_variable_is_an_unset_one(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(f"LLAMA_DEPLOY_{name}".upper(), text)
    assert getattr(Settings(), name) == getattr(Settings.model_construct(), name)


def test_spaces_around_a_url_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_CONTROL_PLANE_URL", " http://one:1\n")
    settings = Settings(api_server_url="\thttp://two:2 ", proxy=" http://three:3 ")
    assert settings.control_plane_url == "http://one:1"
    assert (settings.api_server_url, settings.proxy) == ("http://two:2", "http://three:3")


def test_a_deep_copy_has_no_credentials() -> None:
    settings = Settings(
        api_server_url="http://me:s3cret@one", token="s3cret", headers={"X-Api-Key": "s3cret"}
    )
    copied = copy.deepcopy({"settings": settings})["settings"]
    assert copied.api_server_url == "http://one"
    assert (copied.token, copied.headers) == (None, {})


@pytest.mark.parametrize("text", ['{"X-Key": "s3cret', "X-Key: s3cret", '{"X-Key": ["s3cret"]}'])
def test_a_variable_of_headers_that_is_not_their_json_is_refused_unseen(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_HEADERS", text)
    with pytest.raises(ValidationError, match="headers") as caught:
        Settings()
    error = caught.value
    assert "s3cret" not in f"{error} {error.errors()} {error.__cause__!r} {error.__context__!r}"


def test_an_error_of_an_applications_own_settings_holds_no_credential() -> None:
    class Mine(Settings):
        limit: int = 1

        @model_validator(mode="after")
        def _check(self) -> Self:
            if self.limit > 5:
                raise ValueError("too much")
            return self

    with pytest.raises(ValidationError, match="too much") as caught:
        Mine(token="s3cret", limit=9)
    assert "s3cret" not in f"{caught.value.errors()}"


def test_an_assignment_that_contradicts_another_setting_changes_nothing() -> None:
    client = SyncClient(ssl_context=ssl.create_default_context())
    with pytest.raises(ValidationError, match="ssl_context replaces disable_ssl"):
        client.disable_ssl = True
    assert not client.disable_ssl
    client.timeout = 5
    assert client.timeout == 5
