"""Flags outrank named profiles, these the environment, and that the profile `[default]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shlex import quote, split

import pytest
import respx
import trustme

from llama_deploy_client import SyncClient
from llama_deploy_client.cli.options import Options
from llama_deploy_client.cli.profiles import profile_file
from llama_deploy_client.cli.settings import make_client, resolve

from .conftest import Cli, Write

SECRET = "s3cret-t0ken"


@pytest.fixture(autouse=True)
def deployments(wire: respx.MockRouter) -> None:
    """Any server has two deployments."""
    wire.get(path="/deployments/").respond(json=[{"name": "one"}, {"name": "two"}])
    wire.get(path__regex="/deployments/(one|two)/sessions$").respond(json=[])


def server(wire: respx.MockRouter) -> str:
    """The server that got the last request."""
    return wire.calls.last.request.url.host


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_first_source_that_names_a_server_wins(
    cli: Cli,
    wire: respx.MockRouter,
    monkeypatch: pytest.MonkeyPatch,
    write_profiles: Write,
    place: str,
) -> None:
    def server_with(*flags: str) -> str:
        command = ("deployments", "list")
        assert cli(*((*flags, *command) if place == "before" else (*command, *flags))).code == 0
        return server(wire)

    named, flag = ("--profile", "p"), ("--url", "http://flag")
    assert server_with() == "localhost"
    write_profiles('[default]\napi_server_url = "http://default"\n[p]\napi_server_url = "http://p"')
    assert server_with() == "default"
    assert server_with(*named) == "p"
    assert server_with(*named, *flag) == "flag"
    monkeypatch.setenv("LLAMA_DEPLOY_API_SERVER_URL", "http://variable")
    assert server_with() == "variable"
    assert server_with(*named) == "p"
    assert server_with(*named, *flag) == "flag"


def test_a_flag_after_the_command_outranks_one_before_it(cli: Cli, wire: respx.MockRouter) -> None:
    assert cli("--url", "http://a", "deployments", "list", "--url", "http://b").code == 0
    assert server(wire) == "b"


@pytest.mark.parametrize(("variable", "flags"), [("q", ["--profile", "p"]), ("p", [])])
def test_a_profile_that_is_named_outranks_the_environment_in_every_setting(
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    write_profiles: Write,
    variable: str,
    flags: list[str],
) -> None:
    write_profiles(
        "[default]\ntimeout = 1\nmax_retries = 1\n[q]\ntimeout = 9\n"
        '[p]\ntimeout = 2\ndeployment = "of-p"\napi_server_url = "http://p"'
    )
    monkeypatch.setenv("LLAMA_DEPLOY_PROFILE", variable)
    for name, value in {"TIMEOUT": "3", "DEPLOYMENT": "of-environment", "MAX_RETRIES": "4"}.items():
        monkeypatch.setenv(f"LLAMA_DEPLOY_{name}", value)
    rows = json.loads(cli("config", "--json", *flags).out)
    values = {row["setting"]: row["value"] for row in rows}
    assert (values["timeout"], values["deployment"], values["max_retries"]) == (2, "of-p", 4)


def test_the_deployment_comes_from_flag_variable_or_profile(
    cli: Cli, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch, write_profiles: Write
) -> None:
    several = cli("sessions", "list")
    assert several.code == 2
    assert "name one with --deployment: one, two" in several.error

    def of(*flags: str) -> str:
        assert cli("sessions", "list", *flags).code == 0
        return wire.calls.last.request.url.path

    write_profiles('[default]\ndeployment = "one"')
    assert of() == "/deployments/one/sessions"
    monkeypatch.setenv("LLAMA_DEPLOY_DEPLOYMENT", "two")
    assert of() == "/deployments/two/sessions"
    assert of("--deployment", "one") == "/deployments/one/sessions"


def test_a_profile_may_name_a_file_with_the_token(
    cli: Cli, wire: respx.MockRouter, write_profiles: Write, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("of-file\n")
    write_profiles(f"[default]\ntoken_file = {json.dumps(str(file))}")
    assert cli("deployments", "list").code == 0
    assert wire.calls.last.request.headers["authorization"] == "Bearer of-file"


def test_the_time_can_be_unlimited(monkeypatch: pytest.MonkeyPatch, write_profiles: Write) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_TIMEOUT", "7")

    def seconds(flag: str | None) -> float | None:
        with make_client(SyncClient, resolve(Options(timeout=flag))) as client:
            return client.timeout

    assert seconds(None) == 7
    assert seconds("3") == 3
    assert seconds("none") is None
    monkeypatch.delenv("LLAMA_DEPLOY_TIMEOUT")
    write_profiles('[default]\ntimeout = "none"')
    assert seconds(None) is None


WRONG = {
    "[default]\napi_server_ulr = 'x'": "the unknown key 'api_server_ulr' (did you mean 'api_serve",
    "[default]\ntransport = 'x'": "the unknown key 'transport'. Known keys: api_server_url, ",
    "token = 'x'": "'token' is outside of any profile: put [default] above it",
    "[default": "is not valid TOML",
    "[default]\ntimeout = 'soon'": "setting timeout (from profile 'default' in ",
    "[default]\ntoken_file = '/nowhere'": (
        "/nowhere: No such file or directory. The token_file of profile 'default' in "
    ),
    "[default]\nca_bundle = '~nobody-here/ca'": "this machine has no such home",
    "[default]\ntoken_file = 5": "profiles.toml: token_file must be text in quotes, got 5",
    "[default]\ntoken = 5": "profiles.toml): must be a text, got int",
    "--profile z": "It has: p, q",
    "--token-file /nowhere": "such file or directory. --token-file names it.",
    "--url localhost": "'localhost' is not an absolute http or https URL",
    "--timeout soon": "setting timeout (from --timeout): Input should be a valid number, ",
    "--ca-bundle /nowhere": "setting ca_bundle (from --ca-bundle): there is no file '/nowhere'.",
    "--token-file /dev/null": "/dev/null is empty",
    f"--token-file {quote(sys.executable)}": f"{sys.executable} is not UTF-8 text: ",
}
"""Profiles, or flags, with what the error says."""


@pytest.mark.parametrize(("wrong", "message"), WRONG.items())
def test_wrong_settings_are_named(
    cli: Cli, write_profiles: Write, wrong: str, message: str
) -> None:
    is_flag = wrong.startswith("-")
    write_profiles("[p]\n[q]" if is_flag else wrong)
    ended = cli("deployments", "list", *(split(wrong) if is_flag else []))
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.error


def test_where_there_are_no_profiles_the_error_names_the_file(
    cli: Cli, settings_folder: Path
) -> None:
    ended = cli("status", "--profile", "p")
    assert ended.code == 2
    assert (
        f"there is no profile 'p' in {settings_folder / 'profiles.toml'}. It has: none"
        in ended.error
    )


def test_the_file_is_where_this_system_keeps_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = "Library/Application Support" if sys.platform == "darwin" else "habit"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "habit"))
    assert profile_file() == tmp_path / folder / "llama_deploy_client" / "profiles.toml"


def test_no_flag_takes_a_secret(cli: Cli) -> None:
    assert cli("status", "--token", SECRET).code == 2


@pytest.mark.parametrize("status", [401, 500, 302])
@pytest.mark.parametrize("flags", [[], ["--debug"]])
def test_secrets_are_not_shown(
    cli: Cli,
    wire: respx.MockRouter,
    write_profiles: Write,
    status: int,
    flags: list[str],
) -> None:
    write_profiles(
        f"""
        [default]
        api_server_url = "http://user:{SECRET}@server"
        token = "{SECRET}"
        headers = {{X-Key = "{SECRET}"}}
        """
    )
    wire.get(path="/status/").respond(status)
    wire.get(path="/deployments/").respond(status)
    for command in (["status"], ["status", "--json"], ["deployments", "list"]):
        ended = cli(*command, *flags)
        assert ended.code != 0
        assert SECRET not in ended.out + ended.err


@pytest.mark.parametrize(
    "profile",
    [f'token = "{SECRET}\\n"', f'headers = ["{SECRET}"]', f'api_server_url = "u:{SECRET}@x"'],
)
def test_wrong_settings_do_not_show_secrets(cli: Cli, write_profiles: Write, profile: str) -> None:
    write_profiles(f"[default]\n{profile}")
    ended = cli("status", "--debug")
    assert ended.code == 2
    assert SECRET not in ended.out + ended.err


@pytest.mark.parametrize("place", ["profile", "flag", "variable"])
def test_paths_may_start_at_home(
    monkeypatch: pytest.MonkeyPatch, write_profiles: Write, tmp_path: Path, place: str
) -> None:
    authority = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(authority))
    flags = Options(ca_bundle="~/ca.pem") if place == "flag" else Options()
    if place == "profile":
        write_profiles('[default]\nca_bundle = "~/ca.pem"')
    elif place == "variable":
        monkeypatch.setenv("LLAMA_DEPLOY_CA_BUNDLE", "~/ca.pem")
    with make_client(SyncClient, resolve(flags)) as client:
        assert client.settings.ca_bundle == authority


@pytest.mark.parametrize("source", ["LLAMA_DEPLOY_DEPLOYMENT", "profile 'default' in "])
def test_a_deployment_that_does_not_exist_is_named_with_its_source(
    cli: Cli,
    wire: respx.MockRouter,
    monkeypatch: pytest.MonkeyPatch,
    write_profiles: Write,
    source: str,
) -> None:
    wire.get(path="/deployments/oen/sessions").respond(404, json={"detail": "Deployment not found"})
    if source.startswith("profile"):
        write_profiles('[default]\ndeployment = "oen"')
    else:
        monkeypatch.setenv(source, "oen")
    error = cli("sessions", "list").error
    assert f"there is no deployment 'oen' (from {source}" in error
    assert "(did you mean 'one'?)" in error
    assert "(from" not in cli("sessions", "list", "--deployment", "oen").error
