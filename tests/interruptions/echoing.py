"""A program: a server whose responses hold the id that was asked for, plain and over TLS.

`python -m tests.interruptions.echoing CERTIFICATE` prints the two ports as JSON, and ends with its
standard input. An id says how the server responds:

- `…-2-…` after 2 ms, and events with pauses of 2 ms;
- `meet-4-…` once 4 such requests are there;
- `open` with the number of connections.

The result of a task that is run is the id in its arguments.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import sys

EVENTS = 5
"""Events of a stream, before its stop event."""


class Meeting:
    """Requests that get their responses together."""

    def __init__(self) -> None:
        self._present = 0
        self._all_there = asyncio.Event()

    async def join(self, size: int) -> None:
        self._present += 1
        if self._present == size:
            self._present = 0
            self._all_there.set()
            self._all_there = asyncio.Event()
            return
        await self._all_there.wait()


class Server:
    """Responds to requests for results and for events of tasks."""

    def __init__(self) -> None:
        self._meeting = Meeting()
        self._open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                *_, id, kind = head.split(b" ", 2)[1].decode().partition("?")[0].split("/")
                if kind == "run":
                    await self._run(writer, await reader.readexactly(_length(head)))
                else:
                    await self._respond(writer, id, is_stream=kind == "events")
        except (asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            pass  # the client hung up, or the server ends
        finally:
            self._open -= 1
            writer.close()

    async def _respond(self, writer: asyncio.StreamWriter, id: str, *, is_stream: bool) -> None:
        if is_stream:
            await self._stream(writer, id)
        elif id == "open":
            _send(writer, _result(id, str(self._open)))
        else:
            await self._wait(id)
            _send(writer, _result(id, id))
        await writer.drain()

    async def _run(self, writer: asyncio.StreamWriter, body: bytes) -> None:
        id = json.loads(json.loads(body)["input"])["id"]
        await self._wait(id)
        _send(writer, json.dumps(id).encode())
        await writer.drain()

    async def _wait(self, id: str) -> None:
        kind, number, _ = id.split("-")
        if kind == "meet":
            await self._meeting.join(int(number))
        elif int(number):
            await asyncio.sleep(int(number) / 1000)

    async def _stream(self, writer: asyncio.StreamWriter, id: str) -> None:
        pause = int(id.split("-")[1]) / 1000
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(EVENTS):
            _chunk(writer, {"id": id, "n": number})
            await writer.drain()
            if pause:
                await asyncio.sleep(pause)
        _chunk(writer, {"result": id})
        writer.write(b"0\r\n\r\n")


def _length(head: bytes) -> int:
    fields = dict(line.lower().split(b": ", 1) for line in head.splitlines()[1:] if line)
    return int(fields[b"content-length"])


def _result(id: str, result: str) -> bytes:
    return json.dumps({"task_id": id, "history": [], "result": result}).encode()


def _send(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def _chunk(writer: asyncio.StreamWriter, event: object) -> None:
    line = json.dumps(event).encode() + b"\n"
    writer.write(b"%x\r\n%s\r\n" % (len(line), line))


async def main(certificate: str) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    servers = [
        await asyncio.start_server(Server().serve, "127.0.0.1", 0, ssl=each, backlog=1024)
        for each in (None, tls)
    ]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    print(json.dumps(ports), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # of clients that hung up
    asyncio.run(main(sys.argv[1]))
