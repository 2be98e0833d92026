"""Errors that signal handlers raise, such as the time limits of Celery and RQ."""

from __future__ import annotations

import fcntl
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from llama_deploy_client import BatchError, SyncClient, _pydantic
from llama_deploy_client._results_file import ResultsFile
from llama_deploy_client._signals import is_of_signal_handler
from llama_deploy_client._sync.batch import Batch
from llama_deploy_client.types import TaskDefinition


class TimeLimit(Exception):
    """Like Celery's and RQ's: no more than an Exception."""


def limit(*_: object) -> None:
    raise TimeLimit


class Limit:
    def method(self, *_: object) -> None:
        raise TimeLimit

    def __call__(self, *_: object) -> None:
        limit()


HANDLERS: dict[str, Callable[..., None]] = {
    "function": limit,
    "method": Limit().method,
    "object": Limit(),
    "partial": partial(limit, 1),
}


@pytest.fixture(params=HANDLERS, autouse=True)
def handler(request: pytest.FixtureRequest) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, HANDLERS[request.param])
    yield
    signal.signal(signal.SIGALRM, before)


def go_off(*_: object) -> None:
    signal.raise_signal(signal.SIGALRM)


def batch(inputs: Any, run: Callable[[TaskDefinition], Any] = lambda task: task.input) -> Batch:
    options: dict[str, Any] = {"concurrency": 2, "progress": False, "results_file": None}
    return Batch(inputs, lambda text: TaskDefinition(input=text), run, **options)


def interrupted_inputs() -> Iterator[str]:
    yield "{}"
    go_off()
    yield "{}"


def ask_an_unknown_server() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/deployments/":
            go_off()
        return httpx.Response(404, json={"detail": "Not Found"})

    SyncClient(transport=httpx.MockTransport(respond)).apiserver.deployments.list()


def test_it_differs_from_the_same_error_of_other_code() -> None:
    with pytest.raises(TimeLimit) as raised:
        go_off()
    assert is_of_signal_handler(raised.value)
    assert not is_of_signal_handler(TimeLimit())
    with pytest.raises(TimeLimit) as raised:
        raise TimeLimit
    assert not is_of_signal_handler(raised.value)


CALLS: dict[str, Callable[[], object]] = {
    "the results of a batch": lambda: batch(interrupted_inputs()).results(),
    "the outcomes of a batch": lambda: list(batch(interrupted_inputs())),
    # The handler runs in the main thread, which waits.
    "a batch that waits": lambda: batch(["{}"] * 3, go_off).outcomes(),
    "a request to an unknown server": ask_an_unknown_server,
    "the first check of a type": lambda: _pydantic.check(dict[str, frozenset[int]], {}),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_it_interrupts_raises_it(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pydantic, "_build", go_off)
    with pytest.raises(TimeLimit):
        CALLS[call]()


def test_it_comes_out_of_the_lock_of_a_results_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lock(*_: object) -> None:
        raise TimeoutError  # as a signal handler can

    monkeypatch.setattr(fcntl, "flock", lock)
    with pytest.raises(TimeoutError):
        ResultsFile(tmp_path / "results.jsonl")


def test_the_same_error_of_the_inputs_comes_with_the_outcomes() -> None:
    def inputs() -> Iterator[str]:
        yield "{}"
        raise TimeLimit

    with pytest.raises(BatchError) as raised:
        batch(inputs()).results()
    assert isinstance(raised.value.stopped, TimeLimit)
    assert [outcome.result for outcome in raised.value.outcomes] == ["{}"]
