"""A process that streams many events to all who connect: `python sender.py COUNT`."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

EVENTS_IN_A_CHUNK = 1000


@contextmanager
def sending(count: int) -> Iterator[str]:
    """The URL of such a process."""
    command = [sys.executable, __file__, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def main() -> None:
    count = int(sys.argv[1])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            connected, _ = listening.accept()
            with connected:
                send(connected, count)


def send(connected: socket.socket, count: int) -> None:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connected.recv(65536)
    connected.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    for first in range(0, count, EVENTS_IN_A_CHUNK):
        last = min(first + EVENTS_IN_A_CHUNK, count)
        lines = b"".join(b'{"step": %d, "text": "some text"}\n' % n for n in range(first, last))
        connected.sendall(b"%x\r\n%s\r\n" % (len(lines), lines))
    connected.sendall(b"3\r\n{}\n\r\n0\r\n\r\n")


if __name__ == "__main__":
    main()
