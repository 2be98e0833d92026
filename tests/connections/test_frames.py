"""No variable of a frame holds a credential while a call waits: error reports show variables."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from types import FrameType
from typing import Any

import httpx
import pytest

from llama_deploy_client import Client, SyncClient
from llama_deploy_client._transport import sockets

from .conftest import MORE_THAN_SOCKETS_HOLD

SECRET = "s3cr3t"
SIGNS = (SECRET, b64encode(f"me:{SECRET}".encode()).decode())
DEPLOYMENT_FILE = "name: one\nservices: {a: {source: {type: local, name: .}}}\n# "
LARGE = DEPLOYMENT_FILE + "x" * MORE_THAN_SOCKETS_HOLD
PLACES: dict[str, dict[str, Any]] = {
    "token": {"api_server_url": "http://SILENT", "token": SECRET},
    "token, connecting": {"api_server_url": "http://FULL", "token": SECRET},
    "headers": {"api_server_url": "http://SILENT", "headers": {"X-Api-Key": SECRET}},
    "user of the URL": {"api_server_url": f"http://me:{SECRET}@SILENT"},
    "basic": {"api_server_url": "http://SILENT", "auth": httpx.BasicAuth("me", SECRET)},
    "proxy": {"api_server_url": "http://one.invalid", "proxy": f"http://me:{SECRET}@SILENT"},
    "tunnel": {"api_server_url": "https://one.invalid", "proxy": f"http://me:{SECRET}@SILENT"},
}


class JobIsOver(Exception):
    """What the time limit of a job raises, at any line."""


@pytest.fixture(params=PLACES)
def options(request: pytest.FixtureRequest, silent_port: int, full_port: int) -> dict[str, Any]:
    """Settings of a client whose server or proxy sends nothing, with a credential somewhere."""
    ports = {"SILENT": silent_port, "FULL": full_port}
    settings = {"timeout": None, **PLACES[request.param]}
    for name in settings.keys() & {"api_server_url", "proxy"}:
        for sign, port in ports.items():
            settings[name] = settings[name].replace(sign, f"127.0.0.1:{port}")
    return settings


def secrets_in(error: BaseException | None) -> Iterator[str]:
    """The variables of frames that show the secret."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        step = error.__traceback__
        while step is not None:
            frame: FrameType = step.tb_frame
            if not frame.f_globals["__name__"].startswith(("tests.", "_pytest", "pluggy")):
                for name, value in frame.f_locals.items():
                    if any(sign in repr(value) for sign in SIGNS):
                        yield f"{frame.f_code.co_qualname}: {name}"
            step = step.tb_next
        error = error.__cause__ or error.__context__


USES = {
    "call": lambda client: client.apiserver.deployments.list(),
    "upload": lambda client: client.apiserver.deployments.create(LARGE),
}
each_use = pytest.mark.parametrize("use", USES.values(), ids=USES)


@each_use
async def test_a_call_that_is_cancelled_shows_no_credential(
    options: dict[str, Any], use: Any
) -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.2):
            await use(Client(**options))
    assert list(secrets_in(caught.value)) == []


@each_use
def test_a_call_that_a_signal_handler_ends_shows_no_credential(
    options: dict[str, Any], use: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = sockets._wait_for_any

    def end(*_: Any, **__: Any) -> Any:
        """Do as a signal handler during a wait."""
        raise JobIsOver

    monkeypatch.setattr(sockets, "_wait", end)
    monkeypatch.setattr(
        sockets, "_wait_for_any", lambda connecting, _: connected(connecting, 0.2) or end()
    )
    with pytest.raises(JobIsOver) as caught:
        use(SyncClient(**options))
    assert list(secrets_in(caught.value)) == []
