"""The command line with servers that have workflows: in memory, and real ones for the main job."""

from __future__ import annotations

import io
import json
import os
import shlex
import signal
import uuid
from pathlib import Path
from typing import Any

import pytest

from llama_deploy_client import SyncClient, TaskDefinition
from llama_deploy_client.cli.exits import ExitCode
from scripts.deployment_files import WORKFLOWS
from scripts.processes import fetch
from scripts.servers import LOOPBACK, Server
from tests.servers.support import LISTINGS

from .conftest import WAIT, Cli, on_real_servers, start


class Caller:
    """Calls commands, in this process."""

    def __init__(self, cli: Cli) -> None:
        self.end = cli

    def done(self, *arguments: str) -> str:
        """What a command prints that succeeds."""
        ended = self.end(*arguments)
        assert (ended.code, ended.err) == (ExitCode.DONE, ""), ended
        return ended.out

    def json(self, *arguments: str) -> Any:
        return json.loads(self.done(*arguments, "--json"))


@pytest.fixture
def call(at: Server, cli: Cli) -> Caller:
    """Calls commands that go to a server."""
    return Caller(cli)


def start_task(server: Server, service: str, **arguments: Any) -> str:
    """The id of a task that runs now."""
    with SyncClient(api_server_url=server.url) as client:
        deployment = client.apiserver.deployments.get("demo")
        return deployment.tasks.create(TaskDefinition.of(service, **arguments)).id


@on_real_servers
def test_status(call: Caller, server: Server) -> None:
    lines = dict(line.split("\t") for line in call.done("status").splitlines())
    assert lines == {
        "status": "Healthy",
        "url": server.url,
        "generation": server.generation,
        "max_deployments": "10",
        "deployments": "demo",
    }
    assert call.json("status")["deployments"] == ["demo"]


@on_real_servers
def test_a_text_is_printed_as_it_is_and_json_as_json(call: Caller, server: Server) -> None:
    assert call.done("run", "message=grüße 🏔") == "GRÜSSE 🏔\n"
    assert call.done("run", "message=hello", "--json") == '"HELLO"\n'
    assert call.done("run", '{"message": "a=b"}') == "A=B\n"
    printed = call.done("run", "-S", "structured", "message=a")
    if server.has_control_plane:  # which makes a text of all results
        assert "'message': 'a'" in printed
    else:
        assert json.loads(printed)["message"] == "a"


@pytest.mark.parametrize("options", [[], ["--events"]])
def test_a_workflow_that_fails(call: Caller, server: Server, options: list[str]) -> None:
    ended = call.end("run", "--service", "failing", "message=oh no", *options)
    if server.has_control_plane:
        assert ended.code == ExitCode.DONE
        assert "oh no" in ended.out
        return
    assert ended.code == ExitCode.FAILED
    error = ended.err.splitlines()[-1]
    assert ("The workflow failed" if options else "The reason is in the log of") in error
    assert "http://" not in ended.err
    assert "no text" not in ended.err


def test_a_misspelt_name_has_a_suggestion(call: Caller, server: Server) -> None:
    ended = call.end("run", "--deployment", "nope")
    assert ended.code == ExitCode.NOT_FOUND
    assert "there is no deployment 'nope'. The server has: demo" in ended.error
    assert "(did you mean 'demo'?)" in call.end("run", "--deployment", "dmeo").error
    ended = call.end("run", "--service", "ehco")
    assert ended.code == ExitCode.NOT_FOUND
    assert "the deployment has no service 'ehco'" in ended.error
    if server.has_control_plane:
        assert "(did you mean 'echo'?). `services list` shows: echo, " in ended.error
    else:
        assert "services list" not in ended.error  # which 0.9 cannot do
    assert call.end("tasks", "results", "nope").code == ExitCode.NOT_FOUND


@pytest.mark.parametrize("how", ["--detach", "--events", "--inputs {} --create-and-wait"])
def test_a_task_that_may_never_end_for_want_of_its_service_has_a_warning(
    call: Caller, server: Server, tmp_path: Path, how: str
) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text("{}\n")
    words = how.format(shlex.quote(str(file)))
    is_waited_out = server.has_control_plane
    limit = ("--timeout", "0.5" if is_waited_out else str(WAIT))
    ended = call.end("run", *shlex.split(words), *limit, "-d", "demo", "--service", "ehco")
    if is_waited_out:
        first = ended.err.splitlines()[0]
        assert first.startswith("warning: the control plane has no service 'ehco' (did you mean")
        assert "never ends" in first
    else:
        assert ended.code == ExitCode.NOT_FOUND


