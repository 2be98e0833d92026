# Made by `make generate` from tests/faults/_async/test_secrets.py: do not edit.
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

from llama_deploy_client import CallError, LlamaDeployError, RedirectError, StatusEnum
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session

from ..conftest import NewLine
from ..replaying import EVENTS, chunked
from ..wire import Connection, RawServer, always, response
from .helpers import collect, deployment_of, task_of

CANARY = "canary-4711"
ENCODED = {
    CANARY,
    *(
        base64.b64encode(plain.encode()).decode().rstrip("=")
        for plain in (f"me:{CANARY}", f"proxy:{CANARY}", f"{CANARY}:")
    ),
}

Make = Callable[[SyncClient], Any]

CALLS: dict[str, Make] = {
    "status": lambda client: client.apiserver.status(),
    "list": lambda client: client.apiserver.deployments.list(),
    "create": lambda client: client.apiserver.deployments.create("name: d\nservices: {}\n"),
    "run": lambda client: deployment_of(client).tasks.run({}),
    "events": lambda client: collect(task_of(client).events()),
    "core": lambda client: client.core.sessions.list(),
    "core stream": lambda client: collect(
        Session(client=client, id="s").get_task_result_stream("t")
    ),
}


def _raw(answer: bytes) -> Callable[[Connection], None]:
    def script(connection: Connection) -> None:
        connection.request()
        connection.send(answer)

    return script


ANSWERS: dict[str, Callable[[Connection], None]] = {
    "an answer": _raw(response(b"[]")),
    "no JSON": _raw(response(b"<html>")),
    "401": _raw(response(b'{"detail": "no"}', "401 Unauthorized")),
    "404": _raw(response(b'{"detail": "no"}', "404 Not Found")),
    "407": _raw(response(b"", "407 Proxy Authentication Required")),
    "422": _raw(response(b'{"detail": [{"loc": ["a"], "msg": "b"}]}', "422 No")),
    "500": _raw(response(b"Internal Server Error", "500 Internal Server Error")),
    "503": _raw(response(b"", "503 Away", "retry-after: 0")),
    "a redirect": _raw(response(b"", "307 Go", "location: http://elsewhere.invalid/")),
    "a cut": _raw(response(b"[     ]")[:-3]),
    "a cut stream": _raw(chunked(EVENTS)[:300]),
    "no HTTP": _raw(b"\x15\x03\x01\x00\x02\x02\x46"),
    "a reset": lambda connection: connection.reset(),
    "silence": lambda connection: connection.wait_until_gone(),
}


def _credentials(where: str, host: str) -> dict[str, Any]:
    plain = f"http://{host}"
    urls = {"api_server_url": plain, "control_plane_url": plain}
    if where == "token":
        return {**urls, "token": CANARY}
    if where == "headers":
        return {**urls, "headers": {"X-Api-Key": CANARY}}
    if where == "Authorization":
        return {**urls, "headers": {"Authorization": f"Bearer {CANARY}"}}
    if where == "auth":
        return {**urls, "auth": httpx.BasicAuth("me", CANARY)}
    if where == "password in the URL":
        return dict.fromkeys(urls, f"http://me:{CANARY}@{host}")
    if where == "user in the URL":
        return dict.fromkeys(urls, f"http://{CANARY}@{host}")
    assert where == "proxy"
    return {
        **dict.fromkeys(urls, "http://llama.invalid"),
        "proxy": f"http://proxy:{CANARY}@{host}",
    }


PLACES = (
    "token",
    "headers",
    "Authorization",
    "auth",
    "password in the URL",
    "user in the URL",
    "proxy",
)


def spills(text: str) -> list[str]:
    return [secret for secret in ENCODED if secret in text]


def everything_said_by(error: BaseException) -> str:
    """What tools can print of an error: its text with the variables of each frame, and of it and
    all it was raised from what it holds."""
    below = error.__traceback__ and error.__traceback__.tb_next  # variables of tests know secrets
    told = traceback.TracebackException(type(error), error, below, capture_locals=True)
    said = "".join(told.format()) + "".join(traceback.format_exception(error))
    todo: list[BaseException | None] = [error]
    seen: set[int] = set()
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        said += f"{each!r} {each} {each.args!r} {vars(each)!r}"
        if isinstance(each, httpx.RequestError | CallError):
            said += f"{each.request.url} {each.request.headers.raw!r}"
        if isinstance(each, httpx.HTTPStatusError):
            said += f"{each.response.request.headers.raw!r} {each.response.headers.raw!r}"
        todo += [each.__cause__, each.__context__]
    return said


@pytest.mark.parametrize("where", PLACES)
def test_a_secret_is_said_nowhere(
    where: str, line: NewLine, caplog: pytest.LogCaptureFixture, no_pauses: None
) -> None:
    tried = line("Security", f"a secret in {where}: in no text, log, variable or pickle")
    caplog.set_level(logging.DEBUG)
    logged: set[str] = set()
    for script in ANSWERS.values():
        with RawServer(script) as server:
            client = SyncClient(
                timeout=0.1 if script in (ANSWERS["silence"], ANSWERS["404"]) else 5,
                max_retries=1,
                **_credentials(where, server.url.removeprefix("http://")),
            )
            for make in CALLS.values():
                with tried.trial():
                    texts = [repr(client), str(client), repr(client.apiserver), repr(client.core)]
                    texts += [repr(task_of(client)), f"{client.with_options(timeout=1)!r}"]
                    try:
                        texts.append(repr(make(client)))
                    except LlamaDeployError as error:
                        texts += [everything_said_by(error), repr(pickle.dumps(error))]
                        texts.append(everything_said_by(pickle.loads(pickle.dumps(error))))
                    if where != "auth":  # with that one it cannot be pickled
                        texts.append(repr(pickle.dumps(client)))
                    logged |= {record.name.partition(".")[0] for record in caplog.records}
                    texts += [record.getMessage() for record in caplog.records]
                    texts += [repr(record.__dict__) for record in caplog.records]
                    assert not [text[:5000] for text in texts if spills(text)]
                    caplog.clear()
            sent = b"".join(request.head for request in server.requests)
            if sent:  # the search does find what is there
                assert spills(sent.decode())
    assert "llama_deploy_client" in logged
    tried.kept(len(ANSWERS) * len(CALLS))


def test_a_redirect_is_not_followed(line: NewLine) -> None:
    tried = line("Security", "a redirect is not followed, and its target and the setting are named")
    statuses = ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
    with RawServer(always(response(b"[]"))) as elsewhere:
        for status in statuses:
            for target in (f"{elsewhere.url}/deployments/", "/deployments", "//x.invalid/", ""):
                location = f"location: {target}"
                answer = response(b"", status, location)
                with RawServer(always(answer)) as server:
                    client = SyncClient(
                        api_server_url=server.url, control_plane_url=server.url, token=CANARY
                    )
                    for name, make in CALLS.items():
                        with tried.trial():
                            if name == "status":
                                found = client.apiserver.status()
                                assert found.status is StatusEnum.UNHEALTHY
                                said = found.status_message
                            else:
                                with pytest.raises(RedirectError) as caught:
                                    make(client)
                                said = str(caught.value)
                            setting = "control_plane" if "core" in name else "api_server"
                            assert f"{setting}_url" in said
                            assert target in said
        assert not elsewhere.requests
        assert not elsewhere.accepted
    tried.kept(len(statuses) * 4 * len(CALLS))
