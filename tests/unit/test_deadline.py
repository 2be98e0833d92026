"""One deadline measures every wait of a call."""

from __future__ import annotations

import pytest

from llama_deploy_client._timeout import UNSET, check_seconds
from llama_deploy_client._transport.deadline import Deadline


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in its one entry."""
    now = [1000.0]
    monkeypatch.setattr("llama_deploy_client._transport.deadline.monotonic", lambda: now[0])
    return now


def test_it_counts_down_and_stays_at_nothing(clock: list[float]) -> None:
    deadline = Deadline(10)
    assert (deadline.remaining(), deadline.expired()) == (10, False)
    clock[0] += 9
    assert (deadline.remaining(), deadline.expired()) == (1, False)
    clock[0] += 1
    assert (deadline.remaining(), deadline.expired()) == (0, True)
    clock[0] += 100
    assert (deadline.remaining(), deadline.expired()) == (0, True)


def test_restarted_it_has_its_full_time_again(clock: list[float]) -> None:
    deadline = Deadline(10)
    clock[0] += 11
    deadline.restart()
    assert (deadline.remaining(), deadline.expired(), deadline.timeout) == (10, False, 10)


def test_a_pause_is_no_longer_than_the_time_left(clock: list[float]) -> None:
    deadline = Deadline(10)
    assert deadline.within(3) == 3
    clock[0] += 9
    assert deadline.within(3) == 1
    clock[0] += 9
    assert deadline.within(3) == 0


def test_none_never_comes(clock: list[float]) -> None:
    deadline = Deadline(None)
    clock[0] += 1e12
    assert (deadline.remaining(), deadline.expired(), deadline.within(3)) == (None, False, 3)


def test_zero_is_over_at_once(clock: list[float]) -> None:
    assert Deadline(0).expired()


def test_a_parameter_left_out_shows_as_such_in_help() -> None:
    assert repr(UNSET) == "UNSET"


@pytest.mark.parametrize("seconds", [0, 0.0, 1, True, float("inf")])
def test_seconds_are_numbers_from_zero_on(seconds: float) -> None:
    check_seconds(seconds)
