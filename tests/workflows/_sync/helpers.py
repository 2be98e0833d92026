# Made by `make generate` from tests/workflows/_async/helpers.py: do not edit.
"""What several tests use."""

from __future__ import annotations

from typing import Any

from llama_deploy_client._sync.handlers import Handler


def collect(handler: Handler, **options: Any) -> list[Any]:
    """All events of a handler."""
    events = []
    for event in handler.events(**options):
        events.append(event)
    return events
