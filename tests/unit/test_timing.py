"""The deadline of a call, and the pauses between polls, by a clock that tests move."""

from __future__ import annotations

import pytest

from llama_deploy_client._polling import Polling
from llama_deploy_client._timeout import UNSET, check_seconds
from llama_deploy_client._transport.deadline import Deadline

from .clock import Clock


def test_a_deadline_counts_down_to_zero_and_can_be_restarted(clock: Clock) -> None:
    deadline = Deadline(10)
    assert (deadline.remaining(), deadline.expired(), deadline.within(3)) == (10, False, 3)
    clock.now += 9
    assert (deadline.remaining(), deadline.expired(), deadline.within(3)) == (1, False, 1)
    for seconds in (1, 100):
        clock.now += seconds
        assert (deadline.remaining(), deadline.expired(), deadline.within(3)) == (0, True, 0)
    deadline.restart()
    assert (deadline.remaining(), deadline.expired(), deadline.timeout) == (10, False, 10)


def test_a_deadline_of_none_never_expires_and_one_of_zero_at_once(clock: Clock) -> None:
    deadline = Deadline(None)
    clock.now += 1e12
    assert (deadline.remaining(), deadline.expired(), deadline.within(3)) == (None, False, 3)
    assert Deadline(0).expired()


def test_help_shows_an_omitted_parameter_as_unset() -> None:
    assert repr(UNSET) == "UNSET"


@pytest.mark.parametrize("seconds", [0, 0.0, 1, True, float("inf")])
def test_seconds_are_numbers_from_zero_up(seconds: float) -> None:
    check_seconds(seconds)


@pytest.mark.parametrize("ready", [0.01, 0.05, 0.1, 0.45, 0.95, 8.0])
def test_few_polls_notice_a_result_soon(ready: float, clock: Clock) -> None:
    began, polls, polling = clock.now, 0, Polling(longest=0.5)
    while clock.now - began < ready:
        clock.now += polling.pause()
        polls += 1
    late = clock.now - began - ready
    assert late <= max(0.035, ready / 20)
    every_10_ms = ready / 0.01
    assert polls <= max(2, every_10_ms / 2)


def test_the_setting_limits_the_pause(clock: Clock) -> None:
    for longest in (0.0, 0.001, 0.02):
        assert Polling(longest).pause() == longest
    polling = Polling(0.5)
    clock.now += 3600
    assert polling.pause() == 0.5
