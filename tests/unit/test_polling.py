"""Polling is quick at first, and no slower than asked for later."""

from __future__ import annotations

import pytest

from llama_deploy_client import _polling
from llama_deploy_client._polling import Polling


class Clock:
    """Time that passes only by waiting."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_polling, "monotonic", clock)
    return clock


def ask_until(ready: float, clock: Clock, longest: float) -> tuple[int, float]:
    """How many questions follow the first one, and how late the last of them is."""
    began = clock.now
    polling = Polling(longest)
    questions = 0
    while clock.now - began < ready:
        clock.now += polling.pause()
        questions += 1
    return questions, clock.now - began - ready


@pytest.mark.parametrize("ready", [0.01, 0.05, 0.1, 0.3, 0.45, 0.7, 0.95, 2.0, 8.0])
def test_an_answer_is_found_soon_by_few_questions(ready: float, clock: Clock) -> None:
    questions, late = ask_until(ready, clock, longest=0.5)
    assert late <= max(0.035, ready / 20)
    every_10_ms = ready / 0.01
    assert questions <= max(2, every_10_ms / 2)


def test_later_the_setting_is_the_pause(clock: Clock) -> None:
    polling = Polling(0.5)
    clock.now += 3600
    assert polling.pause() == 0.5


@pytest.mark.parametrize("longest", [0.0, 0.001, 0.02])
def test_a_short_setting_is_kept_from_the_start(longest: float, clock: Clock) -> None:
    assert Polling(longest).pause() == longest
