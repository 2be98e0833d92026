"""What several tests use."""

from __future__ import annotations

from typing import Any

from llama_deploy_client._async.handlers import Handler


async def collect(handler: Handler, **options: Any) -> list[Any]:
    """All events of a handler."""
    events = []
    async for event in handler.events(**options):
        events.append(event)
    return events
