"""An API server of generation 0.9 with one task, and a run of it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import respx

from llama_deploy_client import ReceivedEvent, TaskResult
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.runs import TaskRun

from .calls import API_SERVER, deployment
from .streaming import EVENTS_OF_0_9, Pieces, document, raw

TASKS = f"{API_SERVER}/deployments/d/tasks"
RESULT = TaskResult(task_id="t", result="done")
FAILED = httpx.Response(500, text="Internal Server Error")
END = raw("StopEvent", {})


class Server:
    """An API server of generation 0.9 with one task."""

    def __init__(self, wire: respx.MockRouter) -> None:
        ids = {"task_id": "t", "session_id": "s", "service_id": "human"}
        self.created = wire.post(f"{TASKS}/create").respond(json=ids)
        self.events = wire.get(f"{TASKS}/t/events")
        self.results = wire.get(f"{TASKS}/t/results")
        self.results.respond(json=RESULT.model_dump())
        self.sent = wire.post(f"{TASKS}/t/events")
        self.sent.mock(side_effect=lambda request: httpx.Response(200, content=request.content))
        wire.get(f"{API_SERVER}/openapi.json").respond(json=document(EVENTS_OF_0_9))

    def streams(self, *pieces: bytes | Exception) -> Pieces:
        body = Pieces(*pieces)
        self.events.mock(return_value=httpx.Response(200, stream=body))
        return body

    @property
    def answers(self) -> list[Any]:
        """What was sent to the task: the service, the class, and the fields."""
        found = []
        for call in self.sent.calls:
            body = json.loads(call.request.content)
            event = json.loads(body["event_obj_str"])
            found.append((body["service_id"], event["qualified_name"], event["value"]))
        return found


def run_of(client: AsyncClient, **options: Any) -> TaskRun[Any]:
    return deployment(client).tasks.stream({"steps": 3}, **options)


def prefix(event: ReceivedEvent) -> str:
    """Answers a question with its own words."""
    return str(event.fields["prefix"])
