"""A workflow server of llama-agents, whose workflows are the services. Experimental."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx
from attrs import define, field
from pydantic_core import PydanticSerializationError, to_json

from ..events import ReceivedEvent
from .events import MODULE
from .generations import Generation
from .reading import Call
from .routes import Half, Route, Routes
from .runs import STOP, Run, Service
from .state import new_id
from .steps import Advance, Response, StatusError, Steps, Stream, Wait

SSE = "text/event-stream; charset=utf-8"


class _StateResponse(StatusError):
    """A response with another status than 200."""

    def __init__(self, status: int, value: Any) -> None:
        super().__init__(status)
        self.content = to_json(value)


def _now() -> str:
    return datetime.now(UTC).isoformat()


@define
class HandlerRecord:
    """A run of a workflow."""

    workflow: str
    run: Run
    id: str
    started: str = field(factory=_now)
    run_id: str = field(factory=new_id)
    cancelled: bool = False
    completed: str | None = None
    """When a state was first read after its end."""

    @property
    def result(self) -> Any:
        """Return the result as JSON.

        Raises:
            ValueError: it has no JSON form.
        """
        try:
            return json.loads(to_json(self.run.result, inf_nan_mode="null"))
        except PydanticSerializationError as error:
            raise ValueError("the result has no JSON form") from error

    @property
    def status(self) -> str:
        """The status as servers name it."""
        if self.cancelled:
            return "cancelled"
        if not self.run.ended:
            return "running"
        if self.run.failure is not None:
            return "failed"
        try:
            _ = self.result
        except ValueError:
            return "running"
        return "completed"

    @property
    def error(self) -> str | None:
        """Why it failed, as the text of the exception."""
        if self.status != "failed" or self.run.failure is None:
            return None
        return self.run.failure.removeprefix(f"Error in step '{self.run.service.name}': ")

    @property
    def ended(self) -> bool:
        """Whether the workflow sends no more events."""
        return self.cancelled or self.run.ended

    def cancel(self) -> None:
        """Stop the workflow, if a loop runs it. Otherwise its steps are not run any more."""
        self.cancelled = True
        if self.run.task is not None:
            with suppress(RuntimeError):  # of a loop that was closed
                self.run.task.get_loop().call_soon_threadsafe(self.run.task.cancel)
        self.run.changes.announce()

    def state(self) -> dict[str, Any]:
        """Return the HandlerState."""
        status = self.status
        result = self.last_event() if status == "completed" else None
        if status != "running":
            self.completed = self.completed or _now()
        return {
            "handler_id": self.id,
            "workflow_name": self.workflow,
            "run_id": self.run_id,
            "error": self.error,
            "result": result,
            "result_unreadable": False,
            "status": status,
            "started_at": self.started,
            "updated_at": self.completed or self.started,
            "completed_at": self.completed,
        }

    def events(self, after: int) -> list[tuple[int, dict[str, Any]]]:
        """Return the events so far after a number, each with its number; numbers have gaps."""
        sent = [
            _envelope(ReceivedEvent.of(json.loads(text)), bases)
            for text, bases in zip(self.run.events, self.run.bases, strict=False)
            if text is not STOP
        ]
        if self.status != "running":
            sent.append(self.last_event())
        numbered = [(2 * index + 1, event) for index, event in enumerate(sent)]
        return [(number, event) for number, event in numbered if number > after]

    def last_event(self) -> dict[str, Any]:
        """The event that reports how it ended."""
        if self.status == "completed":
            return _event("StopEvent", {"result": self.result})
        if self.status == "cancelled":
            return _event("WorkflowCancelledEvent", {}, "StopEvent")
        exception = {"exception_type": "builtins.Exception", "exception_message": self.error}
        value = {"step_name": self.workflow, "exception": exception, "attempts": 1}
        return _event("WorkflowFailedEvent", value, "StopEvent")


class WorkflowServer(Half):
    """The workflow server: every service is a workflow, whatever its deployment."""

    routes = Routes()

    def __init__(self, generation: Generation, functions: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(generation)
        self._functions = functions
        self._handlers: dict[str, HandlerRecord] = {}

    def check(self, ids: dict[str, str]) -> None:
        if ids.get("workflow_name", next(iter(self._functions), "")) not in self._functions:
            raise StatusError(404, "Workflow not found")
        if "handler_id" in ids and ids["handler_id"] not in self._handlers:
            raise StatusError(404, "Handler not found")

    def _find(self, request: httpx.Request, path: str) -> tuple[Route[Any], dict[str, str]]:
        for route, ids in self._matches(path):
            if route.method == request.method:
                return route, ids
        if request.method == "GET":
            raise StatusError(404, "Not Found")
        raise StatusError(405, "Method Not Allowed")

    def _handler(self, call: Call) -> HandlerRecord:
        return self._handlers[call.ids["handler_id"]]

    @routes("GET", "/health")
    def health(self, call: Call) -> Any:
        return {"status": "healthy"}

    @routes("GET", "/workflows")
    def list_workflows(self, call: Call) -> Any:
        return {"workflows": list(self._functions)}

    @routes("GET", "/workflows/{workflow_name}/schema")
    def schema(self, call: Call) -> Any:
        plain = {"type": "object", "properties": {}, "additionalProperties": True}
        return {"start": {"title": "StartEvent", **plain}, "stop": {"title": "StopEvent", **plain}}

    @routes("POST", "/workflows/{workflow_name}/run")
    def run(self, call: Call) -> Response:
        handler = self._start(call)
        count = handler.run.changes.count
        while not handler.ended:
            yield Wait(handler.run, count)
            count = handler.run.changes.count
        return self._shown(handler, 500)  # also if its result has no JSON form

    @routes("POST", "/workflows/{workflow_name}/run-nowait")
    def start(self, call: Call) -> Response:
        handler = self._start(call)
        state = handler.state()
        yield Advance(handler.run, far=False)
        return state

    def _start(self, call: Call) -> HandlerRecord:
        body = _body(call)
        fields = _fields(body.get("start_event", body.get("kwargs", {})))
        id = body.get("handler_id") or new_id()
        earlier = self._handlers.get(id)
        if earlier is not None and earlier.status == "running":
            raise StatusError(409, f"Handler {id!r} is already running")
        name = call.ids["workflow_name"]
        run = Run(Service(name, self._functions[name]), fields)
        self._handlers[id] = HandlerRecord(name, run, id)
        return self._handlers[id]

    @routes("GET", "/handlers")
    def list_handlers(self, call: Call) -> Any:
        query = call.request.url.params
        names, statuses = query.get_list("workflow_name"), query.get_list("status")
        states = [handler.state() for handler in list(self._handlers.values())]
        return {
            "handlers": [
                state
                for state in states
                if (not names or state["workflow_name"] in names)
                and (not statuses or state["status"] in statuses)
            ]
        }

    @routes("GET", "/handlers/{handler_id}")
    def handler(self, call: Call) -> Response:
        handler = self._handler(call)
        yield Advance(handler.run)
        return self._shown(handler)

    def _shown(self, handler: HandlerRecord, if_running: int = 202) -> Any:
        state = handler.state()
        if state["status"] == "completed":
            return state
        raise _StateResponse(if_running if state["status"] == "running" else 500, state)

    @routes("POST", "/handlers/{handler_id}/cancel", purge=False)
    def cancel(self, call: Call) -> Any:
        handler = self._handler(call)
        if handler.status == "running":
            handler.cancel()
        elif not call.query["purge"]:
            raise StatusError(404, "Handler not found")
        if call.query["purge"]:
            del self._handlers[handler.id]
        return {"status": "deleted" if call.query["purge"] else "cancelled"}

    @routes("GET", "/events/{handler_id}", after_sequence="now")
    def events(self, call: Call) -> Stream:
        handler = self._handler(call)
        so_far = handler.events(-1)
        text = call.request.headers.get("Last-Event-ID", call.query["after_sequence"])
        try:
            after = int(text) if text != "now" else so_far[-1][0] if so_far else -1
        except ValueError:
            raise StatusError(400, f"Invalid after_sequence: {text!r}") from None
        if handler.status != "running" and not handler.events(after):
            raise StatusError(204)
        return Stream(lambda: _sent(handler, after), SSE)

    @routes("POST", "/events/{handler_id}")
    def send_event(self, call: Call) -> Any:
        event, handler = _body(call).get("event"), self._handler(call)
        if not event:
            raise StatusError(400, "Event data is required")
        if handler.status != "running":
            raise StatusError(409, "Workflow already completed")
        if not isinstance(event, dict) or not isinstance(event.get("value"), dict):
            raise StatusError(400, "Failed to deserialize event")
        name = event.get("type") or event.get("qualified_name")
        if not name:
            raise StatusError(400, "Invalid client data. Must have a type or a qualified name")
        handler.run.send(ReceivedEvent(f"{MODULE}.{name}", event["value"]))
        return {"status": "sent"}


def _sent(handler: HandlerRecord, after: int) -> Steps:
    """Yield the events as they happen, up to the last one."""
    while True:
        count = handler.run.changes.count
        # Before the events: it can end while they are read.
        is_over, is_stuck = handler.status != "running", handler.ended
        for number, event in handler.events(after):
            after = number
            yield f"id: {number}\ndata: {to_json(event).decode()}\n\n".encode()
        if is_over:
            return
        yield Wait() if is_stuck else Wait(handler.run, count)


def _envelope(event: ReceivedEvent, bases: tuple[str, ...]) -> dict[str, Any]:
    return {
        "value": event.value,
        "qualified_name": event.qualified_name,
        "type": event.name,
        "types": list(bases) or None,
    }


def _event(name: str, value: dict[str, Any], *bases: str) -> dict[str, Any]:
    return _envelope(ReceivedEvent(f"{MODULE}.{name}", value), bases)


def _body(call: Call) -> dict[str, Any]:
    try:
        body = json.loads(call.request.content)
    except ValueError as error:
        raise StatusError(400, f"Invalid JSON body: {error}") from None
    if not isinstance(body, dict):
        raise StatusError(400, "Error processing request body: it is not an object")
    return body


def _fields(sent: Any) -> dict[str, Any]:
    """Return the fields of a start event, sent bare or in an envelope."""
    if isinstance(sent, dict) and ("value" in sent or {"type", "qualified_name"} <= sent.keys()):
        if "type" not in sent and "qualified_name" not in sent:
            raise StatusError(400, "Validation error for 'start_event': Invalid client data")
        sent = sent.get("value")
    if not isinstance(sent, dict):
        raise StatusError(400, "Validation error for 'start_event': Failed to deserialize event")
    return ReceivedEvent(None, sent).fields
