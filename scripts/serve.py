"""Runs an API server. Executed by the server's own Python: it imports nothing of this project.

Its arguments are the ports of the message queues to run beside the server.
"""

from __future__ import annotations

import asyncio
import os
import runpy
import signal
import socket
import sys
import threading
from typing import Any

LOOPBACK = "127.0.0.1"


def main() -> None:
    """Run the API server in this process."""
    _bind_loopback_only()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    ports = [int(port) for port in sys.argv[1:]]
    if ports:
        threading.Thread(target=_run_queues, args=(ports,), daemon=True).start()
    sys.argv[1:] = []
    runpy.run_module("llama_deploy.apiserver", run_name="__main__", alter_sys=True)


def _bind_loopback_only() -> None:
    """Servers bind services and metrics to every interface, whatever their settings say."""
    bind = socket.socket.bind

    def bind_loopback(self: socket.socket, address: Any) -> None:
        if address[0] in ("", "0.0.0.0"):
            address = (LOOPBACK, *address[1:])
        bind(self, address)

    # A method of a class is replaced, which type checkers want nobody to do.
    socket.socket.bind = bind_loopback  # type: ignore[assignment,method-assign]


def _end_with_parent() -> None:
    """Wait until standard input, a pipe from the process that started the server, closes."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(0, signal.SIGKILL)


def _run_queues(ports: list[int]) -> None:
    # It is there where the server is, and this runs there alone.
    from llama_deploy.message_queues.simple import (  # type: ignore[import-not-found]
        SimpleMessageQueueConfig,
        SimpleMessageQueueServer,
    )

    async def run() -> None:
        configs = [SimpleMessageQueueConfig(host=LOOPBACK, port=port) for port in ports]
        await asyncio.gather(*(SimpleMessageQueueServer(c).launch_server() for c in configs))

    asyncio.run(run())


if __name__ == "__main__":
    main()
