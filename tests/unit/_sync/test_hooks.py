# Made by `make generate` from tests/unit/_async/test_hooks.py: do not edit.
"""Event hooks: called with each request and each response, as httpx's clients call them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError
from respx import MockRouter

from llama_deploy_client._sync.client import SyncClient


class Hooks:
    """Hooks that record their arguments."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def record(self, subject: httpx.Request | httpx.Response) -> None:
        self.calls.append(subject)

    def settings(self) -> dict[str, Any]:
        return {"event_hooks": {"request": [self.record], "response": [self.record]}}

    def summary(self) -> list[str | int]:
        """The methods of requests and the statuses of responses."""
        return [getattr(each, "status_code", None) or each.method for each in self.calls]


@pytest.fixture
def hooks() -> Hooks:
    return Hooks()


CHALLENGE = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}


@pytest.mark.parametrize(
    ("first", "calls"),
    [
        (httpx.Response(503), ["GET", 503, "GET", 200]),
        (httpx.ConnectError("no"), ["GET", "GET", 200]),
        (httpx.Response(401, headers=CHALLENGE), ["GET", 401, "GET", 200]),
    ],
    ids=["a retry", "no response", "an authentication"],
)
def test_they_see_every_request_and_response(
    wire: MockRouter, hooks: Hooks, first: Any, calls: list[Any]
) -> None:
    wire.get().mock(side_effect=[first, httpx.Response(200, json=[])])
    client = SyncClient(auth=httpx.DigestAuth("me", "s3cret"), **hooks.settings())
    assert client.apiserver.deployments.list() == []
    assert hooks.summary() == calls
    is_signed = "authorization" in wire.calls.last.request.headers
    assert is_signed is (401 in calls)


def test_a_request_has_all_headers_that_are_sent(wire: MockRouter, hooks: Hooks) -> None:
    wire.post().respond(json="s")
    client = SyncClient(token=SecretStr("t0ken"), headers={"X-Tenant": "a"}, **hooks.settings())
    client.core.sessions.create()
    request, response = hooks.calls
    assert request.headers["authorization"] == "Bearer t0ken"
    assert request.headers["x-tenant"] == "a"
    assert response.request is request


def test_they_run_in_their_order_and_may_change_a_request(wire: MockRouter) -> None:
    order: list[int] = []

    def first(_: Any) -> None:
        order.append(1)

    def second(message: Any) -> None:
        order.append(2)
        message.headers["X-Request-ID"] = "7"

    wire.get().respond(json=[])
    hooks = {"request": [first, second], "response": [second, first]}
    SyncClient(event_hooks=hooks).apiserver.deployments.list()
    assert order == [1, 2, 2, 1]
    assert wire.calls.last.request.headers["x-request-id"] == "7"


def test_a_response_hook_may_read_the_body(wire: MockRouter) -> None:
    bodies: list[bytes] = []

    def read(response: httpx.Response) -> None:
        bodies.append(response.read())

    wire.get().respond(json=[{"name": "one"}])
    client = SyncClient(event_hooks={"response": [read]})
    [deployment] = client.apiserver.deployments.list()
    assert deployment.id == "one"
    assert b"one" in bodies[0]


@pytest.mark.parametrize("event", ["request", "response"])
@pytest.mark.parametrize(
    "error",
    [
        LookupError("mine"),
        UnicodeError("mine"),
        httpx.InvalidURL("mine"),
        httpx.ConnectError("to another server, by the hook"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_a_hook_is_raised_as_it_is_without_a_retry(
    wire: MockRouter, event: str, error: Exception
) -> None:
    calls: list[Any] = []

    def fail(subject: Any) -> None:
        calls.append(subject)
        raise error from KeyError("its reason")

    wire.get().respond(json=[])
    with pytest.raises(type(error)) as caught:
        SyncClient(event_hooks={event: [fail]}).apiserver.deployments.list()
    assert caught.value is error
    assert isinstance(error.__cause__, KeyError)
    assert len(calls) == 1
    assert not isinstance(calls[0], httpx.Response) or calls[0].is_closed


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValidationError, match="no event 'requests', only 'request' and 'response'"):
        SyncClient(event_hooks={"requests": []})
