"""The operations of an HTTP server, and how it responds to their requests."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import httpx
from attrs import frozen

from .generations import Generation
from .reading import read
from .steps import StatusError, Steps, success, whole

H = TypeVar("H", bound="Half")
Handler = Callable[..., Any]
"""Called with the server and the call. Returns the value to send, or yields steps before that."""


@frozen
class Route(Generic[H]):
    """One operation."""

    method: str
    parts: tuple[str, ...]
    query: dict[str, Any]
    """The defaults of the parameters."""
    body: str | None
    handler: Handler
    is_on: Callable[[Generation], bool]

    def ids(self, path: str) -> dict[str, str] | None:
        """Return the parameters in a path; None if the path does not match."""
        segments = path.split("/")
        if len(segments) != len(self.parts):
            return None
        ids = {}
        for part, text in zip(self.parts, segments, strict=True):
            if part.startswith("{") and text:
                ids[part[1:-1]] = text
            elif part != text:
                return None
        return ids


class Routes:
    """The operations of a server, each registered by a decorator."""

    def __init__(self) -> None:
        self.all: list[Route[Any]] = []

    def __call__(
        self,
        method: str,
        path: str,
        *,
        body: str | None = None,
        is_on: Callable[[Generation], bool] = lambda _: True,
        **query: Any,
    ) -> Callable[[Handler], Handler]:
        """Register the handler of an operation."""

        def mark(handler: Handler) -> Handler:
            self.all.append(Route(method, tuple(path.split("/")), query, body, handler, is_on))
            return handler

        return mark


class Half:
    """One of the HTTP servers that an installation consists of."""

    routes: Routes

    def __init__(self, generation: Generation) -> None:
        self.generation = generation

    def respond(self, request: httpx.Request, path: str) -> Steps:
        """Yield the response to a request, step by step."""
        try:
            value = self._handle(request, path)
            if isinstance(value, Generator):
                value = yield from value
            steps = success(value)
        except StatusError as error:
            steps = whole(error.status, error.content, error.headers)
        yield from steps

    def check(self, ids: dict[str, str]) -> None:
        """Refuse unknown ids in a path, if the server checks them before the handler."""

    def _handle(self, request: httpx.Request, path: str) -> Any:
        route, ids = self._find(request, path)
        query = {name: value for name, value in route.query.items() if self._takes(name)}
        if not self.generation.reads_first:
            self.check(ids)
        call = read(request, ids, query, route.body, self.generation.service_field)
        if self.generation.reads_first:
            self.check(ids)
        return route.handler(self, call)

    def _find(self, request: httpx.Request, path: str) -> tuple[Route[Any], dict[str, str]]:
        matches = list(self._matches(path))
        for route, ids in matches:
            if route.method == request.method:
                return route, ids
        if matches:
            raise StatusError(HTTPStatus.METHOD_NOT_ALLOWED, "Method Not Allowed")
        other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
        if any(self._matches(other)):
            location = str(request.url.copy_with(path=other))
            raise StatusError(HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": location})
        raise StatusError(HTTPStatus.NOT_FOUND, "Not Found")

    def _matches(self, path: str) -> Iterator[tuple[Route[Any], dict[str, str]]]:
        for route in self.routes.all:
            ids = route.ids(path) if route.is_on(self.generation) else None
            if ids is not None:
                yield route, ids

    def openapi(self) -> dict[str, Any]:
        """Return an OpenAPI document with the parts that distinguish the generations."""
        paths: dict[str, dict[str, Any]] = {}
        for route in self.routes.all:
            if route.is_on(self.generation):
                names = [name for name in route.query if self._takes(name)]
                parameters = [{"name": name, "in": "query"} for name in names]
                paths.setdefault("/".join(route.parts), {})[route.method.lower()] = {
                    "parameters": parameters
                }
        task: dict[str, Any] = {"properties": {self.generation.service_field: {}}}
        return {
            "openapi": "3.1.0",
            "info": {"title": "FastAPI", "version": "0.1.0"},
            "paths": paths,
            "components": {"schemas": {"TaskDefinition": task}},
        }

    def _takes(self, name: str) -> bool:
        """Whether this generation has a parameter that not all generations have."""
        if name in ("base_path", "local"):
            return self.generation.has_base_path
        return name != "raw_event" or self.generation.has_raw_events
