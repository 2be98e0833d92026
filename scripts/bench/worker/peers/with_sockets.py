"""The floor: the same bytes on one connection, with nothing around them."""

import asyncio
import socket
from urllib.parse import urlsplit

import orjson

REQUEST = b"GET /status/ HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


def body(answer: bytes):
    return orjson.loads(answer.partition(b"\r\n\r\n")[2])


class Connection(asyncio.Protocol):
    """One answer at a time, which has to come in one piece."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[bytes] | None = None

    def data_received(self, data: bytes) -> None:
        self.answer.set_result(data)


class Bare:
    def __init__(self, url: str) -> None:
        self.address = urlsplit(url)
        self.transport = None

    async def status(self):
        loop = asyncio.get_running_loop()
        if self.transport is None:
            host, port = self.address.hostname, self.address.port
            self.transport, self.protocol = await loop.create_connection(Connection, host, port)
        self.protocol.answer = loop.create_future()
        self.transport.write(REQUEST)
        return body(await self.protocol.answer)

    async def aclose(self) -> None:
        if self.transport is not None:
            self.transport.close()


class BlockingBare:
    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def status(self):
        self.socket.sendall(REQUEST)
        return body(self.socket.recv(65536))

    def close(self) -> None:
        self.socket.close()
