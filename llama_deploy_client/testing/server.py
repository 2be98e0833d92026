"""The in-memory server: services, faults, and clients of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

import httpx

from .apiserver import MAX_DEPLOYMENTS, ApiServer
from .controlplane import ControlPlane
from .faults import Fault, Faults
from .files import parse
from .generations import NEWEST, find
from .runs import Service
from .state import Deployment
from .steps import Pause, RefusedError, Steps
from .transport import FakeTransport
from .workflowserver import WorkflowServer

if TYPE_CHECKING:
    from .._sync.client import SyncClient
    from ..client import Client
    from ..settings import Options

F = TypeVar("F", bound=Callable[..., Any])
DEPLOYMENT = "demo"


class FakeServer:
    """A LlamaDeploy server in memory, for tests: no network, no process, no thread.

    Attributes:
        generation: what it behaves like: "0.6", "0.7", "0.8" or "0.9".
        latency: seconds before each response.
        requests: the requests that clients sent, in order.
        deployments: the deployments, by their names.
        transport: the transport for `Client(transport=…)` and `SyncClient(transport=…)`.

    Examples:
        >>> server = FakeServer()
        >>> @server.service("shout")
        ... def shout(message: str) -> str:
        ...     return message.upper()
        >>> client = server.sync_client()
        >>> client.apiserver.deployments.get("demo").tasks.run({"message": "hi"})
        'HI'
    """

    def __init__(
        self,
        generation: str = NEWEST,
        *,
        latency: float = 0.0,
        api_server_url: str = "http://localhost:4501",
        control_plane_url: str = "http://localhost:8000",
        workflow_server_url: str = "http://localhost:8080",
    ) -> None:
        """Make a server without services.

        Args:
            generation: the generation that it behaves like.
            latency: seconds before each response.
            api_server_url: the URL of the API server.
            control_plane_url: the URL of the first deployment's control plane (0.6 to 0.8); others
                get the next ports.

            workflow_server_url: the URL of a workflow server of llama-agents (experimental), on
                which every service is a workflow.

        Raises:
            ValueError: there is no such generation.
        """
        self.latency = latency
        self.api_server_url = api_server_url
        self.control_plane_url = control_plane_url
        self.workflow_server_url = workflow_server_url
        self.requests: list[httpx.Request] = []
        self.deployments: dict[str, Deployment] = {}
        self.transport = FakeTransport(self.respond, self._is_at)
        self._generation = find(generation)
        self._functions: dict[str, Callable[..., Any]] = {}
        self._faults = Faults()
        self._apiserver = ApiServer(self._generation, self.deployments, self.deploy)
        self._workflow_server = WorkflowServer(self._generation, self._functions)

    @property
    def generation(self) -> str:
        """The generation that the server behaves like."""
        return self._generation.name

    @property
    def has_control_plane(self) -> bool:
        """Whether its deployments have a control plane (0.6 to 0.8)."""
        return self._generation.has_control_plane

    def move(self, api_server_url: str, *control_plane_urls: str) -> None:
        """Change the server's URLs; those of control planes in the order of deployments."""
        self.api_server_url = api_server_url
        self.control_plane_url = next(iter(control_plane_urls), self.control_plane_url)
        for target, url in zip(self.deployments.values(), control_plane_urls, strict=False):
            target.control_plane_url = url

    # --- Services ---------------------------------------------------------------------------------

    def service(self, name: str, *, deployment: str | None = DEPLOYMENT) -> Callable[[F], F]:
        """Register a function as a service.

        The function gets those of a task's arguments that it accepts, and returns the result. A
        generator yields the task's events; when it yields an `InputRequiredEvent`, it gets the next
        event that a client sends. Functions and generators can be async; a blocking client runs
        them while it waits.

        Args:
            name: the service's name.
            deployment: the name of its deployment, in which the first service is the default; None
                for a service that only deployment files name.

        Raises:
            TypeError: the name is not a string, or the service is not callable.
            ValueError: the deployment has a service of this name.
        """
        if not isinstance(name, str):
            raise TypeError(f'a service needs a name, as in @server.service("shout"), got {name!r}')

        def register(function: F) -> F:
            if not callable(function):
                raise TypeError(f"service {name!r} must be a function, got {function!r}")
            if deployment is not None:
                target = self.deployments.get(deployment) or self._new_deployment(deployment)
                if name in target.services:
                    raise ValueError(f"deployment {deployment!r} has a service {name!r} already")
                target.default = target.default or name
                target.serve(Service(name, function))
            self._functions[name] = function
            return function

        return register

    def deploy(self, text: str, *, reload: bool = False) -> str:
        """Create a deployment from a deployment file whose services are functions of this server.

        Returns:
            The name of the deployment.

        Raises:
            ValueError: the file is not a deployment file, its name is taken or (with `reload`)
                unknown, or one of its services has no registered function.
        """
        file = parse(text)
        if reload != (file.name in self.deployments):
            raise ValueError(f"deployment {file.name!r} is {'unknown' if reload else 'taken'}")
        unknown = file.services.keys() - self._functions.keys()
        if unknown:
            raise ValueError(f"no function was registered for service {', '.join(unknown)}")
        if not reload and len(self.deployments) == MAX_DEPLOYMENTS:
            raise ValueError(f"there are {MAX_DEPLOYMENTS} deployments already")
        target = self.deployments.get(file.name) or self._new_deployment(file.name, file.port)
        target.default = file.default
        target.queue_port = file.queue_port or target.queue_port
        target.services.clear()
        target.registry.clear()
        for name, port in file.services.items():
            target.serve(Service(name, self._functions[name]), port)
        return file.name

    def _new_deployment(self, name: str, port: int | None = None) -> Deployment:
        target = Deployment(name)
        url = httpx.URL(self.control_plane_url)
        if port is None and self.deployments:
            port = (url.port or 8000) + len(self.deployments)
        target.control_plane_url = str(url if port is None else url.copy_with(port=port))
        self.deployments[name] = target
        return target

    # --- Faults -----------------------------------------------------------------------------------

    def inject(self, fault: Fault, *, path: str = "*", times: int = 1) -> None:
        """Make the next request fail, or the next few.

        Args:
            fault: one of `llama_deploy_client.testing.faults`.
            path: the path of the requests; `*` stands for any text.
            times: the number of requests.

        Raises:
            TypeError: `fault` is not a Fault, or is a class of faults.
            ValueError: the path or the number is invalid.
        """
        self._faults.add(fault, path, times)

    # --- Clients ----------------------------------------------------------------------------------

    def client(self, **settings: Unpack[Options]) -> Client:
        """Return an async client of this server, with the settings of any client."""
        from ..client import Client

        return Client(**self._settings(**settings))

    def sync_client(self, **settings: Unpack[Options]) -> SyncClient:
        """Return a blocking client of this server, with the settings of any client."""
        from .._sync.client import SyncClient

        return SyncClient(**self._settings(**settings))

    def _settings(self, **settings: Unpack[Options]) -> dict[str, Any]:
        own = {
            "api_server_url": self.api_server_url,
            "control_plane_url": self.control_plane_url,
            "workflow_server_url": self.workflow_server_url,
        }
        return {**own, "transport": self.transport, **settings}

    @contextmanager
    def intercept(self) -> Iterator[FakeServer]:
        """Inside the block, all clients of this package talk to this server.

        Clients with an `http_client`, or with another in-memory server's transport, are not
        affected. Inside another server's block, this server gets the requests to its own URLs.

        Raises:
            AssertionError: an injected fault affected no request.
        """
        with self.transport.in_place_of_the_network():
            yield self
        self._faults.check()

    # --- Responses --------------------------------------------------------------------------------

    def respond(self, request: httpx.Request) -> Steps:
        """Yield the response to a request step by step, for a transport."""
        self.requests.append(request)
        if self.latency:
            yield Pause(self.latency)
        yield from self._faults.apply(request.url.path, self._steps(request))

    def _steps(self, request: httpx.Request) -> Steps:
        for base, half in self._halves():
            path = _below(_parse(base), request.url)
            if path is not None:
                return half.respond(request, path)
        addresses = " and ".join([base for base, _ in self._halves()][:-1])
        raise RefusedError(f", for the in-memory server is at {addresses}")

    def _is_at(self, url: httpx.URL) -> bool:
        return any(_below(_parse(base), url) is not None for base, _ in self._halves())

    def _halves(self) -> Iterator[tuple[str, ApiServer | ControlPlane | WorkflowServer]]:
        yield self.api_server_url, self._apiserver
        if self._generation.has_control_plane:
            for deployment in list(self.deployments.values()):
                yield deployment.control_plane_url, ControlPlane(self._generation, deployment)
        yield self.workflow_server_url, self._workflow_server


_parse = lru_cache(httpx.URL)


def _below(base: httpx.URL, url: httpx.URL) -> str | None:
    """Return the path of a URL for a server at `base`; None for another server's URL."""
    prefix = base.path.rstrip("/")
    if (base.scheme, base.host, base.port) != (url.scheme, url.host, url.port):
        return None
    return url.path.removeprefix(prefix) if url.path.startswith(f"{prefix}/") else None
