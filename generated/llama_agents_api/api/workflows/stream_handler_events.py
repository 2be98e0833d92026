# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""The events of a handler, as they happen (`GET /events/{handler_id}`)."""

from typing import Any

from llama_deploy_client.request import StreamRequest, escape_id, given

from . import SERVER


def request(
    handler_id: str,
    *,
    after_sequence: str | None = None,
    include_internal: bool | None = None,
) -> StreamRequest[dict[str, Any]]:
    """The events of a handler, as they happen (`GET /events/{handler_id}`).

    Server-Sent Events: `id` is the event's sequence number, `data` is JSON. Numbers have
    gaps, since events of
    the server's own are counted as well. Any number of readers read at once. A comment, `:
    heartbeat`, comes
    every 25 seconds without an event. The last event is a `StopEvent` or has it among its
    `types`.
    """
    return StreamRequest(
        operation="stream_handler_events",
        server=SERVER,
        method="GET",
        path="/events/{handler_id}".format(
            handler_id=escape_id(handler_id),
        ),
        query=given(
            {
                "after_sequence": after_sequence,
                "include_internal": include_internal,
            }
        ),
    )
