"""The server that every client is measured against: canned responses, as quick as Python can be.

Runs in a process and an environment of its own, which has uvloop. It prints its port, and ends when
its standard input does. It responds to::

    GET /status/                        what an API server says
    GET /…/tasks/large-100000/events    100,000 events, in chunks of 64 KiB
    GET /…/tasks/lines-100000/events    the same, a chunk for each, as real servers send them
    GET /…                              404: so that clients learn no generation
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from functools import cache
from typing import cast

CHUNK = 64 * 1024
LINE = 200
_FIELDS = {"step": 17, "total": 100, "ratio": 0.17, "done": False}
_PADDING = LINE - 1 - len(json.dumps({**_FIELDS, "text": ""}))
EVENT = json.dumps({**_FIELDS, "text": "x" * _PADDING}).encode() + b"\n"
HEALTHY = json.dumps(
    {"status": "Healthy", "status_message": "", "max_deployments": 10, "deployments": ["bench"]}
).encode()
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
STATUS = HEAD + b"content-length: %d\r\n\r\n" % len(HEALTHY) + HEALTHY
UNKNOWN = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


@cache
def stream(kind: str, count: int) -> bytes:
    """Return a response that streams so many events."""
    content = EVENT * count
    size = LINE if kind == "lines" else CHUNK
    pieces = (content[at : at + size] for at in range(0, len(content), size))
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


class Origin(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode().partition("?")[0]
            if path == "/status/":
                self._transport.write(STATUS)
            elif not path.endswith("/events"):
                self._transport.write(UNKNOWN)
            else:
                kind, _, count = path.split("/")[-2].partition("-")
                self._transport.write(stream(kind, int(count)))


async def serve() -> None:
    """Serve until the standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Origin, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    # Not a plain import: the environment that type checkers look at has no uvloop.
    uvloop = importlib.import_module("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())
