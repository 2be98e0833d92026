"""The chat: the lines that it sends, and its page in a real browser."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from llama_deploy_client.testing import FakeServer, InputRequiredEvent

from .conftest import RECIPES, WAIT


@contextmanager
def messages(chat: str, workflow: str, text: str) -> Iterator[Iterator[dict[str, Any]]]:
    """The response of the chat to a message, line by line."""
    message = {"workflow": workflow, "text": text}
    with httpx.stream("POST", f"{chat}/messages", json=message, timeout=WAIT) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/x-ndjson"
        yield map(json.loads, response.iter_lines())


def test_a_disconnect_leaves_no_connection_behind(chat: str) -> None:
    for _ in range(3):
        with messages(chat, "human", "Who?") as lines:
            next(lines)
    with messages(chat, "echo", "still there") as lines:
        assert list(lines)[-1] == {"result": "STILL THERE"}


def first_lines(monkeypatch: pytest.MonkeyPatch, number: int, text: str) -> list[dict[str, Any]]:
    """The first lines that the application sends when the workflow `human` gets a text."""
    monkeypatch.syspath_prepend(RECIPES / "chat")
    monkeypatch.delitem(sys.modules, "app", raising=False)
    app = import_module("app")

    async def read() -> list[dict[str, Any]]:
        lines = app._run(app.Message(workflow="human", text=text))
        return [await anext(lines) for _ in range(number)]

    return asyncio.run(read())


def test_a_question_of_a_class_of_its_own_is_shown_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Choice(InputRequiredEvent):
        options: list[str]

    server = FakeServer()

    @server.service("human")
    def human(question: str) -> Iterator[Any]:
        yield Choice(prefix=question, options=["red", "blue"])

    with server.intercept():
        _, question = first_lines(monkeypatch, 2, "Which one?")
    assert question == {"question": "Which one?"}


def test_a_server_that_is_down_reads_differently_from_a_workflow_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_API_SERVER_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("LLAMA_DEPLOY_MAX_RETRIES", "0")
    assert first_lines(monkeypatch, 1, "hi") == [
        {"error": "The LlamaDeploy server cannot be reached. Try again later."}
    ]


def test_an_unknown_workflow_is_refused(chat: str) -> None:
    refused = httpx.post(f"{chat}/messages", json={"workflow": "none", "text": ""}, timeout=WAIT)
    assert refused.status_code == 404


class Page:
    """The page as somebody uses it."""

    def __init__(self, browser: Chrome, url: str) -> None:
        self.browser = browser
        self.browser.get(url)
        self.wait_for("select option")

    def find(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def wait_for(self, selector: str) -> WebElement:
        wait = WebDriverWait(self.browser, WAIT, poll_frequency=0.05)
        return wait.until(lambda _: self.find(selector))[0]

    def choose(self, workflow: str) -> None:
        Select(self.wait_for("select")).select_by_visible_text(workflow)

    def write(self, text: str) -> None:
        self.wait_for("input:enabled").send_keys(f"{text}\n")

    def texts(self, kind: str) -> list[str]:
        return [item.text for item in self.find(f"li.{kind}")]


@pytest.fixture
def page(browser: Chrome, chat: str) -> Iterator[Page]:
    yield Page(browser, chat)
    logged: Any = browser.get_log("browser")  # type: ignore[no-untyped-call]
    assert logged == []


def test_events_are_shown_before_the_result(page: Page) -> None:
    page.choose("progress")
    page.write("3")
    assert page.wait_for("li.result").text == "3 steps done"
    shown = [item.text for item in page.find("li.event, li.result")]
    assert shown == ["step 1 of 3", "step 2 of 3", "step 3 of 3", "3 steps done"]


def test_a_question_gets_its_reply_in_the_page(page: Page) -> None:
    page.choose("human")
    page.write("Your name?")
    assert page.wait_for("li.question").text == "Your name?"
    page.wait_for("input[placeholder=Reply]:enabled")
    page.write("Ada")
    assert page.wait_for("li.result").text == "The human said: Ada"
    assert page.texts("mine") == ["Your name?", "Ada"]
    page.wait_for("input[placeholder=Message]:enabled")


def test_an_error_is_shown_and_the_chat_can_be_used_on(page: Page) -> None:
    page.choose("failing")
    page.write("no")
    assert page.wait_for("li.error").text.startswith("The workflow failed.")
    page.choose("echo")
    page.write("again")
    assert page.wait_for("li.result").text == "AGAIN"


def test_somebody_can_stop_listening(page: Page) -> None:
    page.choose("human")
    page.write("Your name?")
    page.wait_for("li.question")
    page.wait_for("#stop:enabled").click()
    page.wait_for("#stop:disabled")
    assert page.texts("event") == ["Stopped listening. The workflow continues on the server."]
    page.choose("echo")
    page.write("again")
    assert page.wait_for("li.result").text == "AGAIN"


def test_a_result_is_shown_as_text_and_never_as_html(page: Page) -> None:
    page.choose("echo")
    page.write("<b>bold</b>")
    assert page.wait_for("li.result").text == "<B>BOLD</B>"
    assert not page.find("li b")


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_page(page: Page, width: int) -> None:
    size = {"width": width, "height": 640, "deviceScaleFactor": 1, "mobile": width < 600}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    page.choose("echo")
    page.write("longword" * 40)
    page.wait_for("li.result")
    fits = "return document.documentElement.scrollWidth <= innerWidth"
    assert page.browser.execute_script(fits)
    for element in page.find("select, input, button, li"):
        assert 0 <= element.rect["x"] <= element.rect["x"] + element.rect["width"] <= width
    page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
