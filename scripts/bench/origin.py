"""The server that every peer is measured against: canned answers, as quick as Python can be.

Runs in a process and an environment of its own, which has uvloop. It prints its port, and ends when
its standard input does. It answers::

    GET /status/                        what an API server answers
    GET /…/tasks/large-100000/events    100,000 events, in chunks of 64 KiB
    GET /…/tasks/lines-100000/events    the same, a chunk for each, as real servers send them
    GET /…/tasks/paced-200/events       200 events, 10 ms apart, each with the time of its sending
    GET /…/tasks/held-1/events          one event, and no end
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from collections.abc import Iterator
from functools import cache
from typing import cast

CHUNK = 64 * 1024
LINE = 200
BLOCK = 8192
"""Lines of a block; whole chunks hold a block of them."""
PACE = 0.010
BUFFERED = 1024 * 1024

Loop = asyncio.AbstractEventLoop


def _answer(status: str, body: dict[str, object]) -> bytes:
    content = json.dumps(body, separators=(",", ":")).encode()
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(content)}\r\n\r\n".encode() + content


STATUS = _answer(
    "200 OK",
    {"status": "Healthy", "status_message": "", "max_deployments": 10, "deployments": ["bench"]},
)
UNKNOWN = _answer("404 Not Found", {"detail": "Not Found"})
STREAM = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
)
END = b"0\r\n\r\n"


def _line(**fields: object) -> bytes:
    """An event of `LINE` bytes."""
    bare = json.dumps({**fields, "text": ""})
    return json.dumps({**fields, "text": "x" * (LINE - 1 - len(bare))}).encode() + b"\n"


EVENT = _line(step=17, total=100, ratio=0.17, done=False)


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


@cache
def _framed(kind: str, lines: int) -> bytes:
    """So many events as they are sent."""
    if kind == "lines":
        return _chunk(EVENT) * lines
    content = EVENT * lines
    return b"".join(_chunk(content[at : at + CHUNK]) for at in range(0, len(content), CHUNK))


def _stream(kind: str, lines: int) -> Iterator[bytes]:
    blocks, rest = divmod(lines, BLOCK)
    for number in range(blocks + 1):
        first = STREAM if number == 0 else b""
        last = END if number == blocks else b""
        yield first + _framed(kind, rest if last else BLOCK) + last


class Origin(asyncio.Protocol):
    """One connection."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._received = b""
        self._pieces: Iterator[bytes] = iter(())
        self._paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(BUFFERED)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            self._respond(head.split(b" ", 2)[1])

    def _respond(self, target: bytes) -> None:
        if target == b"/status/":
            self._transport.write(STATUS)
            return
        path = target.decode().partition("?")[0]
        if not path.endswith("/events"):
            self._transport.write(UNKNOWN)
            return
        kind, _, count = path.split("/")[-2].partition("-")
        if kind == "held":
            self._transport.write(STREAM + _chunk(EVENT))
        elif kind == "paced":
            self._transport.write(STREAM)
            self._pace(int(count), self._loop.time())
        else:
            self._pieces = _stream(kind, int(count))
            self._write()

    def _pace(self, left: int, due: float) -> None:
        if self._transport.is_closing():
            return
        if not left:
            self._transport.write(END)
            return
        self._transport.write(_chunk(_line(at=time.monotonic())))
        self._loop.call_at(due + PACE, self._pace, left - 1, due + PACE)

    def _write(self) -> None:
        while not self._paused and (piece := next(self._pieces, None)) is not None:
            self._transport.write(piece)

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._write()


async def serve() -> None:
    """Serve until the standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Origin(loop), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    # Not a plain import: the environment that type checkers look at has no uvloop.
    uvloop = importlib.import_module("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())