@on_real_servers
def test_sessions_are_created_used_and_deleted(call: Caller, server: Server) -> None:
    session = call.done("sessions", "create").strip()
    assert uuid.UUID(session)
    assert session in call.done("sessions", "list").splitlines()
    assert session in [each["session_id"] for each in call.json("sessions", "list")]
    assert call.done("run", "--session", session, "message=a") == "A\n"
    assert call.done("sessions", "delete", session) == ""
    assert session not in call.done("sessions", "list").splitlines()
    if not server.has_control_plane:
        assert call.end("sessions", "delete", session).code == ExitCode.FAILED


@on_real_servers
def test_a_task_is_listed_and_followed_to_its_result(call: Caller, server: Server) -> None:
    task = start_task(server, "progress", steps=2, interval=0.3)

    def is_listed() -> bool:
        listed = call.end("tasks", "list", "--json")
        return listed.code == ExitCode.DONE and task in listed.out

    assert any(is_listed() for _ in range(LISTINGS))  # which fail now and then before 0.9
    lines = call.done("events", task, "--take-events").splitlines()
    assert lines[:2] == ['step=1  text="step 1 of 2"', 'step=2  text="step 2 of 2"']
    assert call.done("tasks", "results", task) == "2 steps done\n"
    assert call.done("tasks", "wait", task) == "2 steps done\n"
    assert call.json("tasks", "results", task) == "2 steps done"


@pytest.mark.parametrize("as_json", [False, True])
def test_events_are_shown_beside_the_result(call: Caller, as_json: bool) -> None:
    command = ("run", "--events", "-S", "progress", "steps=2", "interval=0")
    ended = call.end(*command, *(["--json"] if as_json else []))
    assert ended.code == ExitCode.DONE
    lines = ended.err.splitlines()[:2]
    if as_json:
        assert json.loads(ended.out) == "2 steps done"
        assert [json.loads(line)["step"] for line in lines] == [1, 2]
    else:
        assert ended.out == "2 steps done\n"
        assert lines == ['step=1  text="step 1 of 2"', 'step=2  text="step 2 of 2"']


