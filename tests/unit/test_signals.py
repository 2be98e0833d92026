"""Errors that signal handlers raise: the time limits of Celery and RQ, say."""

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
    """As Celery's and RQ's: no more than an Exception."""


def limit(*_: object) -> None:
    raise TimeLimit


KINDS = ["function", "method", "object", "partial"]


class Limit:
    def method(self, *_: object) -> None:
        raise TimeLimit

    def __call__(self, *_: object) -> None:
        limit()


@pytest.fixture(params=[limit, Limit().method, Limit(), partial(limit, 1)], ids=KINDS)
def handler(request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    before = signal.signal(signal.SIGALRM, request.param)
    yield request.param
    signal.signal(signal.SIGALRM, before)


def go_off() -> None:
    signal.raise_signal(signal.SIGALRM)


def batch(inputs: Any, run: Callable[[TaskDefinition], Any]) -> Batch:
    return Batch(
        inputs,
        lambda given: TaskDefinition(input=given),
        run,
        concurrency=2,
        progress=False,
        results_file=None,
    )


def interrupted() -> Iterator[str]:
    yield "{}"
    go_off()
    yield "{}"


def test_it_differs_from_the_same_error_of_other_code(handler: Callable[..., None]) -> None:
    with pytest.raises(TimeLimit) as raised:
        go_off()
    assert is_of_signal_handler(raised.value)
    assert not is_of_signal_handler(TimeLimit())
    with pytest.raises(TimeLimit) as raised:
        raise TimeLimit
    assert not is_of_signal_handler(raised.value)


def test_it_comes_out_of_the_inputs_of_a_batch_as_it_is(handler: Callable[..., None]) -> None:
    with pytest.raises(TimeLimit):
        batch(interrupted(), lambda task: task.input).results()
    with pytest.raises(TimeLimit):
        list(batch(interrupted(), lambda task: task.input))


def test_it_comes_out_of_a_batch_that_waits_as_it_is(handler: Callable[..., None]) -> None:
    def run(task: TaskDefinition) -> None:
        go_off()  # the handler runs in the main thread, which waits

    with pytest.raises(TimeLimit):
        batch(["{}"] * 3, run).outcomes()


def test_it_comes_out_of_a_question_to_an_unknown_server(handler: Callable[..., None]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/deployments/":
            go_off()
        return httpx.Response(404, json={"detail": "Not Found"})

    with pytest.raises(TimeLimit):
        SyncClient(transport=httpx.MockTransport(answer)).apiserver.deployments.list()


def test_it_comes_out_of_the_first_check_against_a_type(
    handler: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_pydantic, "_build", lambda _: go_off())
    with pytest.raises(TimeLimit):
        _pydantic.check(dict[str, frozenset[int]], {})


def test_it_comes_out_of_the_opening_of_a_results_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lock(*_: object) -> None:
        raise TimeoutError  # as a signal handler may

    monkeypatch.setattr(fcntl, "flock", lock)
    with pytest.raises(TimeoutError):
        ResultsFile(tmp_path / "results.jsonl")


def test_the_inputs_own_error_has_the_outcomes_with_it() -> None:
    def inputs() -> Iterator[str]:
        yield "{}"
        raise TimeLimit

    with pytest.raises(BatchError) as raised:
        batch(inputs(), lambda task: task.input).results()
    assert isinstance(raised.value.stopped, TimeLimit)
    assert [outcome.result for outcome in raised.value.outcomes] == ["{}"]
