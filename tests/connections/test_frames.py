"""No variable of a frame holds a credential while a call waits: error reports show variables."""

from __future__ import annotations

import asyncio
import signal
from base64 import b64encode
from collections.abc import Iterator
from types import FrameType
from typing import Any

import httpx
import pytest

from llama_deploy_client import CallTimeoutError, Client, SyncClient

SECRET = "s3cr3t"
SIGNS = (SECRET, b64encode(f"me:{SECRET}".encode()).decode())
LARGE = "name: one\nservices: {a: {source: {type: local, name: .}}}\n# " + "x" * 20_000_000
"""A deployment file: more than sockets hold."""


class JobIsOver(Exception):
    """What the time limit of a job raises, at any line."""


def options(silent_port: int, full_port: int) -> dict[str, dict[str, Any]]:
    """Clients with a credential each, of servers and proxies that say nothing."""
    host = f"127.0.0.1:{silent_port}"
    url = f"http://{host}"
    return {
        "token": {"api_server_url": url, "token": SECRET},
        "token, connecting": {"api_server_url": f"http://127.0.0.1:{full_port}", "token": SECRET},
        "headers": {"api_server_url": url, "headers": {"X-Api-Key": SECRET}},
        "user of the URL": {"api_server_url": f"http://me:{SECRET}@{host}"},
        "basic": {"api_server_url": url, "auth": httpx.BasicAuth("me", SECRET)},
        "proxy": {"api_server_url": "http://one.invalid", "proxy": f"http://me:{SECRET}@{host}"},
        "tunnel": {"api_server_url": "https://one.invalid", "proxy": f"http://me:{SECRET}@{host}"},
    }


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
each_place = pytest.mark.parametrize("place", options(0, 0))
each_use = pytest.mark.parametrize("use", USES)


@each_place
@each_use
async def test_a_call_that_is_cancelled_shows_no_credential(
    silent_port: int, full_port: int, place: str, use: str
) -> None:
    client = Client(**options(silent_port, full_port)[place], timeout=None)
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.2):
            await USES[use](client)
    assert list(secrets_in(caught.value)) == []


@each_place
@each_use
def test_a_call_that_a_signal_handler_ends_shows_no_credential(
    silent_port: int, full_port: int, place: str, use: str
) -> None:
    def end(*_: Any) -> None:
        raise JobIsOver

    client = SyncClient(**options(silent_port, full_port)[place], timeout=None)
    with pytest.raises(CallTimeoutError):  # imports what it needs: their frames are not ours
        USES[use](client.with_options(timeout=0.05))
    handler, timer = signal.signal(signal.SIGALRM, end), signal.getitimer(signal.ITIMER_REAL)
    try:
        with pytest.raises(JobIsOver) as caught:
            # Again, should Python swallow it, as it does in a finalizer of anything.
            signal.setitimer(signal.ITIMER_REAL, 0.2, 2)
            USES[use](client)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *timer)  # it may be the time limit of the tests
    assert list(secrets_in(caught.value)) == []
