# Made by `make generate` from llama_deploy_client/_async/call.py: do not edit.
"""One call, from the generated request to a value or an error."""

from __future__ import annotations

import time
from functools import cache
from typing import Any, ParamSpec, Protocol, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from .._deadline import Deadline
from .._polling import Polling
from .._servers import Server
from .._texts import shorten
from ..errors import CallTimeoutError, MalformedResponseError
from .client import SyncClient

P = ParamSpec("P")
R = TypeVar("R")


class Endpoint(Protocol[P]):
    """A generated module, `llama_deploy_api.api.….…`.

    Only its request builder is used. The generated functions that send would read streams to
    their end, know no time-out, upload files with a fixed boundary, and take `{}` for an empty
    list; what comes back is checked by pydantic instead, against the type that the user gets.
    """

    def _get_kwargs(self, *ids: P.args, **parameters: P.kwargs) -> dict[str, Any]: ...


class Call:
    """A request to one of the servers, not yet sent. It may be sent more than once."""

    def __init__(self, client: SyncClient, server: Server, request: dict[str, Any]) -> None:
        self._client = client
        self._server = server
        self._request = request

    @classmethod
    def to(
        cls,
        client: SyncClient,
        server: Server,
        endpoint: Endpoint[P],
        *ids: P.args,
        **parameters: P.kwargs,
    ) -> Call:
        """The call of `endpoint`.

        Raises:
            ValueError: one of `ids`, which are parts of the path, cannot be one.
        """
        for id in ids:
            check_id(id)
        request = endpoint._get_kwargs(*ids, **parameters)
        if "files" in request:
            # The generated boundary is fixed, and a file may hold it; httpx chooses a new one.
            del request["headers"]["Content-Type"]
        return cls(client, server, request)

    def send(self, deadline: Deadline, *, stream: bool = False) -> httpx.Response:
        """The answer, if it is a success; its body is read unless it is a `stream`."""
        return self._client._send(self._server, self._request, deadline, stream=stream)

    def json(self, returns: type[R], deadline: Deadline) -> R:
        """The JSON body as `returns`."""
        response = self.send(deadline)
        value: R = _decode(response, returns)
        return value

    def json_or_none(self, returns: type[R], deadline: Deadline) -> R | None:
        """The JSON body as `returns`, or None for `null`."""
        response = self.send(deadline)
        value: R | None = _decode(response, returns | None)
        return value

    def done(self, deadline: Deadline) -> None:
        """Send it for its effect. The body says nothing, but it has to be JSON if there is one."""
        response = self.send(deadline)
        if response.content:
            _decode(response, object)

    def poll(self, returns: type[R], deadline: Deadline, polling: Polling) -> R:
        """The JSON body as `returns`, once it is not `null`."""
        while True:
            response = self.send(deadline)
            value: R | None = _decode(response, returns | None)
            if value is not None:
                return value
            time.sleep(deadline.within(polling.pause()))
            if deadline.expired():
                message = f"no result within {deadline.timeout} s"
                raise CallTimeoutError(message, request=response.request)


def check_id(id: object) -> None:
    """Refuse what cannot be an id.

    Everything else is escaped when it goes into a URL. But an empty part of a path makes another
    path, and HTTP clients resolve `.` and `..`, escaped or not.
    """
    if not isinstance(id, str):
        raise TypeError(f"an id is a string, not {type(id).__name__}")
    if id in ("", ".", ".."):
        raise ValueError(f"{id!r} cannot be an id: it would change the path of the URL")


@cache
def _adapter(returns: Any) -> TypeAdapter[Any]:
    return TypeAdapter(returns)


def _decode(response: httpx.Response, returns: Any) -> Any:
    try:
        return _adapter(returns).validate_json(response.content)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = "".join(f"[{part!r}]" for part in problem["loc"])
        start = shorten(response.content) or "(nothing)"
        message = f"body{where} is not as documented: {problem['msg']}. It starts: {start}"
        # Not chained: pydantic's error quotes the body at length.
    raise MalformedResponseError(message, response=response)
