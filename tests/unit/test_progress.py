"""The progress bar: on a terminal, on request, and nowhere else."""

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


@pytest.mark.parametrize(
    ("stderr", "shown", "total", "texts"),
    [
        (Terminal, True, 4, ["1/4", "2/4"]),
        (Terminal, True, None, ["1task", "2task"]),
        (io.StringIO, True, 4, []),
        (Terminal, False, 4, []),
    ],
    ids=["with a length", "without a length", "without a terminal", "without a request"],
)
def test_each_outcome_is_drawn_at_once_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
    stderr: type[io.StringIO],
    shown: bool,
    total: int | None,
    texts: list[str],
) -> None:
    terminal = stderr()
    monkeypatch.setattr(sys, "stderr", terminal)
    before = {*threading.enumerate()}
    with Progress(shown=shown, total=total).open() as show:
        for number, outcome in enumerate(OUTCOMES):
            show(outcome)
            assert not texts or texts[number] in terminal.getvalue()
    assert ("failed=1" in terminal.getvalue()) is bool(texts)
    assert bool(terminal.getvalue()) is bool(texts)
    assert {*threading.enumerate()} <= before


def test_without_tqdm_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    Progress(shown=False, total=None)
    message = r'^progress=True needs tqdm: pip install "llama_deploy_client\[progress\]"$'
    with pytest.raises(ModuleNotFoundError, match=message) as caught:
        Progress(shown=True, total=None)
    assert caught.value.name == "tqdm"
