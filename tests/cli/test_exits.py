"""Every way in which a command ends has its exit code, and one line that says what to do."""

from __future__ import annotations

import io
import json
import re
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import respx
import trustme

from llama_deploy_client import CallError, ClientClosedError, LlamaDeployError
from llama_deploy_client.cli.exits import ExitCode
from llama_deploy_client.cli.reporting import end_of
from llama_deploy_client.sync.apiserver import DeploymentCollection
from llama_deploy_client.testing.examples import example_server

from ..connections.peer import PeerServer
from ..support.running import run_python
from .conftest import Cli, Ended, interrupted

RESULT = "/deployments/one/tasks/t/results?session_id=s"
RUN = ("run", "--deployment", "one")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_MAX_RETRIES", "0")


@pytest.mark.parametrize(
    ("response", "code", "message"),
    [
        (httpx.Response(200, json="fine"), ExitCode.DONE, None),
        (httpx.Response(404, json={"detail": "Deployment not found"}), 3, "`deployments list`"),
        (httpx.Response(404, json={"detail": "Not Found"}), 3, "it is another server"),
        (httpx.ConnectError("refused"), 4, "--url and"),
        (httpx.ReadTimeout("late"), 5, "--timeout sets a longer limit"),
        (httpx.Response(500, text="Internal Server Error"), 6, "the log of the API server"),
        (httpx.Response(401), 7, "LLAMA_DEPLOY_TOKEN"),
        (httpx.Response(403), 7, "--token-file"),
        (httpx.Response(400, json={"detail": "no"}), 8, "400 Bad Request: no"),
        (httpx.Response(418), 8, "418"),
        (httpx.RemoteProtocolError("cut"), 9, "no complete response"),
        (httpx.Response(307, headers={"location": "http://other"}), 10, "http://other"),
        (httpx.Response(200, text="<html>"), 10, "Is --url that of an API server?"),
    ],
)
def test_each_response_has_an_exit_code(
    cli: Cli,
    wire: respx.MockRouter,
    response: httpx.Response | Exception,
    code: int,
    message: str | None,
) -> None:
    wire.post(path="/deployments/one/tasks/run").mock(side_effect=[response])
    ended = cli(*RUN)
    assert ended.code == code
    if message is None:
        assert ended.err == ""
    else:
        assert ended.out == ""
        assert message in ended.error
        assert "POST" not in ended.error
        assert "/deployments/" not in ended.error


@pytest.mark.parametrize(
    ("limit", "result"),
    [("MAX_RESPONSE_SIZE", json.dumps("x" * 100)), ("MAX_VALUES", json.dumps([1] * 100))],
)
def test_the_error_of_a_limit_says_how_to_raise_it(
    cli: Cli, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch, limit: str, result: str
) -> None:
    wire.post(path="/deployments/one/tasks/run").respond(text=result)
    monkeypatch.setenv(f"LLAMA_DEPLOY_{limit}", "50")
    ended = cli(*RUN)
    assert ended.code == ExitCode.FOREIGN
    assert ended.error.endswith(f"LLAMA_DEPLOY_{limit} or a profile raises the limit.")
    assert "--url" not in ended.error


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_has_its_request_and_a_traceback_with_debug(
    cli: Cli, wire: respx.MockRouter, debug: bool
) -> None:
    wire.post(path="/deployments/one/tasks/run").respond(500)
    ended = cli(*RUN, *(["--debug"] if debug else []))
    assert ended.code == ExitCode.FAILED
    assert ("Traceback (most recent call last):" in ended.err) is debug
    request = "(POST http://localhost:4501/deployments/one/tasks/run)"
    assert (request in ended.err.splitlines()[-1]) is debug


@pytest.mark.parametrize(
    ("error", "code"),
    [(httpx.ReadTimeout("late"), ExitCode.TIMEOUT), (httpx.RemoteProtocolError("cut"), 9)],
)
@pytest.mark.parametrize(
    ("command", "path", "message"),
    [
        (RUN, "/deployments/one/tasks/run", "Use --detach or --events"),
        ((*RUN, "--detach"), "/deployments/one/tasks/create", "tasks list --deployment one"),
        (("deployments", "create", "FILE"), "/deployments/create", "deployments list"),
    ],
)
def test_an_error_says_how_to_see_whether_the_server_acted(
    cli: Cli,
    wire: respx.MockRouter,
    tmp_path: Path,
    error: Exception,
    code: int,
    command: tuple[str, ...],
    path: str,
    message: str,
) -> None:
    file = tmp_path / "deployment.yml"
    file.write_text("name: demo\nservices: {a: {source: {type: local, location: src}}}\n")
    wire.post(path=path).mock(side_effect=[error])
    ended = cli(*(str(file) if word == "FILE" else word for word in command))
    assert ended.code == code
    assert message in ended.error


