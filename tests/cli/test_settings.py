"""Flags outrank named profiles, these the environment, and that the profile `[default]`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import respx
import trustme

from llama_deploy_client import SyncClient
from llama_deploy_client.cli.options import Options
from llama_deploy_client.cli.profiles import profile_file
from llama_deploy_client.cli.settings import make_client, resolve

from .conftest import Cli

Write = Callable[[str], Path]
SECRET = "s3cret-t0ken"


@pytest.fixture(autouse=True)
def deployments(wire: respx.MockRouter) -> None:
    """Any server has two deployments."""
    wire.get(path="/deployments/").respond(json=[{"name": "one"}, {"name": "two"}])
    wire.get(path__regex="/deployments/(one|two)/sessions$").respond(json=[])


def asked(wire: respx.MockRouter) -> str:
    """Which server was."""
    return f"{wire.calls.last.request.url.copy_with(raw_path=b'/')}"


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_first_that_names_a_server_wins(
    cli: Cli,
    wire: respx.MockRouter,
    monkeypatch: pytest.MonkeyPatch,
    write_profiles: Write,
    place: str,
) -> None:
    command = ["deployments", "list"]
    assert cli(*command).code == 0
    assert asked(wire) == "http://localhost:4501/"

    write_profiles('[default]\napi_server_url = "http://default"\n[p]\napi_server_url = "http://p"')
    assert cli(*command).code == 0
    assert asked(wire) == "http://default/"

    def with_flags(*flags: str) -> list[str]:
        return [*flags, *command] if place == "before" else [*command, *flags]

    assert cli(*with_flags("--profile", "p")).code == 0
    assert asked(wire) == "http://p/"

    assert cli(*with_flags("--profile", "p", "--url", "http://flag")).code == 0
    assert asked(wire) == "http://flag/"

    monkeypatch.setenv("LLAMA_DEPLOY_API_SERVER_URL", "http://variable")
    assert cli(*with_flags("--profile", "p")).code == 0
    assert asked(wire) == "http://p/"

    assert cli(*with_flags()).code == 0
    assert asked(wire) == "http://variable/"

    assert cli(*with_flags("--profile", "p", "--url", "http://flag")).code == 0
    assert asked(wire) == "http://flag/"


def test_a_flag_after_the_command_outranks_one_before_it(cli: Cli, wire: respx.MockRouter) -> None:
    assert cli("--url", "http://a", "deployments", "list", "--url", "http://b").code == 0
    assert asked(wire) == "http://b/"


def test_the_variable_for_the_profile_counts_unless_the_flag_does(
    cli: Cli, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch, write_profiles: Write
) -> None:
    write_profiles('[a]\napi_server_url = "http://a"\n[b]\napi_server_url = "http://b"')
    monkeypatch.setenv("LLAMA_DEPLOY_PROFILE", "a")
    assert cli("deployments", "list").code == 0
    assert asked(wire) == "http://a/"
    assert cli("deployments", "list", "--profile", "b").code == 0
    assert asked(wire) == "http://b/"


@pytest.mark.parametrize("by", ["flag", "variable"])
def test_a_profile_that_is_named_outranks_the_environment_in_every_setting(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, write_profiles: Write, by: str
) -> None:
    write_profiles(
        "[default]\ntimeout = 1\nmax_retries = 1\n"
        '[p]\ntimeout = 2\ndeployment = "of-p"\napi_server_url = "http://p"'
    )
    for name, value in {"TIMEOUT": "3", "DEPLOYMENT": "of-environment", "MAX_RETRIES": "4"}.items():
        monkeypatch.setenv(f"LLAMA_DEPLOY_{name}", value)
    flags = ["--profile", "p"] if by == "flag" else []
    if by == "variable":
        monkeypatch.setenv("LLAMA_DEPLOY_PROFILE", "p")
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


def test_a_token_comes_from_a_file_the_variable_or_the_profile(
    cli: Cli,
    wire: respx.MockRouter,
    monkeypatch: pytest.MonkeyPatch,
    write_profiles: Write,
    tmp_path: Path,
) -> None:
    def sent(*flags: str) -> str | None:
        assert cli("deployments", "list", *flags).code == 0
        authorization: str | None = wire.calls.last.request.headers.get("authorization")
        return authorization

    file = tmp_path / "token"
    assert sent() is None
    write_profiles('[default]\ntoken = "profile"')
    assert sent() == "Bearer profile"
    file.write_text("of-profile\n")
    write_profiles(f"[default]\ntoken_file = {json.dumps(str(file))}")
    assert sent() == "Bearer of-profile"
    monkeypatch.setenv("LLAMA_DEPLOY_TOKEN", "variable")
    assert sent() == "Bearer variable"
    file.write_text("file\n")
    assert sent("--token-file", str(file)) == "Bearer file"


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


@pytest.mark.parametrize(
    ("profiles", "flags", "said"),
    [
        (
            "[default]\napi_server_ulr = 'x'",
            [],
            "the unknown key 'api_server_ulr' (did you mean 'api_server_url'?)",
        ),
        (
            "[p]\ntransport = 'x'",
            ["--profile", "p"],
            "the unknown key 'transport'. Known keys: api_server_url, ",
        ),
        ("[p]\n[q]", ["--profile", "z"], "there is no profile 'z' in "),
        ("[p]\n[q]", ["--profile", "z"], "It has: p, q"),
        ("token = 'x'", [], "'token' is outside of any profile: put [default] above it"),
        ("[default", [], "is not valid TOML"),
        ("[default]\ntimeout = 'soon'", [], "setting timeout (from profile 'default' in "),
        (
            "[default]\ntoken_file = '/nowhere'",
            [],
            "/nowhere: No such file or directory. The token_file of profile 'default' in ",
        ),
        ("", ["--token-file", "/nowhere"], "such file or directory. --token-file names it."),
        ("", ["--token-file", "~nobody-here/t"], "~nobody-here/t: this machine has no such home"),
        ("[default]\nca_bundle = '~nobody-here/ca'", [], "this machine has no such home"),
        (
            "[default]\ntoken_file = 5",
            [],
            "profiles.toml: token_file must be text in quotes, got 5",
        ),
        (
            "[default]\ndeployment = 5",
            [],
            "profiles.toml: deployment must be text in quotes, got 5",
        ),
        ("[default]\ntoken = 5", [], "profiles.toml): must be a text, got int"),
        ("", ["--url", "localhost"], "'localhost' is not an absolute http or https URL"),
        (
            "",
            ["--timeout", "soon"],
            "setting timeout (from --timeout): Input should be a valid number, ",
        ),
        (
            "",
            ["--ca-bundle", "/nowhere"],
            "setting ca_bundle (from --ca-bundle): there is no file '/nowhere'.",
        ),
        ("", ["--token-file", "/dev/null"], "/dev/null is empty"),
        ("", ["--token-file", sys.executable], f"{sys.executable} is not UTF-8 text: "),
    ],
)
def test_settings_that_make_no_sense_are_named(
    cli: Cli, write_profiles: Write, profiles: str, flags: list[str], said: str
) -> None:
    write_profiles(profiles)
    ended = cli("deployments", "list", *flags)
    assert ended.code == 2
    assert ended.out == ""
    assert said in ended.error


def test_a_profile_that_nobody_wrote_is_named_with_its_file(
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
