"""Errors that signal handlers raise: the time limits of Celery and RQ, say."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from llama_deploy_client import BatchError
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


def test_it_is_told_from_the_same_error_of_others(handler: Callable[..., None]) -> None:
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


def test_the_inputs_own_error_has_the_outcomes_with_it() -> None:
    def inputs() -> Iterator[str]:
        yield "{}"
        raise TimeLimit

    with pytest.raises(BatchError) as raised:
        batch(inputs(), lambda task: task.input).results()
    assert isinstance(raised.value.stopped, TimeLimit)
    assert [outcome.result for outcome in raised.value.outcomes] == ["{}"]
