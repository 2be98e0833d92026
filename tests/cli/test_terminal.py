"""What somebody at a terminal sees, and types."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import quote
from time import monotonic

import pytest

from llama_deploy_client.cli import PROGRAM
from llama_deploy_client.cli.exits import ExitCode
from tests.fakes import PortServer

from .conftest import SCRIPTS, WAIT

BAR = "task/s"


class Terminal:
    """A terminal in which a line of bash runs."""

    def __init__(self, line: str, environment: dict[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 300, 0, 0))
        self.process = subprocess.Popen(
            ["bash", "--norc", "-c", f"PATH='{SCRIPTS}':$PATH; {line}"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **environment, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "300"},
            start_new_session=True,
        )
        os.close(theirs)
        self.screen = ""

    def type(self, text: str | bytes) -> None:
        os.write(self._ours, text.encode() if isinstance(text, str) else text)

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def read_until(self, text: str) -> str:
        """All that is on the screen, once `text` is."""
        end = monotonic() + WAIT
        while text not in self.screen:
            assert self._read(end - monotonic()), self.screen
        return self.screen

    def end(self) -> tuple[int, str]:
        """The exit code, and the screen."""
        end = monotonic() + WAIT
        while self._read(end - monotonic()):
            pass
        return self.process.wait(WAIT), self.screen

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(seconds, 0))
        try:
            more = os.read(self._ours, 65536) if ready else b""
        except OSError:  # nobody else has it open any more
            more = b""
        text = more.decode(errors="replace").replace("\r\n", "\n")
        self.screen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
        return bool(more)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._ours)


Run = Callable[[str], Terminal]


@pytest.fixture(scope="module")
def server() -> Iterator[PortServer]:
    server = PortServer("0.9")
    with server:
        server.deploy("demo")
        yield server


@pytest.fixture
def run(server: PortServer) -> Iterator[Run]:
    """Runs a command in a terminal."""
    terminals = []

    def start(line: str) -> Terminal:
        terminals.append(Terminal(line, {"LLAMA_DEPLOY_API_SERVER_URL": server.url}))
        return terminals[-1]

    yield start
    for each in terminals:
        each.close()


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"message": text}) + "\n" for text in "abc"))
    return path


def test_a_reply_that_is_not_text_is_asked_for_again(run: Run) -> None:
    terminal = run(f"{PROGRAM} run --events -S human")
    terminal.read_until(" > ")
    terminal.type(b"Ad\xff\xfea\n")
    terminal.read_until("warning: the reply is not UTF-8 text: type it again\n")
    terminal.read_until("again\nWhat is your name? > ")
    terminal.type("Zoë\n")
    code, screen = terminal.end()
    assert code == ExitCode.DONE
    assert screen.endswith("The human said: Zoë\n")


@pytest.mark.parametrize("key", ["\x04", "ctrl-c"])
def test_giving_up_says_how_to_reply_and_how_to_wait(run: Run, key: str) -> None:
    terminal = run(f"{PROGRAM} run --events -S human")
    terminal.read_until(" > ")
    if key == "ctrl-c":
        terminal.interrupt()
    else:
        terminal.type(key)
    code, screen = terminal.end()
    assert code == ExitCode.INTERRUPTED
    [task] = re.findall(rf"\nTo reply to its question: {PROGRAM} tasks send (\S+) REPLY ", screen)
    assert f"To wait for its result: {PROGRAM} tasks wait {task} --deployment demo" in screen


@pytest.mark.parametrize(("reply", "code"), [("y", ExitCode.DONE), ("", ExitCode.INTERRUPTED)])
def test_events_are_taken_from_others_by_those_who_say_so(
    run: Run, reply: str, code: ExitCode
) -> None:
    terminal = run(f"{PROGRAM} events $({PROGRAM} run --detach -S progress steps=1)")
    terminal.read_until("[y/N] > ")
    terminal.type(f"{reply}\n")
    ended, screen = terminal.end()
    assert ended == code
    assert ("step=1" in screen) is (code is ExitCode.DONE)


def test_what_is_started_says_how_to_come_back_to_it(run: Run) -> None:
    code, screen = run(f"{PROGRAM} run --detach message=hello").end()
    task, note = screen.splitlines()
    assert code == ExitCode.DONE
    assert note.startswith(f"To wait for its result: {PROGRAM} tasks wait {task} --deployment demo")


def test_no_bar_is_drawn_over_lines_that_come_back_through_a_pipe(run: Run, inputs: Path) -> None:
    code, screen = run(f"{PROGRAM} run --inputs {quote(str(inputs))} | cat").end()
    assert code == 0
    assert BAR not in screen
    lines = screen.splitlines()
    lines.remove("3 of 3 tasks have a result.")  # anywhere: the lines come by way of `cat`
    assert sorted(json.loads(line)["result"] for line in lines) == ["A", "B", "C"]


@pytest.mark.parametrize("where", ["> /dev/null", "> lines.txt", "--results out.jsonl"])
def test_a_bar_is_drawn_where_no_lines_are_printed(
    run: Run, inputs: Path, where: str, tmp_path: Path
) -> None:
    code, screen = run(
        f"cd {quote(str(tmp_path))}; {PROGRAM} run --inputs {quote(str(inputs))} {where}"
    ).end()
    assert code == ExitCode.DONE
    assert BAR in screen
    assert screen.splitlines()[-1] == "3 of 3 tasks have a result."


def test_a_batch_that_is_stopped_says_how_it_goes_on(
    run: Run, tmp_path: Path, inputs: Path
) -> None:
    inputs.write_text('{"seconds": 0.5}\n{"seconds": 600}\n')
    results = tmp_path / "out.jsonl"
    files = f"--inputs {quote(str(inputs))} --results {quote(str(results))}"
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
