# Made by `make generate` from tests/unit/_async/one_task.py: do not edit.
"""An API server of generation 0.9 with one task, and a run of it."""

from __future__ import annotations

import json
from typing import Any

import httpx
from respx import MockRouter

from llama_deploy_client import ReceivedEvent
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.runs import TaskRun

from .calls import API_SERVER, IDS, RESULT_JSON, deployment
from .streaming import Pieces, api_server, raw

TASKS = f"{API_SERVER}/deployments/d/tasks"
RUNNING = httpx.Response(200, text="null")
DONE = httpx.Response(200, json=RESULT_JSON)
FAILED = httpx.Response(500, text="Internal Server Error")
STEP = raw("Progress", {"step": 1})
END = raw("StopEvent", {})


class Server:
    """An API server of generation 0.9 with one task."""

    def __init__(self, wire: MockRouter) -> None:
        self.created = wire.post(f"{TASKS}/create").respond(json={**IDS, "service_id": "human"})
        self.events = wire.get(f"{TASKS}/t/events")
        self.results = wire.get(f"{TASKS}/t/results").mock(return_value=DONE)
        self.sent = wire.post(f"{TASKS}/t/events")
        self.sent.mock(side_effect=lambda request: httpx.Response(200, content=request.content))
        api_server(wire, replays=False)

    def streams(self, *pieces: bytes | Exception) -> Pieces:
        body = Pieces(*pieces)
        self.events.mock(return_value=httpx.Response(200, stream=body))
        return body

    @property
    def replies(self) -> list[Any]:
        """What was sent to the task: the service, the class, and the fields."""
        bodies = [json.loads(call.request.content) for call in self.sent.calls]
        events = [json.loads(body["event_obj_str"]) for body in bodies]
        return [
            (body["service_id"], event["qualified_name"], event["value"])
            for body, event in zip(bodies, events, strict=True)
        ]


def run_of(client: SyncClient, **options: Any) -> TaskRun[Any]:
    return deployment(client).tasks.stream({"steps": 3}, **options)


def prefix(event: ReceivedEvent) -> str:
    """Reply to a question with its own words."""
    return str(event.fields["prefix"])
