"""In-memory servers in the place of real ones: the tests of those do not see a difference."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any

import httpx

from llama_deploy_client.testing import FakeServer
from llama_deploy_client.testing.examples import SERVICES
from llama_deploy_client.testing.serving import bound, make
from scripts.servers import LOOPBACK, DeploymentFile, Server, free_port


class MemoryServer(Server):
    """A server that only clients with its transport reach."""

    transport: httpx.AsyncBaseTransport | None

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.fake = FakeServer(
            self.generation,
            api_server_url=self.url,
            control_plane_url=f"http://{LOOPBACK}:{free_port()}",
        )
        for function in SERVICES:
            self.fake.service(function.__name__, deployment=None)(function)
        self.transport = self.fake.transport

    def start(self, timeout: float = 180.0) -> None:
        """It is there already."""

    def stop(self) -> None:
        """There is nothing to end."""

    def wait_until_deployed(self, file: DeploymentFile, timeout: float = 120.0) -> None:
        """Nothing has to start: a deployment is ready when it is made."""
        assert file.name in self.fake.deployments


class PortServer(MemoryServer):
    """A server that listens, in a thread of its own, where a real one would."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self._planes = [free_port() for _ in self._queue_ports]
        self.transport = None
        self._open = ExitStack()
        self._serving: Any = None
        self._thread: threading.Thread | None = None

    def start(self, timeout: float = 180.0) -> None:
        """Listen, also at each port that a deployment's control plane may get."""
        sockets = self._open.enter_context(bound(self.fake, [self._port, *self._planes]))
        self._serving = make(self.fake)
        self._thread = threading.Thread(target=self._serving.run, args=[sockets])
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._serving.should_exit = True
            self._thread.join()
        self._open.close()

    def _ports_of(self, name: str) -> tuple[int, int]:
        """One of the ports that it listens at."""
        if name not in self._deployment_ports:
            used = len(self._deployment_ports)
            self._deployment_ports[name] = (self._planes[used], self._queue_ports[used])
        return self._deployment_ports[name]
