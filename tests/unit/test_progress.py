"""The bar: on a terminal, where it is asked for, and nowhere else."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from llama_deploy_client import Outcome, TaskDefinition
from llama_deploy_client._progress import Progress

OUTCOMES = [
    Outcome(index=0, task=TaskDefinition(input={}), result="done"),
    Outcome(index=1, task=TaskDefinition(input={}), error=ValueError()),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, progress: Progress) -> str:
    monkeypatch.setattr(sys, "stderr", stderr)
    with progress.open() as show:
        for outcome in OUTCOMES:
            show(outcome)
    return stderr.getvalue()


def test_a_terminal_sees_how_many_are_done_and_how_many_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = shown(monkeypatch, Terminal(), Progress(shown=True, total=4))
    assert "2/4" in said
    assert "failed=1" in said


def test_what_ends_soon_after_another_is_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress(shown=True, total=4).open() as show:
        for done, outcome in enumerate(OUTCOMES, 1):
            show(outcome)
            assert f"{done}/4" in terminal.getvalue()


def test_without_a_length_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "2task" in shown(monkeypatch, Terminal(), Progress(shown=True, total=None))


def test_without_a_terminal_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), Progress(shown=True, total=4)) == ""


def test_unasked_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), Progress(shown=False, total=4)) == ""


def test_it_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    before = threading.enumerate()
    shown(monkeypatch, Terminal(), Progress(shown=True, total=4))
    assert threading.enumerate() == before


def test_without_tqdm_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    Progress(shown=False, total=None)
    said = r'^progress=True needs tqdm: pip install "llama_deploy_client\[progress\]"$'
    with pytest.raises(ModuleNotFoundError, match=said) as caught:
        Progress(shown=True, total=None)
    assert caught.value.name == "tqdm"
