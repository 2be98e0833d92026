"""The in-memory server at ports of this machine. Needs uvicorn."""

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
def bound(server: FakeServer, ports: Sequence[int]) -> Iterator[list[socket.socket]]:
    """Sockets at which a server is to listen; its URLs are these from then on.

    Args:
        server: the server.
        ports: the API server's, then those that control planes can have; 0 for any free one.
    """
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server((LOOPBACK, port))) for port in ports]
        urls = [f"http://{LOOPBACK}:{one.getsockname()[1]}" for one in sockets]
        server.move(*urls)
        yield sockets


def make(server: FakeServer) -> Any:
    """A `uvicorn.Server` that serves it.

    Raises:
        ModuleNotFoundError: uvicorn is not installed.
    """
    try:
        import uvicorn
    except ModuleNotFoundError as error:
        message = 'Serving on a port needs uvicorn: pip install "llama_deploy_client[testing]"'
        raise ModuleNotFoundError(message) from error
    # Connections are ended by errors of the application, of which there is nothing to tell.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)
    config = uvicorn.Config(
        Application(server), lifespan="off", log_config=None, timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)
