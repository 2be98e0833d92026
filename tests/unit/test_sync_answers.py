"""A question in the sync client alone: the function is called in the thread that reads."""

from __future__ import annotations

import time
from typing import Any

import pytest

from llama_deploy_client import AnswerTimeoutError, ReceivedEvent
from llama_deploy_client._answers import ask_sync
from llama_deploy_client.events import HumanResponseEvent

QUESTION = ReceivedEvent(None, {"_data": {"prefix": "Name?"}})


def test_text_becomes_the_event_that_answers() -> None:
    answer = ask_sync(lambda event: f"{event.fields['prefix']} Ada", QUESTION, None)
    assert answer == HumanResponseEvent(response="Name? Ada")


def test_none_means_no_reply() -> None:
    assert ask_sync(lambda event: None, QUESTION, 1) is None


def test_a_function_that_takes_too_long_has_not_answered() -> None:
    def block(event: ReceivedEvent) -> str:
        time.sleep(0.1)  # nothing can stop it
        return "too late"

    with pytest.raises(AnswerTimeoutError, match=r"within 0\.05 s") as caught:
        ask_sync(block, QUESTION, 0.05)
    assert caught.value.event is QUESTION


def test_what_ends_a_loop_does_not_end_this_one() -> None:
    answers = iter([""])
    next(answers)
    with pytest.raises(RuntimeError, match="the answer function raised StopIteration"):
        ask_sync(lambda event: next(answers), QUESTION, None)


@pytest.mark.parametrize("reply", [42, {"response": "Ada"}, b"Ada", HumanResponseEvent])
def test_an_invalid_reply_is_an_error_that_names_its_type(reply: Any) -> None:
    told = (
        f"the answer function returned {type(reply).__name__}: it must return a string, an event "
        r"\(a pydantic model or a ServerEvent\), or None$"
    )
    with pytest.raises(TypeError, match=told):
        ask_sync(lambda event: reply, QUESTION, None)


def test_an_async_function_is_for_the_async_client() -> None:
    async def ask(event: ReceivedEvent) -> str:
        return "Ada"

    answer: Any = ask
    with pytest.raises(TypeError, match=r"is async: only Client takes one, SyncClient does not$"):
        ask_sync(answer, QUESTION, None)
