"""A credential goes only to a server whose URL is of the same source."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from shlex import quote
from typing import Any

import pytest
import respx

from llama_deploy_client.cli.exits import ExitCode

from .conftest import Cli, Write

SECRET = "s3cret-t0ken"
SOURCES = ("flag", "named", "environment", "default")
URL = {source: f"http://{source}.example" for source in SOURCES}
CREDENTIALS = {"token": SECRET, "headers": {"X-Key": SECRET}}
FLAGS = {"api_server_url": "--url", "control_plane_url": "--control-plane-url"}


class Sources:
    """Settings, each in its source: a flag, a named profile, the environment, `[default]`."""

    def __init__(self, write: Write, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.flags: list[str] = []
        self._write = write
        self._set = monkeypatch.setenv
        self._token_file = folder / "token"
        self._profiles: dict[str, str] = {}

    def add(self, source: str, key: str, value: Any) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        if source == "environment":
            self._set(f"LLAMA_DEPLOY_{key.upper()}", text)
        elif source == "flag" and key == "token":
            self._token_file.touch(0o600)
            self._token_file.write_text(text)
            self.flags += ["--token-file", str(self._token_file)]
        elif source == "flag":
            self.flags += [FLAGS[key], text]
        else:
            if source == "named" and "--profile" not in self.flags:
                self.flags += ["--profile", "named"]
            toml = json.dumps(value).replace('": "', '" = "')  # of a table, too
            profile = self._profiles.get(source, f"[{source}]\n")
            self._profiles[source] = f"{profile}{key} = {toml}\n"
            self._write("".join(self._profiles.values()))


@pytest.fixture
def sources(
    write_profiles: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wire: respx.MockRouter
) -> Sources:
    wire.get(path="/deployments/").respond(json=[{"name": "one"}])
    wire.get(path="/services").respond(json={})
    return Sources(write_profiles, monkeypatch, tmp_path)


def sent(wire: respx.MockRouter) -> str:
    """The headers of all requests."""
    return "".join(str(call.request.headers) for call in wire.calls)


PAIRS = [pair for pair in permutations(SOURCES, 2) if set(pair) != {"named", "default"}]
"""The source of the URL and that of the credential; a named profile stands in for `[default]`."""


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
    cli: Cli, wire: respx.MockRouter, sources: Sources, of_url: str, of_secret: str, key: str
) -> None:
    sources.add(of_url, "api_server_url", URL[of_url])
    sources.add(of_secret, key, CREDENTIALS[key])
    ended = cli("deployments", "list", *sources.flags)
    assert SECRET not in sent(wire) + ended.out + ended.err
    if of_secret == "flag":  # the user asks for it right now
        assert ended.code == ExitCode.USAGE
        assert "--token-file is not sent to the URL of " in ended.error
        assert "Add --url URL" in ended.error
    else:
        assert ended.code == ExitCode.DONE
        assert wire.calls.last.request.url.host == f"{of_url}.example"


def test_a_token_of_the_profile_does_not_stand_in_for_the_token_file(
    cli: Cli, wire: respx.MockRouter, sources: Sources
) -> None:
    sources.add("named", "api_server_url", URL["named"])
    sources.add("named", "token", "another")
    sources.add("flag", "token", SECRET)
    ended = cli("deployments", "list", *sources.flags)
    assert ended.code == ExitCode.USAGE
    assert "--token-file is not sent to the URL of " in ended.error
    assert not wire.calls


@pytest.mark.parametrize("with_url", [True, False])
@pytest.mark.parametrize("source", SOURCES)
def test_it_is_sent_to_the_url_of_its_own_source_or_to_the_default_url(
    cli: Cli, wire: respx.MockRouter, sources: Sources, source: str, with_url: bool
) -> None:
    if with_url:
        sources.add(source, "api_server_url", URL[source])
    sources.add(source, "token", SECRET)
    assert cli("deployments", "list", *sources.flags).code == ExitCode.DONE
    assert wire.calls.last.request.headers["authorization"] == f"Bearer {SECRET}"


def test_it_is_sent_where_another_source_has_the_same_url(
    cli: Cli, wire: respx.MockRouter, sources: Sources
) -> None:
    sources.add("default", "api_server_url", "http://one.example")
    sources.add("default", "token", SECRET)
    sources.add("flag", "api_server_url", "http://one.example")
    assert cli("deployments", "list", *sources.flags).code == ExitCode.DONE
    assert wire.calls.last.request.headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize(("of_url", "of_secret"), PAIRS)
def test_a_control_plane_is_another_server(
    cli: Cli, wire: respx.MockRouter, sources: Sources, of_url: str, of_secret: str
) -> None:
    sources.add(of_url, "control_plane_url", "http://plane.example")
    sources.add(of_secret, "api_server_url", URL[of_secret])
    sources.add(of_secret, "token", SECRET)
    cli("services", "list", *sources.flags)
    assert SECRET not in sent(wire)


@pytest.mark.parametrize("source", SOURCES)
def test_a_default_url_is_not_that_of_a_source_which_names_another_server(
    cli: Cli, wire: respx.MockRouter, sources: Sources, source: str
) -> None:
    sources.add(source, "api_server_url", URL[source])
    sources.add(source, "token", SECRET)
    ended = cli("services", "list", *sources.flags)
    assert SECRET not in sent(wire)
    assert ended.code == (ExitCode.USAGE if source == "flag" else ExitCode.DONE)


def test_headers_of_two_sources_are_not_merged(
    cli: Cli, wire: respx.MockRouter, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_HEADERS", json.dumps({"X-Other": SECRET}))
    sources.add("named", "api_server_url", URL["named"])
    sources.add("named", "headers", {"X-Key": SECRET})
    assert cli("deployments", "list", *sources.flags).code == ExitCode.DONE
    assert wire.calls.last.request.headers["x-key"] == SECRET
    assert "x-other" not in wire.calls.last.request.headers


def test_the_error_of_a_server_that_wants_it_says_why_it_was_not_sent(
    cli: Cli, wire: respx.MockRouter, sources: Sources
) -> None:
    wire.get(path="/deployments/").respond(401)
    sources.add("flag", "api_server_url", URL["flag"])
    sources.add("environment", "token", SECRET)
    ended = cli("deployments", "list", *sources.flags)
    assert ended.code == ExitCode.AUTHENTICATION
    assert "The token from LLAMA_DEPLOY_TOKEN was not sent" in ended.error
    assert "this URL is from --url" in ended.error


@pytest.mark.parametrize(
    ("status", "source", "message"),
    [
        (401, None, "Set a token: LLAMA_DEPLOY_TOKEN, --token-file or a profile."),
        (403, "environment", "The token is from LLAMA_DEPLOY_TOKEN: "),
        (401, "flag", "The token is from --token-file: "),
        (401, "named", "The token is from profile 'named' in "),
    ],
)
def test_the_error_of_a_server_that_wants_another_token_says_which_it_got(
    cli: Cli,
    wire: respx.MockRouter,
    sources: Sources,
    status: int,
    source: str | None,
    message: str,
) -> None:
    wire.get(path="/deployments/").respond(status)
    if source is not None:
        sources.add(source, "token", SECRET)
    ended = cli("deployments", "list", *sources.flags)
    assert (ended.code, message in ended.err) == (ExitCode.AUTHENTICATION, True)


def test_a_proxy_that_wants_credentials_does_not_get_the_token(
    cli: Cli, wire: respx.MockRouter
) -> None:
    wire.get(path="/deployments/").respond(407)
    ended = cli("deployments", "list")
    assert ended.code == ExitCode.AUTHENTICATION
    assert "token" not in ended.error


def test_config_shows_where_each_setting_comes_from(
    cli: Cli, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.add("named", "api_server_url", f"http://user:{SECRET}@named.example")
    sources.add("named", "headers", {"X-Key": SECRET})
    sources.add("named", "proxy", f"http://user:{SECRET}@proxy.example")
    sources.add("environment", "token", SECRET)
    sources.add("environment", "api_server_url", URL["environment"])
    monkeypatch.setenv("LLAMA_DEPLOY_TIMEOUT", "7")
    ended = cli("config", *sources.flags, "--insecure", "--json")
    assert (ended.code, SECRET in ended.out + ended.err) == (ExitCode.DONE, False)
    rows = {row["setting"]: row for row in json.loads(ended.out)}
    assert rows["api_server_url"]["value"] == "http://named.example"
    assert rows["api_server_url"]["source"].startswith("profile 'named' in ")
    assert rows["headers"]["value"] == {"X-Key": "(hidden)"}
    assert rows["proxy"]["value"] == "http://proxy.example"
    assert rows["token"]["value"] == "(hidden) not sent: other URL"
    assert rows["token"]["source"] == "LLAMA_DEPLOY_TOKEN"
    variable = "LLAMA_DEPLOY_TIMEOUT"
    assert rows["timeout"] == {"setting": "timeout", "value": 7.0, "source": variable}
    assert rows["disable_ssl"]["source"] == "--insecure"
    assert rows["max_retries"]["source"] == "default"
    assert rows["profile"]["value"] == "named"
    assert rows["profile"]["source"].startswith("--profile (")


def test_profiles_are_shown_without_secrets(cli: Cli, sources: Sources) -> None:
    sources.add("default", "api_server_url", f"http://user:{SECRET}@default.example")
    sources.add("default", "token", SECRET)
    sources.add("default", "headers", {"X-Key": SECRET})
    sources.add("default", "client_cert_password", SECRET)
    sources.add("named", "deployment", "one")
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


@pytest.mark.parametrize(("mode", "is_warned_of"), [(0o600, False), (0o640, True), (0o604, True)])
@pytest.mark.parametrize("place", ["flag", "profile", "token in profile"])
def test_a_file_with_a_token_that_others_can_read_is_warned_of(
    cli: Cli,
    sources: Sources,
    write_profiles: Write,
    tmp_path: Path,
    mode: int,
    is_warned_of: bool,
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
    assert ended.err == (line if is_warned_of else "")
