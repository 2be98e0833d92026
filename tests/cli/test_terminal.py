"""What somebody at a terminal sees, and types."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shlex import quote

import pytest

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.exits import ExitCode
from tests.support.terminal import Terminal

from .conftest import SCRIPTS

BAR = "task/s"
Run = Callable[[str], Terminal]


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Iterator[Run]:
    """Runs a line of bash in a terminal."""
    with ExitStack() as terminals:

        def start(line: str) -> Terminal:
            command = ("bash", "--norc", "-c", f"PATH='{SCRIPTS}':$PATH; {line}")
            terminal = Terminal(*command, env={**os.environ, **environment}, cwd=tmp_path)
            return terminals.enter_context(terminal)

        yield start


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"message": text}) + "\n" for text in "abc"))
    return path


def test_each_question_is_asked_until_the_reply_is_text(run: Run, tmp_path: Path) -> None:
    terminal = run(f"""{PROGRAM} run --events -S interview 'questions=["Name?", "Age?"]' > out""")
    terminal.read_until("Name? > ")
    terminal.type(b"Ad\xff\xfea\n")
    terminal.read_until("warning: the reply is not UTF-8 text: type it again\n")
    terminal.read_until("again\nName? > ")
    terminal.type("Zoë\n")
    terminal.read_until("Age? > ")
    terminal.type("36\n")
    assert terminal.end()[0] == ExitCode.DONE
    assert (tmp_path / "out").read_text() == "Zoë, 36\n"


@pytest.mark.parametrize("key", ["ctrl-d", "ctrl-c"])
def test_giving_up_a_question_says_how_to_reply_and_how_to_wait(run: Run, key: str) -> None:
    terminal = run(f"{PROGRAM} run --events -S human")
    terminal.read_until(" > ")
    if key == "ctrl-c":
        terminal.interrupt()
    else:
        terminal.type("\x04")
    code, screen = terminal.end()
    assert code == ExitCode.INTERRUPTED
    [task] = re.findall(r"\nTask (\S+) is still running on the server", screen)
    where = "--deployment demo --session "
    assert (
        f"\nTo reply to its question: {PROGRAM} tasks send {task} REPLY --service human {where}"
        in screen
    )
    assert f"To wait for its result: {PROGRAM} tasks wait {task} {where}" in screen


@pytest.mark.parametrize(("reply", "code"), [("y", ExitCode.DONE), ("", ExitCode.INTERRUPTED)])
def test_taking_events_from_other_readers_needs_a_yes(run: Run, reply: str, code: ExitCode) -> None:
    terminal = run(f"{PROGRAM} events $({PROGRAM} run --detach -S progress steps=1)")
    terminal.read_until("[y/N] > ")
    terminal.type(f"{reply}\n")
    ended, screen = terminal.end()
    assert ended == code
    assert ("step=1" in screen) is (code is ExitCode.DONE)


def test_detach_says_how_to_wait_for_the_result(run: Run) -> None:
    code, screen = run(f"{PROGRAM} run --detach message=hello").end()
    task, note = screen.splitlines()
    assert code == ExitCode.DONE
    assert note.startswith(f"To wait for its result: {PROGRAM} tasks wait {task} --deployment demo")


@pytest.mark.usefixtures("inputs")
def test_no_bar_is_drawn_over_results_that_come_back_through_a_pipe(run: Run) -> None:
    code, screen = run(f"{PROGRAM} run --inputs in.jsonl | cat").end()
    assert code == 0
    assert BAR not in screen
    lines = screen.splitlines()
    lines.remove("3 of 3 tasks have a result.")  # anywhere: the others come by way of `cat`
    assert sorted(json.loads(line)["result"] for line in lines) == ["A", "B", "C"]


@pytest.mark.usefixtures("inputs")
@pytest.mark.parametrize("where", ["> /dev/null", "> lines.txt", "--results out.jsonl"])
def test_a_bar_is_drawn_where_no_results_are_printed(run: Run, where: str) -> None:
    code, screen = run(f"{PROGRAM} run --inputs in.jsonl {where}").end()
    assert code == ExitCode.DONE
    assert BAR in screen
    assert screen.splitlines()[-1] == "3 of 3 tasks have a result."


def test_a_batch_that_is_stopped_says_how_to_run_the_rest(
    run: Run, tmp_path: Path, inputs: Path
) -> None:
    inputs.write_text('{"seconds": 0.5}\n{"seconds": 600}\n')
    files = f"--inputs {quote(str(inputs))} --results {quote(str(tmp_path / 'out.jsonl'))}"
    terminal = run(f"{PROGRAM} run -S slow {files}")
    terminal.read_until("1/2")
    terminal.interrupt()
    code, screen = terminal.end()
    assert code == ExitCode.INTERRUPTED
    command = f"{PROGRAM} run {files} --deployment demo --service slow"
    assert screen.splitlines()[-1] == (
        f"1 of 2 tasks have a result. To run the tasks without a result: {command}"
    )
    again = run(command)
    again.read_until("1/2")
    again.interrupt()
    assert "1 of 2 tasks have a result, 1 of them from an earlier run." in again.end()[1]
