# Made by `make generate` from llama_deploy_client/_async/tracing.py: do not edit.
"""Spans around the facade's calls and around the requests that they send.

It wraps methods from outside, so that untraced calls cost nothing extra.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from inspect import isfunction, signature
from types import ModuleType
from typing import Any

import httpx
from opentelemetry import trace
from opentelemetry.instrumentation.httpx import SyncOpenTelemetryTransport
from opentelemetry.instrumentation.utils import suppress_http_instrumentation

from .._span_attributes import TASK, ids_among, ids_of, span_name
from . import apiserver, core, handlers, services, task, tasks, workflows
from .http import HttpClient
from .model import Handle
from .streams import EventStream

Wrapped = Callable[..., Any]
_END = object()
_SEND = "llama_deploy_client.send"


class Tracing:
    """The wrappers around methods, in the form that wrapt expects."""

    def __init__(
        self,
        tracer_provider: trace.TracerProvider | None,
        meter_provider: Any,
    ) -> None:
        self._tracer = trace.get_tracer("llama_deploy_client", tracer_provider=tracer_provider)
        self._http = SyncOpenTelemetryTransport(
            _Onward(), tracer_provider=tracer_provider, meter_provider=meter_provider
        )

    def wrappers(self) -> Iterator[tuple[type, str, Wrapped]]:
        """Yield each method to wrap: its class, its name, and the wrapper."""
        yield HttpClient, "_transmit", self._request
        yield core.Session, "_start", self._started
        for module in (apiserver, core, services, task, tasks, workflows, handlers):
            for kind, name, returns in _public_methods(module):
                if returns is EventStream:
                    yield kind, name, self._stream
                elif not _is_lazy(returns):
                    yield kind, name, self._call

    def _request(self, send: Wrapped, _: HttpClient, args: Any, kwargs: Any) -> Any:
        """Trace one request, and send the trace headers with it."""
        [request] = args
        request.extensions[_SEND] = send
        return self._http.handle_request(request)

    def _call(self, call: Wrapped, handle: Handle, args: Any, kwargs: Any) -> Any:
        """Trace one public call, retries and polling included."""
        with self._tracer.start_as_current_span(**_about(call, handle, args, kwargs)) as span:
            result = call(*args, **kwargs)
            span.set_attributes(ids_of(result))
            return result

    def _stream(self, call: Wrapped, handle: Handle, args: Any, kwargs: Any) -> EventStream:
        """Trace a stream, from the request for its first event to its end."""
        events: EventStream = call(*args, **kwargs)
        events._items = self._follow(events._items, _about(call, handle, args, kwargs))
        return events

    def _follow(self, events: Generator[Any, None], about: dict[str, Any]) -> Generator[Any, None]:
        span = self._tracer.start_span(**about)
        try:
            while True:
                # The span is current while the stream is read, not while the reader's code runs.
                with trace.use_span(span):
                    event = next(events, _END)
                if event is _END:
                    return
                yield event
        finally:
            events.close()
            span.end()

    def _started(self, start: Wrapped, _: Handle, args: Any, kwargs: Any) -> Any:
        """Add the id of a control plane's task to the span of the call that started it."""
        task_id = start(*args, **kwargs)
        trace.get_current_span().set_attribute(TASK, task_id)
        return task_id


class _Onward(httpx.BaseTransport):
    """Sends a request without a second span for it."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        send = request.extensions.pop(_SEND)
        with suppress_http_instrumentation():
            response: httpx.Response = send(request)
        return response


def _public_methods(module: ModuleType) -> Iterator[tuple[type, str, Any]]:
    """Yield the methods of the classes in `module`, with the classes that they return."""
    for kind in vars(module).values():
        if isinstance(kind, type) and kind.__module__ == module.__name__:
            for name, method in vars(kind).items():
                if isfunction(method) and not name.startswith("_"):
                    returns, _, _ = method.__annotations__["return"].partition("[")
                    yield kind, name, vars(module).get(returns)


def _is_lazy(returns: Any) -> bool:
    """Whether a method sends nothing itself, and returns an object whose calls have spans."""
    return isinstance(returns, type) and issubclass(returns, Iterator)


def _about(call: Wrapped, handle: Handle, args: Any, kwargs: Any) -> dict[str, Any]:
    """Return the name and the attributes of a span."""
    arguments = signature(call).bind(*args, **kwargs).arguments
    attributes = ids_among(arguments) | ids_of(handle)
    return {"name": span_name(handle, call.__name__), "attributes": attributes}