def test_a_certificate_that_cannot_be_trusted(cli: Cli) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with PeerServer(context) as peer:
        ended = cli(*RUN, "--url", peer.url)
        assert ended.code == ExitCode.CERTIFICATE
        assert "ca_bundle" in ended.error
        assert cli("deployments", "list", "--url", peer.url, "--insecure").out == "one\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["statsu"], "Did you mean 'status'?"),
        (["status", "--nonsense"], "No such option: --nonsense"),
        (["tasks", "results"], "Missing argument 'TASK'"),
        (["run", "hello"], "'hello' is not an argument"),
        (["deployments", "create", "/nowhere.yml"], "/nowhere.yml: No such file or directory"),
        (["run", "--deployment", ".."], "'..'"),
        (["tasks", "send", "t", "\udcff"], "the reply is not UTF-8 text"),
    ],
)
def test_a_wrong_command_line_is_refused(cli: Cli, arguments: list[str], message: str) -> None:
    ended = cli(*arguments)
    assert ended.code == ExitCode.USAGE
    assert ended.out == ""
    assert ended.error.startswith("error: ")
    assert message in ended.error


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["run", "--session", ""], "--session"),
        (["run", "-S", ""], "--service"),
        (["--url", "", "status"], "--url"),
        (["status", "--timeout="], "--timeout"),
        (["tasks", "wait", ""], "TASK"),
    ],
)
def test_an_empty_value_is_refused(cli: Cli, arguments: list[str], name: str) -> None:
    """A script's variable was not set: without it, another thing would be done."""
    ended = cli(*arguments)
    assert ended.code == ExitCode.USAGE
    assert ended.error == f"error: {name} is empty: give a value."


@pytest.mark.parametrize("group", [[], ["tasks"]])
def test_without_a_command_there_is_help(cli: Cli, group: list[str]) -> None:
    ended = cli(*group)
    assert ended.code == ExitCode.USAGE
    assert "Commands" in ended.out
    assert ended.err == ""


def test_where_no_server_responds_the_error_has_the_url_and_its_source(
    cli: Cli, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.route(path__regex="/tasks/run$").mock(side_effect=httpx.ConnectError("refused"))
    error = cli(*RUN, "--url", "http://a.example").error
    assert "The URL is http://a.example (from --url)" in error
    monkeypatch.setenv("LLAMA_DEPLOY_API_SERVER_URL", "http://u:p@b.example/x")
    error = cli(*RUN).error
    assert "The URL is http://b.example (from LLAMA_DEPLOY_API_SERVER_URL)" in error


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(404, json={"detail": "Not Found"}),
        httpx.Response(307, headers={"location": "http://other"}),
    ],
)
def test_where_another_server_responds_the_error_has_the_url_and_its_source(
    cli: Cli, wire: respx.MockRouter, response: httpx.Response
) -> None:
    wire.get(path="/services").mock(return_value=response)
    error = cli("services", "list", "--control-plane-url", "http://u:p@plane.example").error
    assert "The URL is http://plane.example (from --control-plane-url)." in error
    assert "--url that" not in error.replace("--control-plane-url that", "")


def test_no_deployment_and_no_task(cli: Cli, wire: respx.MockRouter) -> None:
    wire.get(path="/deployments/").respond(json=[])
    wire.get(path="/deployments/one/tasks").respond(json=[])
    ended = cli("run")
    assert ended.code == ExitCode.NOT_FOUND
    assert "`deployments create FILE` adds one" in ended.error
    ended = cli("events", "t", "--deployment", "one")
    assert ended.code == ExitCode.NOT_FOUND
    assert "has no task 't': `tasks list` shows" in ended.error


