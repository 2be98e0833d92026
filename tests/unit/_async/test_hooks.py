"""Event hooks: called with each request and each response, as httpx's clients call them."""

from __future__ import annotations

import pickle
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr, ValidationError

from llama_deploy_client._async.client import AsyncClient


class Hooks:
    """Hooks that remember what they saw."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request | httpx.Response] = []

    async def see(self, subject: httpx.Request | httpx.Response) -> None:
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


async def test_they_see_every_try(wire: respx.MockRouter, hooks: Hooks) -> None:
    wire.get().mock(side_effect=[httpx.Response(503), httpx.Response(200, json=[])])
    client = AsyncClient(**hooks.settings())
    await client.apiserver.deployments.list()
    assert hooks.told() == ["GET", 503, "GET", 200]


async def test_a_try_without_an_answer_has_no_response(
    wire: respx.MockRouter, hooks: Hooks
) -> None:
    wire.get().mock(side_effect=[httpx.ConnectError("no"), httpx.Response(200, json=[])])
    client = AsyncClient(**hooks.settings())
    await client.apiserver.deployments.list()
    assert hooks.told() == ["GET", "GET", 200]


async def test_a_request_has_all_its_headers_and_a_response_its_request(
    wire: respx.MockRouter, hooks: Hooks
) -> None:
    wire.post().respond(json="s")
    client = AsyncClient(token=SecretStr("t0ken"), headers={"X-Tenant": "a"}, **hooks.settings())
    await client.core.sessions.create()
    request, response = hooks.seen
    assert request.headers["authorization"] == "Bearer t0ken"
    assert request.headers["x-tenant"] == "a"
    assert isinstance(response, httpx.Response)
    assert response.request is request


async def test_what_they_add_to_a_request_is_sent(wire: respx.MockRouter) -> None:
    async def number(request: httpx.Request) -> None:
        request.headers["X-Request-ID"] = "7"

    wire.get().respond(json=[])
    await AsyncClient(event_hooks={"request": [number]}).apiserver.deployments.list()
    assert wire.calls.last.request.headers["x-request-id"] == "7"


async def test_a_response_hook_may_read_the_body(wire: respx.MockRouter) -> None:
    read: list[bytes] = []

    async def read_it(response: httpx.Response) -> None:
        read.append(await response.aread())

    wire.get().respond(json=[{"name": "one"}])
    client = AsyncClient(event_hooks={"response": [read_it]})
    [deployment] = await client.apiserver.deployments.list()
    assert deployment.id == "one"
    assert b"one" in read[0]


async def test_they_run_in_their_order(wire: respx.MockRouter) -> None:
    order: list[int] = []

    async def first(_: Any) -> None:
        order.append(1)

    async def second(_: Any) -> None:
        order.append(2)

    wire.get().respond(json=[])
    hooks = {"request": [first, second], "response": [second, first]}
    await AsyncClient(event_hooks=hooks).apiserver.deployments.list()
    assert order == [1, 2, 2, 1]


async def test_each_request_of_an_authentication_is_seen(
    wire: respx.MockRouter, hooks: Hooks
) -> None:
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
    wire.get().mock(
        side_effect=[httpx.Response(401, headers=challenge), httpx.Response(200, json=[])]
    )
    client = AsyncClient(auth=httpx.DigestAuth("me", "s3cret"), **hooks.settings())
    await client.apiserver.deployments.list()
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
async def test_what_one_raises_is_raised_as_it_is_and_nothing_is_tried_again(
    wire: respx.MockRouter, event: str, error: Exception
) -> None:
    calls: list[Any] = []

    async def fail(subject: Any) -> None:
        calls.append(subject)
        raise error from KeyError("its reason")

    wire.get().respond(json=[])
    with pytest.raises(type(error)) as caught:
        await AsyncClient(event_hooks={event: [fail]}).apiserver.deployments.list()
    assert caught.value is error
    assert isinstance(error.__cause__, KeyError)
    assert len(calls) == 1
    assert not isinstance(calls[0], httpx.Response) or calls[0].is_closed


async def test_an_http_client_of_your_own_has_its_own(wire: respx.MockRouter, hooks: Hooks) -> None:
    wire.get().respond(json=[])
    async with httpx.AsyncClient(**hooks.settings()) as mine:
        await AsyncClient(http_client=mine).apiserver.deployments.list()
    assert hooks.told() == ["GET", 200]


async def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValidationError, match="no event 'requests', only 'request' and 'response'"):
        AsyncClient(event_hooks={"requests": []})


async def test_a_client_with_hooks_cannot_be_pickled(hooks: Hooks) -> None:
    with pytest.raises(TypeError, match="a client with event_hooks cannot be pickled"):
        pickle.dumps(AsyncClient(**hooks.settings()))
