# Made by `make generate` from tests/unit/_async/test_hooks.py: do not edit.
"""Event hooks: called with each request and each response, as httpx's clients call them."""

from __future__ import annotations

import pickle
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr, ValidationError

from llama_deploy_client._sync.client import SyncClient


class Hooks:
    """Hooks that remember what they saw."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request | httpx.Response] = []

    def see(self, subject: httpx.Request | httpx.Response) -> None:
        self.seen.append(subject)

    def settings(self) -> dict[str, Any]:
        return {"event_hooks": {"request": [self.see], "response": [self.see]}}

    def told(self) -> list[str | int]:
        """The methods of requests and the statuses of responses."""
        return [
            subject.status_code if isinstance(subject, httpx.Response) else subject.method
            for subject in self.seen
        ]


@pytest.fixture
def hooks() -> Hooks:
    return Hooks()


def test_they_see_every_try(wire: respx.MockRouter, hooks: Hooks) -> None:
    wire.get().mock(side_effect=[httpx.Response(503), httpx.Response(200, json=[])])
    client = SyncClient(**hooks.settings())
    client.apiserver.deployments.list()
    assert hooks.told() == ["GET", 503, "GET", 200]


def test_a_try_without_an_answer_has_no_response(wire: respx.MockRouter, hooks: Hooks) -> None:
    wire.get().mock(side_effect=[httpx.ConnectError("no"), httpx.Response(200, json=[])])
    client = SyncClient(**hooks.settings())
    client.apiserver.deployments.list()
    assert hooks.told() == ["GET", "GET", 200]


def test_a_request_has_all_its_headers_and_a_response_its_request(
    wire: respx.MockRouter, hooks: Hooks
) -> None:
    wire.post().respond(json="s")
    client = SyncClient(token=SecretStr("t0ken"), headers={"X-Tenant": "a"}, **hooks.settings())
    client.core.sessions.create()
    request, response = hooks.seen
    assert request.headers["authorization"] == "Bearer t0ken"
    assert request.headers["x-tenant"] == "a"
    assert isinstance(response, httpx.Response)
    assert response.request is request


def test_what_they_add_to_a_request_is_sent(wire: respx.MockRouter) -> None:
    def number(request: httpx.Request) -> None:
        request.headers["X-Request-ID"] = "7"

    wire.get().respond(json=[])
    SyncClient(event_hooks={"request": [number]}).apiserver.deployments.list()
    assert wire.calls.last.request.headers["x-request-id"] == "7"


def test_a_response_hook_may_read_the_body(wire: respx.MockRouter) -> None:
    read: list[bytes] = []

    def read_it(response: httpx.Response) -> None:
        read.append(response.read())

    wire.get().respond(json=[{"name": "one"}])
    client = SyncClient(event_hooks={"response": [read_it]})
    [deployment] = client.apiserver.deployments.list()
    assert deployment.id == "one"
    assert b"one" in read[0]


def test_they_run_in_their_order(wire: respx.MockRouter) -> None:
    order: list[int] = []

    def first(_: Any) -> None:
        order.append(1)

    def second(_: Any) -> None:
        order.append(2)

    wire.get().respond(json=[])
    hooks = {"request": [first, second], "response": [second, first]}
    SyncClient(event_hooks=hooks).apiserver.deployments.list()
    assert order == [1, 2, 2, 1]


def test_each_request_of_an_authentication_is_seen(wire: respx.MockRouter, hooks: Hooks) -> None:
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
    wire.get().mock(
        side_effect=[httpx.Response(401, headers=challenge), httpx.Response(200, json=[])]
    )
    client = SyncClient(auth=httpx.DigestAuth("me", "s3cret"), **hooks.settings())
    client.apiserver.deployments.list()
    assert hooks.told() == ["GET", 401, "GET", 200]


@pytest.mark.parametrize("event", ["request", "response"])
@pytest.mark.parametrize(
    "error",
    [
        LookupError("mine"),
        UnicodeError("mine"),
        httpx.InvalidURL("mine"),
        httpx.ConnectError("of another server, which the hook asked"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_one_raises_is_raised_as_it_is_and_nothing_is_tried_again(
    wire: respx.MockRouter, event: str, error: Exception
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


def test_an_http_client_of_your_own_has_its_own(wire: respx.MockRouter, hooks: Hooks) -> None:
    wire.get().respond(json=[])
    with httpx.Client(**hooks.settings()) as mine:
        SyncClient(http_client=mine).apiserver.deployments.list()
    assert hooks.told() == ["GET", 200]


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValidationError, match="no event 'requests', only 'request' and 'response'"):
        SyncClient(event_hooks={"requests": []})


def test_a_client_with_hooks_cannot_be_pickled(hooks: Hooks) -> None:
    with pytest.raises(TypeError, match="a client with event_hooks cannot be pickled"):
        pickle.dumps(SyncClient(**hooks.settings()))