def test_a_result_that_does_not_come_in_time(
    cli: Cli, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0

    def respond(request: httpx.Request) -> httpx.Response:
        nonlocal now
        now += 60
        return httpx.Response(200, text="null")

    monkeypatch.setattr("llama_deploy_client._transport.deadline.monotonic", lambda: now)
    wire.get(RESULT).mock(side_effect=respond)
    ended = cli("tasks", "results", "t", "-d", "one", "--session", "s", "--timeout", "100")
    assert ended.code == ExitCode.TIMEOUT
    assert "no result within 100 s" in ended.error


@pytest.mark.parametrize("command", ["run --events", "tasks wait t -s s"])
def test_where_a_task_takes_too_long_the_error_says_how_to_wait_for_it(
    cli: Cli, wire: respx.MockRouter, command: str
) -> None:
    ids = {"task_id": "t", "session_id": "s"}
    wire.post(path="/deployments/one/tasks/create").respond(json=ids)
    late = httpx.ReadTimeout("late")
    wire.get(path__regex="/tasks/t/(events|results)$").mock(side_effect=late)
    ended = cli(*command.split(), "-d", "one")
    assert ended.code == ExitCode.TIMEOUT
    assert ended.error.endswith(
        "Task t is still running on the server. To wait for its result: "
        "llama-deploy-client tasks wait t --deployment one --session s"
    )


@pytest.mark.parametrize(
    ("response", "code", "state"),
    [
        (httpx.ConnectError("refused"), ExitCode.UNREACHABLE, "Down"),
        (httpx.Response(500), ExitCode.FAILED, "Unhealthy"),
        (httpx.Response(401), ExitCode.FAILED, "Unhealthy"),
    ],
)
def test_status_has_an_exit_code_for_each_state(
    cli: Cli, wire: respx.MockRouter, response: httpx.Response | Exception, code: int, state: str
) -> None:
    wire.get(path="/status/").mock(side_effect=[response])
    ended = cli("status")
    assert ended.code == code
    assert f"status\t{state}\n" in ended.out
    assert ended.error.startswith("error: ")


def test_status_says_why_no_server_responds(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with PeerServer() as proxy:  # which makes no tunnels
        monkeypatch.setenv("LLAMA_DEPLOY_PROXY", proxy.url)
        ended = cli("status", "--url", "https://far.example")
    assert ended.code == ExitCode.UNREACHABLE
    assert ended.error.startswith("error: no server responds at https://far.example: ")
    assert "501" in ended.error
    assert "GET" not in ended.error


def test_a_bug_is_one_line_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object) -> None:
        raise RuntimeError("oh\nno")

    monkeypatch.setattr(DeploymentCollection, "list", broken)
    ended = cli("deployments", "list")
    assert ended.code == ExitCode.ERROR
    assert ended.error == "error: RuntimeError: oh no. This is a bug; --debug shows where it is."


def test_every_error_of_the_package_has_a_code_of_its_own() -> None:
    def descend(kind: type[LlamaDeployError]) -> Iterator[type[LlamaDeployError]]:
        yield kind
        for each in kind.__subclasses__():
            yield from descend(each)

    without = {kind for kind in descend(LlamaDeployError) if end_of(kind).code is ExitCode.ERROR}
    assert without == {LlamaDeployError, CallError, ClientClosedError}


def test_ctrl_c_stops_a_call_without_a_traceback() -> None:
    assert interrupted(*RUN) == Ended(ExitCode.INTERRUPTED, "", "")


def test_ctrl_c_is_quiet_while_modules_are_imported() -> None:
    program = (
        "import sys, runpy, importlib.abc\n"
        "class Interrupted(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'typer': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "runpy.run_module('llama_deploy_client', run_name='__main__')"
    )
    ran = run_python(program)
    assert (ran.returncode, ran.stdout, ran.stderr) == (ExitCode.INTERRUPTED, "", "")


def test_a_shell_whose_settings_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, cli: Cli, tmp_path: Path
) -> None:
    home = tmp_path / "file"
    home.write_text("")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr("shellingham.detect_shell", lambda *_: ("bash", "/bin/bash"))
    ended = cli("--install-completion")
    assert ended.code == ExitCode.USAGE
    assert ended.error.startswith(f"error: {home}: ")


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra_it_says_how_to_install_it(missing: str) -> None:
    program = (
        f"import sys, runpy; sys.modules['{missing}'] = None\n"
        "runpy.run_module('llama_deploy_client', run_name='__main__')"
    )
    ran = run_python(program)
    assert ran.returncode == ExitCode.ERROR
    assert ran.stderr == (
        'error: the command line is an extra. Install it: pip install "llama_deploy_client[cli]"\n'
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("--service", "failing"),
        ("--service", "failing", "--inputs", "-"),
        ("--service", "human", "--events", "--timeout", "0.3"),
    ],
)
def test_errors_of_commands_do_not_speak_of_python(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("{}\n"))
    with example_server("0.9").intercept():
        ended = cli("run", *arguments)
    assert ended.code in (ExitCode.FAILED, ExitCode.TIMEOUT)
    assert not re.findall(r"answer=|is_question=|last_event|tasks\.stream", ended.err)