def test_run_shows_events_where_there_is_no_standard_input(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    ended = call.end("run", "--events", "-S", "progress", "steps=1")
    assert (ended.code, ended.out) == (ExitCode.DONE, "1 steps done\n")


def test_events_say_that_only_a_text_can_be_the_result(call: Caller, server: Server) -> None:
    ended = call.end("run", "--events", "--service", "structured", "message=hi")
    if server.has_control_plane:
        assert "'message': 'hi'" in ended.out
    else:
        assert ended.code == ExitCode.FAILED
        assert "a result that is not text" in ended.err
        assert "Without --events, `run` prints any result." in ended.err


@on_real_servers
@pytest.mark.parametrize("as_event", [False, True])
def test_another_command_can_reply_to_a_question(
    call: Caller, server: Server, as_event: bool
) -> None:
    started = call.json("run", "--detach", "-S", "human")
    task, session = started["task_id"], started["session_id"]
    reply = ["Ada"]
    if as_event:
        module = "llama_index.core.workflow.events"
        reply = ["--event", f"{module}.HumanResponseEvent", "response=Ada"]
        if not server.has_control_plane:
            reply[1] = "workflows.events.HumanResponseEvent"
    where = ["--session", session]
    if server.has_control_plane:  # which reports it, and the service as well
        where = []
    else:
        missing = call.end("tasks", "send", task, *reply)
        assert missing.code == ExitCode.USAGE
        assert "--session is missing" in missing.error
    assert call.done("tasks", "send", task, *reply, *where) == ""
    assert call.done("tasks", "wait", task) == "The human said: Ada\n"


def test_events_of_0_9_are_taken_from_other_readers_only_with_an_option(
    call: Caller, server: Server
) -> None:
    task = start_task(server, "progress", steps=1)
    ended = call.end("events", task)
    if server.has_control_plane:
        assert ended.code == ExitCode.DONE
    else:
        assert (ended.code, ended.out) == (ExitCode.USAGE, "")
        assert "LlamaDeploy 0.9 sends each event to one reader only" in ended.error
        assert "--take-events" in ended.error
        assert call.done("events", task, "--take-events").startswith("step=1 ")


def test_a_question_without_a_terminal_says_how_to_reply(at: Server) -> None:
    with start("run", "--events", "--service", "human") as process:
        line = ""
        assert process.stderr is not None
        while not line.startswith("To reply to its question: "):
            line = process.stderr.readline()
            assert line
        reply = shlex.split(line.partition(": ")[2])
        assert reply[:2] == ["llama-deploy-client", "tasks"]
        with start(*(word.replace("REPLY", "Ada") for word in reply[1:])) as sending:
            assert sending.wait(WAIT) == ExitCode.DONE
        out, _ = process.communicate(timeout=WAIT)
    assert (process.returncode, out) == (ExitCode.DONE, "The human said: Ada\n")


def test_a_misspelt_service_ends_a_batch_at_once(
    call: Caller, tmp_path: Path, server: Server
) -> None:
    inputs = tmp_path / "inputs.jsonl"
    inputs.write_text("{}\n" * 1000)
    ended = call.end("run", "--inputs", str(inputs), "-S", "ehco", "--concurrency", "2")
    assert (ended.code, ended.out) == (ExitCode.NOT_FOUND, "")
    assert "the deployment has no service 'ehco'" in ended.error


def test_events_are_printed_as_they_come_and_ctrl_c_ends_it(at: Server) -> None:
    task = start_task(at, "progress", steps=10_000, interval=0.2)
    with start("events", task, "--json", "--take-events") as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"step": 1, "text": "step 1 of 10000"}
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=WAIT)
    assert process.returncode == ExitCode.INTERRUPTED
    assert f"To wait for its result: llama-deploy-client tasks wait {task} " in err


def test_a_reader_of_events_that_disconnects_ends_it_silently(at: Server) -> None:
    task = start_task(at, "progress", steps=10_000, interval=0.2)
    with start("events", task, "--take-events") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("step=1 ")
        process.stdout.close()
        err = process.stderr.read()
        process.wait(WAIT)
    assert process.returncode == ExitCode.BROKEN_PIPE
    assert err == ""


@on_real_servers
def test_services(call: Caller, server: Server) -> None:
    if server.has_control_plane:
        known = fetch(f"{os.environ['LLAMA_DEPLOY_CONTROL_PLANE_URL']}/services")
        assert tuple(known) == tuple(WORKFLOWS)
        rows = [line.split("\t") for line in call.done("services", "list").splitlines()]
        addresses = [[name, f"{LOOPBACK}:{each['port']}"] for name, each in known.items()]
        assert [row[:2] for row in rows] == addresses
        assert call.json("services", "list")[0]["service_name"] == WORKFLOWS[0]
    else:
        ended = call.end("services", "list")
        assert ended.code == ExitCode.UNREACHABLE
        assert "LlamaDeploy 0.9 has none" in ended.error


@on_real_servers
def test_deployments_are_created_and_replaced(
    call: Caller, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = server.deployment("second", ["echo"])
    path = tmp_path / "deployment.yml"
    path.write_text(file.text)
    if "second" not in call.done("deployments", "list").split():
        assert call.done("deployments", "create", str(path)) == "second\n"
    server.wait_until_deployed(file)
    assert sorted(call.done("deployments", "list").split()) == ["demo", "second"]

    again = call.end("deployments", "create", str(path))
    assert again.code == ExitCode.USAGE
    assert "deployment 'second' exists already: `deployments reload` replaces it" in again.error
    several = call.end("run", "message=a")
    assert several.code == ExitCode.USAGE
    assert "--deployment: demo, second" in several.error
    assert call.done("run", "--deployment", "second", "message=a") == "A\n"

    monkeypatch.setattr("sys.stdin", io.StringIO(server.deployment("second", ["echo"]).text))
    assert call.json("deployments", "reload", "-") == {"name": "second"}
