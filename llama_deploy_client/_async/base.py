"""The base of all clients: options, connections, and `send`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from ssl import SSLContext
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

import httpx
from pydantic import SecretStr
from pydantic_core import core_schema

from .._options import Fixed, Option
from .._timeout import UNSET, Timeout
from ..settings import OBJECTS, Settings, refuse_to_copy
from .http import Hook
from .sending import MEANS, ClientOptions, Means, Sender

if TYPE_CHECKING:
    from ..request import Request, StreamRequest
    from .streams import EventStream

T = TypeVar("T")
E = TypeVar("E")

_OWN = {"_sender", "_twins", "_sync_connections"}


class BaseClient:
    """The part of a client that its handles use: options, connections and `send`.

    A client equals only itself. It can be a dict key and a field of a pydantic model.
    """

    api_server_url = Option[str]("Where the API server listens.")
    control_plane_url = Option[str]("Where the control plane listens (LlamaDeploy 0.6 to 0.8).")
    workflow_server_url = Option[str]("Where a workflow server of llama-agents listens.")
    disable_ssl = Option[bool]("Whether any TLS certificate is accepted.")
    timeout = Option[float | None](
        "Seconds for a call, or between events of a stream; None waits for ever."
    )
    poll_interval = Option[float]("Longest pause between polls, in seconds.")
    max_retries = Option[int]("How often a failed call is retried, if a retry is safe.")
    max_line_size = Option[int]("Largest size of one line of a stream, in bytes.")
    max_response_size = Option[int]("Largest size of a response, in bytes.")
    max_values = Option[int]("Largest number of JSON values in a response or an event.")
    max_connections = Fixed[int]("Largest number of connections to one server.")
    ca_bundle = Fixed[Path | str | None]("The PEM file of a private certificate authority.")
    client_cert = Fixed[Path | str | None]("The PEM file with the client's certificate and key.")
    client_cert_password = Fixed[SecretStr | str | None]("The password of that key.")
    ssl_context = Fixed[SSLContext | None]("TLS settings in place of files and `disable_ssl`.")
    token = Fixed[SecretStr | str | None]("The bearer token, sent as `Authorization: Bearer …`.")
    auth = Fixed[httpx.Auth | None]("An httpx authentication, in place of `token`.")
    headers = Fixed[dict[str, str]]("Headers that are sent with every request.")
    proxy = Fixed[str | None]("The URL of a proxy.")
    trust_env = Fixed[bool]("Whether proxy and certificate variables of the environment count.")
    transport = Fixed[httpx.AsyncBaseTransport | None](
        "An httpx transport in place of the connection pool.", "means"
    )
    http_client = Fixed[httpx.AsyncClient | None](
        "An httpx client that does the sending: pool, TLS, proxy and hooks are its own.", "means"
    )
    event_hooks = Fixed[Mapping[str, Sequence[Hook]]](
        "Functions to call with each request and with each response.", "means"
    )

    _sender: Sender

    def __init__(
        self, *, settings: Settings | None = None, **options: Unpack[ClientOptions]
    ) -> None:
        if not isinstance(settings, Settings | None):
            raise TypeError(f"settings must be Settings, got {type(settings).__name__}")
        values: dict[str, Any] = dict(options)
        means = Means(**{name: values.pop(name) for name in MEANS & values.keys()})
        if settings is None:
            settings = Settings(**values)
        elif values:
            settings = settings._replaced(values)
        self._set_up(Sender(settings, means))

    @classmethod
    def _of(cls, sender: Sender) -> Self:
        client = object.__new__(cls)
        client._set_up(sender)
        return client

    def _set_up(self, sender: Sender) -> None:
        self._sender = sender

    @property
    def settings(self) -> Settings:
        """The settings. A value that you assign applies from the next call on."""
        return self._sender.settings

    @property
    def apiserver(self) -> Any:
        """The API server; subclasses know its type."""
        raise NotImplementedError

    @property
    def core(self) -> Any:
        """The control plane; subclasses know its type."""
        raise NotImplementedError

    def with_options(self, **options: Unpack[ClientOptions]) -> Self:
        """Return a client with other options.

        It shares this client's connections, unless an option that belongs to a connection differs,
        such as a certificate, a proxy or the authentication.

        Raises:
            ValidationError: an option is not valid.

        Examples:
            >>> async def once(client):
            ...     return await client.with_options(max_retries=0).apiserver.status()
        """
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other._set_up(self._sender.with_options(options))
        return other

    @overload
    async def send(
        self, request: StreamRequest[E], *, timeout: Timeout = ...
    ) -> EventStream[E]: ...
    @overload
    async def send(self, request: Request[T], *, timeout: Timeout = ...) -> T: ...
    async def send(
        self, request: Request[Any] | StreamRequest[Any], *, timeout: Timeout = UNSET
    ) -> Any:
        """Send any request of the generated package, with the retries and errors of the methods.

        Args:
            request: built by a module of `llama_deploy_api.api`.
            timeout: seconds for this call; for a stream, seconds without an event.

        Returns:
            A value of the type that the request names. For a stream, an `EventStream`: it sends the
            request when you ask for the first event, resumes after a cut where the server allows
            it, and ends when the server ends it.

        Raises:
            ValueError: a task's arguments are not a JSON object, or no server can import the class
                of an event. Nothing is sent.
            LlamaDeployError: as for every method.

        Examples:
            >>> from llama_deploy_api.api.core import get_session_task_result
            >>> async def result(client, session_id, task_id):
            ...     return await client.send(get_session_task_result.request(session_id, task_id))
        """
        from ..request import Request, StreamRequest

        if not isinstance(request, Request | StreamRequest):
            raise TypeError(
                f"send takes a request, such as list_deployments.request(), "
                f"not {type(request).__name__}"
            )
        if request.json is not None:
            from ..events import check_request

            check_request(request)
        deadline = self._sender.deadline(timeout)
        if isinstance(request, StreamRequest):
            from .streams import EventStream
            from .task_events import read_events

            if request.server == "workflows":
                from .handler_events import read_envelopes

                return EventStream(read_envelopes(self._sender, request, deadline))
            return EventStream(read_events(self._sender, request, deadline))
        return await self._sender.send(request, deadline)

    async def aclose(self) -> None:
        """Close all connections. The client cannot be used afterwards.

        Closing is optional: connections close with their event loop, and with the client.
        """
        await self._sender.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __setattr__(self, name: str, value: Any) -> None:
        # A misspelt option would do nothing. An application's own class may have other attributes.
        is_known = name.startswith("_") or hasattr(type(self), name)
        if not is_known and type(self).__module__.startswith("llama_deploy_client."):
            message = f"{type(self).__name__} has no option {name!r}"
            raise AttributeError(message, name=name, obj=self)  # by which Python suggests another
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        arguments = repr(self.settings).removeprefix(type(self.settings).__name__)
        return f"{type(self).__name__}{arguments}"

    def __copy__(self) -> Self:
        return self.with_options()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the settings, without credentials, and the attributes of a subclass.

        Raises:
            TypeError: an option is an object of the running program.
        """
        objects = (*OBJECTS, "transport", "http_client", "event_hooks")
        refuse_to_copy([name for name in objects if getattr(self, name)])
        added = {name: value for name, value in vars(self).items() if name not in _OWN}
        return _restore, (type(self), self.settings), added or None

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> core_schema.CoreSchema:
        """Let fields of pydantic models be clients; as JSON they are their `repr`."""
        shown = core_schema.to_string_ser_schema()
        return core_schema.is_instance_schema(cls, serialization=shown)


def _restore(kind: type[BaseClient], settings: Settings) -> BaseClient:
    return kind._of(Sender(settings, Means()))
