# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""HandlerState."""

from __future__ import annotations

import datetime

from pydantic import BaseModel, ConfigDict

from ..models.event_envelope import EventEnvelope


class HandlerState(BaseModel):
    """A run of a workflow, as its server knows it.

    Attributes:
        handler_id: Its id.
        workflow_name: The workflow that it runs.
        status: `running`, `completed`, `failed` or `cancelled`.
        started_at: When it was started.
        run_id: The id of this run; a handler can run again.
        error: Why it failed.
        result_unreadable: Whether the server cannot read the stored result.
        updated_at: When it last changed.
        completed_at: When it ended.
    """

    model_config = ConfigDict(defer_build=True)

    handler_id: str
    workflow_name: str
    status: str
    started_at: datetime.datetime
    run_id: str | None = None
    error: str | None = None
    result: EventEnvelope | None = None
    result_unreadable: bool = False
    updated_at: datetime.datetime | None = None
    completed_at: datetime.datetime | None = None
