"""A credential goes only to a server whose URL is of the same source."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from shlex import quote
from typing import Any

import pytest
import respx

from llama_deploy_client.cli.exits import ExitCode

from .conftest import Cli

Write = Callable[[str], Path]
SECRET = "s3cret-t0ken"
SOURCES = ("flag", "named", "environment", "default")
URL = {source: f"http://{source}.example" for source in SOURCES}
CREDENTIALS = {"token": SECRET, "headers": {"X-Key": SECRET}}


class Given:
    """Settings, and the sources that have them."""

    def __init__(self, write: Write, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.flags: list[str] = []
        self._write = write
        self._set = monkeypatch.setenv
        self._folder = folder
        self._profiles: dict[str, dict[str, Any]] = {}

    def add(self, source: str, key: str, value: Any) -> None:
        if source == "environment":
            text = value if isinstance(value, str) else json.dumps(value)
            self._set(f"LLAMA_DEPLOY_{key.upper()}", text)
        elif source == "flag":
            self.flags += self._flag(key, value)
        else:
            self._profiles.setdefault(source, {})[key] = value
            if source == "named" and "--profile" not in self.flags:
                self.flags += ["--profile", "named"]
        self._write("".join(self._table(*item) for item in self._profiles.items()))

    def _flag(self, key: str, value: Any) -> list[str]:
        if key == "token":
            file = self._folder / "token"
            file.write_text(value)
            file.chmod(0o600)
            return ["--token-file", str(file)]
        return ["--control-plane-url" if key.startswith("control") else "--url", value]

    @staticmethod
    def _table(name: str, settings: dict[str, Any]) -> str:
        lines = [f"[{name}]"]
        for key, value in settings.items():
            text = '{"X-Key" = "%s"}' % SECRET if key == "headers" else json.dumps(value)  # noqa: UP031
            lines.append(f"{key} = {text}")
        return "\n".join([*lines, ""])


@pytest.fixture
def given(
    write_profiles: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wire: respx.MockRouter
) -> Given:
    wire.get(path="/deployments/").respond(json=[{"name": "one"}])
    wire.get(path="/services").respond(json={})
    return Given(write_profiles, monkeypatch, tmp_path)


def sent(wire: respx.MockRouter) -> str:
    return "".join(str(call.request.headers) for call in wire.calls)


PAIRS = [pair for pair in permutations(SOURCES, 2) if set(pair) != {"named", "default"}]
"""Of the source that has the URL and the one that has the credential; the profile `[default]` does
not count beside one that is named."""


@pytest.mark.parametrize(
    ("of_url", "of_secret", "key"),
    [
        (of_url, of_secret, key)
        for of_url, of_secret in PAIRS
        for key in CREDENTIALS
        if (of_secret, key) != ("flag", "headers")  # no flag has headers
    ],
)
def test_it_is_not_sent_to_a_url_of_another_source(
    cli: Cli, wire: respx.MockRouter, given: Given, of_url: str, of_secret: str, key: str
) -> None:
    given.add(of_url, "api_server_url", URL[of_url])
    given.add(of_secret, key, CREDENTIALS[key])
    ended = cli("deployments", "list", *given.flags)
    assert SECRET not in sent(wire) + ended.out + ended.err
    if of_secret == "flag":  # what is asked for right now is not left out silently
        assert ended.code == ExitCode.USAGE
        assert "--token-file is not sent to the URL of " in ended.error
        assert "Add --url URL" in ended.error
    else:
        assert ended.code == ExitCode.DONE
        assert wire.calls.last.request.url.host == f"{of_url}.example"


@pytest.mark.parametrize("source", SOURCES)
def test_it_is_sent_to_a_url_of_its_own_source(
    cli: Cli, wire: respx.MockRouter, given: Given, source: str
) -> None:
    given.add(source, "api_server_url", URL[source])
    given.add(source, "token", SECRET)
    assert cli("deployments", "list", *given.flags).code == ExitCode.DONE
    assert wire.calls.last.request.headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("source", SOURCES)
def test_it_is_sent_to_the_default_url_where_no_source_gives_one(
    cli: Cli, wire: respx.MockRouter, given: Given, source: str
) -> None:
    given.add(source, "token", SECRET)
    assert cli("deployments", "list", *given.flags).code == ExitCode.DONE
    assert wire.calls.last.request.headers["authorization"] == f"Bearer {SECRET}"


def test_the_same_url_may_be_given_twice(cli: Cli, wire: respx.MockRouter, given: Given) -> None:
    given.add("default", "api_server_url", "http://one.example")
    given.add("default", "token", SECRET)
    given.add("flag", "api_server_url", "http://one.example")
    assert cli("deployments", "list", *given.flags).code == ExitCode.DONE
    assert wire.calls.last.request.headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize(("of_url", "of_secret"), PAIRS)
def test_a_control_plane_is_another_server(
    cli: Cli, wire: respx.MockRouter, given: Given, of_url: str, of_secret: str
) -> None:
    given.add(of_url, "control_plane_url", "http://plane.example")
    given.add(of_secret, "api_server_url", URL[of_secret])
    given.add(of_secret, "token", SECRET)
    cli("services", "list", *given.flags)
    assert SECRET not in sent(wire)


@pytest.mark.parametrize("source", SOURCES)
def test_a_default_url_is_not_that_of_a_source_which_names_another_server(
    cli: Cli, wire: respx.MockRouter, given: Given, source: str
) -> None:
    given.add(source, "api_server_url", URL[source])
    given.add(source, "token", SECRET)
    ended = cli("services", "list", *given.flags)
    assert SECRET not in sent(wire)
    assert ended.code == (ExitCode.USAGE if source == "flag" else ExitCode.DONE)


def test_headers_of_two_sources_are_not_merged(
    cli: Cli, wire: respx.MockRouter, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_HEADERS", json.dumps({"X-Other": SECRET}))
    given.add("named", "api_server_url", URL["named"])
    given.add("named", "headers", {"X-Key": SECRET})
    assert cli("deployments", "list", *given.flags).code == ExitCode.DONE
    assert wire.calls.last.request.headers["x-key"] == SECRET
    assert "x-other" not in wire.calls.last.request.headers


def test_the_error_of_a_server_that_wants_it_says_why_it_was_not_sent(
    cli: Cli, wire: respx.MockRouter, given: Given
) -> None:
    wire.get(path="/deployments/").respond(401)
    given.add("flag", "api_server_url", URL["flag"])
    given.add("environment", "token", SECRET)
    ended = cli("deployments", "list", *given.flags)
    assert ended.code == ExitCode.AUTHENTICATION
    assert "The token from LLAMA_DEPLOY_TOKEN was not sent" in ended.error
    assert "this URL is from --url" in ended.error


@pytest.mark.parametrize(
    ("status", "source", "said"),
    [
        (401, None, "Set a token: LLAMA_DEPLOY_TOKEN, --token-file or a profile."),
        (403, "environment", "The token is from LLAMA_DEPLOY_TOKEN: "),
        (401, "flag", "The token is from --token-file: "),
        (401, "named", "The token is from profile 'named' in "),
    ],
)
def test_the_error_of_a_server_that_wants_another_token_says_which_it_got(
    cli: Cli, wire: respx.MockRouter, given: Given, status: int, source: str | None, said: str
) -> None:
    wire.get(path="/deployments/").respond(status)
    if source is not None:
        given.add(source, "token", SECRET)
    ended = cli("deployments", "list", *given.flags)
    assert (ended.code, said in ended.err) == (ExitCode.AUTHENTICATION, True)


def test_a_proxy_that_wants_credentials_is_not_given_a_token(
    cli: Cli, wire: respx.MockRouter
) -> None:
    wire.get(path="/deployments/").respond(407)
    ended = cli("deployments", "list")
    assert ended.code == ExitCode.AUTHENTICATION
    assert "token" not in ended.error


def test_config_shows_where_each_setting_comes_from(
    cli: Cli, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given.add("named", "api_server_url", f"http://user:{SECRET}@named.example")
    given.add("named", "headers", {"X-Key": SECRET})
    given.add("named", "proxy", f"http://user:{SECRET}@proxy.example")
    given.add("environment", "token", SECRET)
    given.add("environment", "api_server_url", URL["environment"])
    monkeypatch.setenv("LLAMA_DEPLOY_TIMEOUT", "7")
    ended = cli("config", *given.flags, "--insecure", "--json")
    assert (ended.code, SECRET in ended.out + ended.err) == (ExitCode.DONE, False)
    rows = {row["setting"]: row for row in json.loads(ended.out)}
    assert rows["api_server_url"]["value"] == "http://named.example"
    assert rows["api_server_url"]["source"].startswith("profile 'named' in ")
    assert rows["headers"]["value"] == {"X-Key": "(hidden)"}
    assert rows["proxy"]["value"] == "http://proxy.example"
    assert rows["token"]["value"] == "(hidden) not sent: other URL"
    assert rows["token"]["source"] == "LLAMA_DEPLOY_TOKEN"
    assert rows["timeout"] == {
        "setting": "timeout",
        "value": 7.0,
        "source": "LLAMA_DEPLOY_TIMEOUT",
    }
    assert rows["disable_ssl"]["source"] == "--insecure"
    assert rows["max_retries"]["source"] == "default"
    assert rows["profile"]["value"] == "named"
    assert rows["profile"]["source"].startswith("--profile (")


def test_profiles_are_shown_without_secrets(cli: Cli, given: Given) -> None:
    given.add("default", "api_server_url", f"http://user:{SECRET}@default.example")
    given.add("default", "token", SECRET)
    given.add("default", "headers", {"X-Key": SECRET})
    given.add("default", "client_cert_password", SECRET)
    given.add("named", "deployment", "one")
    listed = cli("profiles", "list")
    assert listed.out == "default\thttp://default.example\t-\nnamed\t-\tone\n"
    shown = cli("profiles", "show", "--json")
    assert json.loads(shown.out) == {
        "api_server_url": "http://default.example",
        "token": "(hidden)",
        "headers": {"X-Key": "(hidden)"},
        "client_cert_password": "(hidden)",
    }
    assert cli("profiles", "show", "named").out == "deployment\tone\n"
    missing = cli("profiles", "show", "nmaed")
    assert missing.code == ExitCode.USAGE
    assert "there is no profile 'nmaed' in " in missing.error
    assert "(did you mean 'named'?)" in missing.error
    assert SECRET not in listed.out + shown.out


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, True), (0o604, True)])
@pytest.mark.parametrize("place", ["flag", "profile", "token in profile"])
def test_a_file_with_a_token_that_others_can_read_is_warned_of(
    cli: Cli,
    given: Given,
    write_profiles: Write,
    tmp_path: Path,
    mode: int,
    warned: bool,
    place: str,
) -> None:
    file = tmp_path / "token"
    file.write_text(SECRET)
    flags = ["--token-file", str(file)] if place == "flag" else []
    if place == "profile":
        write_profiles(f"[default]\ntoken_file = {json.dumps(str(file))}")
    elif place == "token in profile":
        file = write_profiles(f'[default]\ntoken = "{SECRET}"')
    file.chmod(mode)
    ended = cli("deployments", "list", *flags)
    assert (ended.code, ended.out) == (ExitCode.DONE, "one\n")
    line = f"warning: other users of this machine can read {file}: chmod 600 {quote(str(file))}\n"
    assert ended.err == (line if warned else "")
