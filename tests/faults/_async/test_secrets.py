"""Credentials reach the server that they are for, and nothing else."""

from __future__ import annotations

import base64
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from llama_deploy_client import CallError, LlamaDeployError
from llama_deploy_client._async.client import AsyncClient

from ..conftest import Tried
from ..replaying import EVENTS, chunked
from ..wire import Connection, RawServer, Script, response
from .helpers import STREAMS, collect, task_of

CANARY = "canary-4711"
ENCODED = {
    CANARY,
    *(
        base64.b64encode(plain.encode()).decode().rstrip("=")
        for plain in (f"me:{CANARY}", f"proxy:{CANARY}", f"{CANARY}:")
    ),
}

CALLS: dict[str, Callable[[AsyncClient], Any]] = {
    "GET": lambda client: client.apiserver.deployments.list(),
    "POST": lambda client: client.apiserver.deployments.create("name: d\nservices: {}\n"),
    "status": lambda client: client.apiserver.status(),
    "control plane": lambda client: client.core.sessions.list(),
    "stream": lambda client: collect(STREAMS["API server"](client)),
    "stream of the control plane": lambda client: collect(STREAMS["control plane"](client)),
}


def _once(sent: bytes) -> Script:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(sent)

    return script


RESPONSES: dict[str, Script] = {
    "a response": _once(response(b"[]")),
    "not JSON": _once(response(b"<html>")),
    "401": _once(response(b'{"detail": "no"}', "401 Unauthorized")),
    "404": _once(response(b'{"detail": "no"}', "404 Not Found")),
    "407": _once(response(b"", "407 Proxy Authentication Required")),
    "422": _once(response(b'{"detail": [{"loc": ["a"], "msg": "b"}]}', "422 No")),
    "500": _once(response(b"Internal Server Error", "500 Internal Server Error")),
    "503": _once(response(b"", "503 Away", "retry-after: 0")),
    "a redirect": _once(response(b"", "307 Go", "location: http://elsewhere.invalid/")),
    "a cut": _once(response(b"[     ]")[:-3]),
    "a cut stream": _once(chunked(EVENTS)[:100]),
    "not HTTP": _once(b"\x15\x03\x01\x00\x02\x02\x46"),
    "a reset": Connection.reset,
    "silence": Connection.wait_until_gone,
}
PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "token": lambda host: {**_urls(host), "token": CANARY},
    "headers": lambda host: {**_urls(host), "headers": {"X-Api-Key": CANARY}},
    "Authorization": lambda host: {
        **_urls(host),
        "headers": {"Authorization": f"Bearer {CANARY}"},
    },
    "auth": lambda host: {**_urls(host), "auth": httpx.BasicAuth("me", CANARY)},
    "password in the URL": lambda host: _urls(f"me:{CANARY}@{host}"),
    "user in the URL": lambda host: _urls(f"{CANARY}@{host}"),
    "proxy": lambda host: {**_urls("llama.invalid"), "proxy": f"http://proxy:{CANARY}@{host}"},
}


def _urls(host: str) -> dict[str, Any]:
    return dict.fromkeys(("api_server_url", "control_plane_url"), f"http://{host}")


def spills(text: str) -> list[str]:
    return [secret for secret in ENCODED if secret in text]


def all_texts_of(error: BaseException) -> str:
    """What tools can print of an error: its text with the variables of each frame, and what it
    holds itself, and all that it was raised from."""
    below = error.__traceback__ and error.__traceback__.tb_next  # variables of tests hold secrets
    shown = traceback.TracebackException(type(error), error, below, capture_locals=True)
    texts = "".join(shown.format()) + "".join(traceback.format_exception(error))
    todo: list[BaseException | None] = [error]
    seen: set[int] = set()
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        texts += f"{each!r} {each} {each.args!r} {vars(each)!r}"
        if isinstance(each, httpx.RequestError | CallError):
            texts += f"{each.request.url} {each.request.headers.raw!r}"
        if isinstance(each, httpx.HTTPStatusError):
            texts += f"{each.response.request.headers.raw!r} {each.response.headers.raw!r}"
        todo += [each.__cause__, each.__context__]
    return texts


@pytest.mark.parametrize("place", PLACES)
async def test_a_secret_is_shown_nowhere(
    place: str, tried: Tried, caplog: pytest.LogCaptureFixture, no_pauses: None
) -> None:
    caplog.set_level(logging.DEBUG)
    loggers: set[str] = set()
    for name, script in RESPONSES.items():
        with RawServer(script) as server:
            client = AsyncClient(
                timeout=0.1 if name in ("silence", "404") else 5,
                max_retries=1,
                **PLACES[place](server.url.removeprefix("http://")),
            )
            for call in CALLS.values():
                texts = [repr(client), str(client), repr(client.apiserver), repr(client.core)]
                texts += [repr(task_of(client)), repr(client.with_options(timeout=1))]
                try:
                    texts.append(repr(await call(client)))
                except LlamaDeployError as error:
                    texts += [all_texts_of(error), repr(pickle.dumps(error))]
                    texts.append(all_texts_of(pickle.loads(pickle.dumps(error))))
                if place != "auth":  # with that one it cannot be pickled
                    texts.append(repr(pickle.dumps(client)))
                loggers |= {record.name.partition(".")[0] for record in caplog.records}
                texts += [record.getMessage() for record in caplog.records]
                texts += [repr(record.__dict__) for record in caplog.records]
                assert not [text[:5000] for text in texts if spills(text)]
                caplog.clear()
            sent = b"".join(request.head for request in server.requests)
            if sent:  # the search does find what is there
                assert spills(sent.decode())
    assert "llama_deploy_client" in loggers
    promise = f"a secret in {place}: in no text, log, variable or pickle"
    tried("Security", promise, len(RESPONSES) * len(CALLS))
