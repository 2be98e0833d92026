"""The in-memory server on local ports. Needs uvicorn."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from .asgi import Application
from .server import FakeServer

LOOPBACK = "127.0.0.1"


@contextmanager
def bound(
    server: FakeServer, ports: Sequence[int], workflow_server_port: int | None = None
) -> Iterator[list[socket.socket]]:
    """Open sockets for a server, and change its URLs to their addresses.

    Args:
        server: the server.
        ports: the API server's port, then those of control planes; 0 for any free port.
        workflow_server_port: the workflow server's port; None if it is not to be served.
    """
    with ExitStack() as stack:
        last = [] if workflow_server_port is None else [workflow_server_port]
        sockets = [
            stack.enter_context(socket.create_server((LOOPBACK, port))) for port in [*ports, *last]
        ]
        urls = [f"http://{LOOPBACK}:{one.getsockname()[1]}" for one in sockets]
        server.move(*urls[: len(ports)])
        if last:
            server.workflow_server_url = urls[-1]
        yield sockets


def make(server: FakeServer) -> Any:
    """Make a `uvicorn.Server` for the server.

    Raises:
        ModuleNotFoundError: uvicorn is not installed.
    """
    try:
        import uvicorn
    except ModuleNotFoundError as error:
        message = 'Serving on a port needs uvicorn: pip install "llama_deploy_client[testing]"'
        raise ModuleNotFoundError(message) from error
    # The application ends connections by raising errors, which are not worth logging.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)
    config = uvicorn.Config(
        Application(server), lifespan="off", log_config=None, timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)
