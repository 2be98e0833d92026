"""A terminal gets tables and colors, a pipe lines and tabs."""

from __future__ import annotations

import io
import json
import re

import pytest
import respx

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.exits import ExitCode
from tests.servers.support import nowhere

from .conftest import Cli, bash

TASK = "1c304367-339b-48ae-9459-3af6d7ad96cd"
SESSION = "4921b2b1-54fa-4b95-b2e0-1ac30803cfc3"
EVENTS = [
    {"step": 1, "text": "größe 🏔", "word": "plain", "none": None},
    {"_data": {"prefix": "Who?", "deep": {"a": [1]}}},
    {"text": "\x1b[31m\nnext", "empty": ""},
    {"_data": [1]},
    {},
]


@pytest.fixture(autouse=True)
def server(wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_DEPLOYMENT", "one")
    ids = {"task_id": TASK, "session_id": SESSION}
    wire.get(path="/deployments/one/tasks").respond(json=[ids, {**ids, "session_id": None}])
    wire.get(path="/deployments/one/sessions").respond(json=[])
    wire.get(path__regex="/events$").respond(text="".join(f"{json.dumps(e)}\n" for e in EVENTS))
    wire.post(path="/deployments/one/tasks/run").respond(json={"größe": [1, None]})


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The output is a terminal, as far as the command line can tell."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_pipe_gets_rows_without_a_heading(cli: Cli) -> None:
    assert cli("tasks", "list").out == f"{TASK}\t{SESSION}\n{TASK}\t-\n"
    assert cli("sessions", "list").out == ""


@pytest.mark.usefixtures("terminal")
def test_a_terminal_gets_a_table(cli: Cli) -> None:
    heading, first, second = cli("tasks", "list").out.splitlines()
    assert "\x1b[1m" in heading
    assert bare(heading).split() == ["TASK_ID", "SESSION_ID"]
    assert bare(first).split() == [TASK, SESSION]
    assert bare(first).index(SESSION) == bare(heading).index("SESSION_ID")
    assert bare(second).split() == [TASK, "-"]


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("columns", ["60", "30"])
def test_an_id_is_never_folded(cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    printed = bare(cli("tasks", "list").out)
    assert f"task_id: {TASK}\nsession_id: {SESSION}\n" in printed


@pytest.mark.usefixtures("terminal")
def test_an_empty_list_has_a_message_for_people_only(cli: Cli) -> None:
    ended = cli("sessions", "list")
    assert ended.out == ""
    assert "There are no sessions." in ended.err


@pytest.mark.usefixtures("terminal")
def test_no_color_is_obeyed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    for command in (["run"], ["events", TASK], ["tasks", "results", "nope"]):
        ended = cli(*command)
        assert not re.search(r"\x1b\[(?:3|4|9)[0-9]", ended.out + ended.err)


@pytest.mark.usefixtures("terminal")
def test_json_has_colors_on_a_terminal_and_stays_json(cli: Cli) -> None:
    printed = cli("run").out
    assert "\x1b[" in printed
    assert json.loads(bare(printed)) == {"größe": [1, None]}


@pytest.mark.usefixtures("terminal")
def test_a_long_result_has_no_colors_on_a_terminal(cli: Cli, wire: respx.MockRouter) -> None:
    """Rich needs minutes, and gigabytes, for as much as a server may send."""
    result = [{"text": "\x9b31m größe", "number": 1}] * 20_000
    wire.post(path="/deployments/one/tasks/run").respond(json=result)
    printed = cli("run").out
    assert "\x1b" not in printed
    assert "\x9b" not in printed
    assert json.loads(printed) == result


def test_events_are_lines_that_people_can_read(cli: Cli) -> None:
    assert cli("events", TASK, "--take-events").out.splitlines() == [
        'step=1  text="größe 🏔"  word=plain  none=null',
        'prefix=Who?  deep={"a": [1]}',
        'text="\\u001b[31m\\nnext"  empty=""',
        "_data=[1]",
        "end",
    ]


HOSTILE = "grün\x1b]0;title\x07\x1b[2J\x9b31m\x7f\u202e\ta\r\nb\rc"


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("command", [["run"], ["tasks", "results", TASK]])
def test_a_result_has_what_a_terminal_would_obey_escaped(
    cli: Cli, wire: respx.MockRouter, command: list[str]
) -> None:
    wire.post(path="/deployments/one/tasks/run").respond(text=json.dumps(HOSTILE))
    result = json.dumps({"task_id": TASK, "result": HOSTILE})
    wire.get(path__regex="/results$").respond(text=result)
    escaped = "grün\\x1b]0;title\\x07\\x1b[2J\\x9b31m\\x7f\\u202e\ta\nb\\rc\n"
    assert cli(*command).out == escaped


@pytest.mark.usefixtures("terminal")
def test_a_terminal_obeys_no_text_of_a_server(cli: Cli, wire: respx.MockRouter) -> None:
    ids = {"task_id": HOSTILE, "session_id": HOSTILE, "service_id": HOSTILE}
    wire.get(path="/deployments/").respond(text=json.dumps([{"name": HOSTILE}]))
    wire.get(path="/deployments/one/tasks").respond(text=json.dumps([ids]))
    wire.post(path="/deployments/one/sessions/create").respond(text=json.dumps(ids))
    wire.post(path="/deployments/create").respond(text=json.dumps({"name": HOSTILE}))
    wire.get(path="/status/").respond(
        text=json.dumps({"status": "Healthy", "status_message": HOSTILE, "deployments": [HOSTILE]})
    )
    wire.get(path="/openapi.json").respond(500, text=HOSTILE)
    wire.get(path="/deployments/one/sessions").respond(500, text=HOSTILE)
    wire.post(path="/deployments/one/tasks/run").respond(text=json.dumps([HOSTILE, {HOSTILE: 1}]))
    events = [{HOSTILE: HOSTILE}, {"a": [HOSTILE]}, {}]
    wire.get(path__regex="/events$").respond(text="".join(f"{json.dumps(e)}\n" for e in events))
    for command in (
        *(["tasks", "list"], ["deployments", "list"], ["sessions", "create"], ["status"], ["run"]),
        *(["sessions", "list"], ["events", TASK, "-s", SESSION], ["deployments", "create", "-"]),
    ):
        for options in ([], ["--json"]):
            ended = cli(*command, *options)
            printed = bare(ended.out + ended.err)
            assert not set(printed) & set("\x9b\x07\x7f\u202e"), command
            assert "\x1b]" not in printed, command
            assert "\x1b[2J" not in printed, command


def test_a_pipe_gets_a_text_as_it_is(cli: Cli, wire: respx.MockRouter) -> None:
    wire.post(path="/deployments/one/tasks/run").respond(text=json.dumps(HOSTILE))
    assert cli("run").out == f"{HOSTILE}\n"


def test_json_stays_json_where_the_encoding_lacks_a_character(
    cli: Cli, wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.post(path="/deployments/one/tasks/run").respond(json=["größe", "🏔"])
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stdout)
    assert cli("run", "--json").code == ExitCode.DONE
    stdout.seek(0)
    assert json.load(stdout) == ["größe", "🏔"]


def test_a_text_that_an_old_terminal_cannot_show_is_not_an_error() -> None:
    ended = bash(f"{PROGRAM} status --url {nowhere()}/ö", {"PYTHONIOENCODING": "ascii"})
    assert ended.code == ExitCode.UNREACHABLE
    assert "http://" in ended.out


@pytest.mark.parametrize("force_color", ["0", "1"])
def test_events_are_json_lines_for_programs(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, force_color: str
) -> None:
    if force_color == "1":
        monkeypatch.setenv("FORCE_COLOR", force_color)
    lines = cli("events", TASK, "--take-events", "--json").out.splitlines()
    assert [json.loads(line) for line in lines] == EVENTS


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),  # one emoji of three
        ("全角\u3000空白", "全角\u3000空白"),
        ("10\xa0km", "10\xa0km"),
        ("\u202egnp.exe", "\\u202egnp.exe"),  # turns the direction of what follows
        ("\x1b[31m", "\\u001b[31m"),
        ("\u2028", "\\u2028"),
        ("\x7f", "\\u007f"),
    ],
)
def test_json_keeps_joiners_and_spaces_and_escapes_what_a_terminal_obeys(
    cli: Cli, wire: respx.MockRouter, text: str, printed: str
) -> None:
    wire.post(path="/deployments/one/tasks/run").respond(json=[text])
    assert cli("run", "--json").out == f'[\n  "{printed}"\n]\n'
    wire.get(path__regex="/events$").respond(json={"text": text})
    assert printed in cli("events", TASK, "--take-events").out
