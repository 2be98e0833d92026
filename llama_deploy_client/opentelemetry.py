"""Tracing with OpenTelemetry: `pip install "llama_deploy_client[opentelemetry]"`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from opentelemetry.instrumentation import instrumentor
from opentelemetry.instrumentation.utils import unwrap
from wrapt import wrap_function_wrapper

from ._async import tracing as asynchronous
from ._sync import tracing as blocking


# the module of the base class disables type checking
class LlamaDeployInstrumentor(instrumentor.BaseInstrumentor):  # type: ignore[misc, name-defined]
    """Traces all clients of this process, including existing ones.

    Each call makes a span, such as `llama_deploy tasks.create`, with the ids that it is about.
    Below it is a span for each request, like those of the httpx instrumentation, and the server
    gets W3C Trace Context headers. `opentelemetry-instrument` activates this automatically.

    Examples:
        >>> LlamaDeployInstrumentor().instrument()  # or with tracer_provider=, meter_provider=
        >>> LlamaDeployInstrumentor().uninstrument()
    """

    def instrumentation_dependencies(self) -> Collection[str]:
        return ()

    def _instrument(self, **options: Any) -> None:
        providers = options.get("tracer_provider"), options.get("meter_provider")
        self._wrapped: list[tuple[type, str]] = []
        for side in (asynchronous, blocking):
            for kind, method, wrapper in list(side.Tracing(*providers).wrappers()):
                wrap_function_wrapper(kind, method, wrapper)
                self._wrapped.append((kind, method))

    def _uninstrument(self, **_: Any) -> None:
        for kind, method in self._wrapped:
            unwrap(kind, method)
