# Made by `make generate` from tests/unit/_async/test_send.py: do not edit.
"""`client.send`: any documented operation, by its generated function alone."""

from __future__ import annotations

from typing import Any

import pytest
from llama_deploy_api.api.apiserver import (
    create_deployment_task,
    get_metrics,
    list_deployments,
    run_deployment_task,
    send_deployment_task_event,
    stream_deployment_task_events,
)
from llama_deploy_api.api.core import (
    create_session_task,
    get_session_task_result,
    list_services,
    send_session_task_event,
    stream_session_task_result,
)
from respx import MockRouter

from llama_deploy_client import CallTimeoutError, EventDefinition, TaskDefinition, TaskResult
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.streams import EventStream

from .calls import (
    API_SERVER,
    CONTROL_PLANE,
    RESULT,
    RESULT_JSON,
    SERVICE,
    SERVICE_JSON,
)
from .streaming import CUT, received, streamed

OF_MAIN = EventDefinition(service_id="s", event_obj_str='{"qualified_name": "__main__.X"}')


def test_an_operation_is_sent_to_its_server_and_gives_the_type_that_methods_give(
    client: SyncClient, wire: MockRouter
) -> None:
    wire.get(f"{CONTROL_PLANE}/sessions/s/tasks/t/result").respond(json=RESULT_JSON)
    result = client.send(get_session_task_result.request("s", "t"))
    assert result == RESULT
    assert type(result) is TaskResult
    wire.get(f"{CONTROL_PLANE}/services").respond(json={"echo": SERVICE_JSON})
    assert client.send(list_services.request()) == {"echo": SERVICE}
    wire.get(f"{API_SERVER}/status/metrics").respond(text="up 1.0\n")
    assert client.send(get_metrics.request()) == "up 1.0\n"


def test_a_request_can_name_another_type(client: SyncClient, wire: MockRouter) -> None:
    wire.get(f"{CONTROL_PLANE}/services").respond(json={"echo": {}})
    request = list_services.request()
    assert client.send(request.returning(dict[str, Any])) == {"echo": {}}
    assert client.send(request.returning(None)) is None


def test_its_timeout_counts_before_the_clients(client: SyncClient, wire: MockRouter) -> None:
    wire.get().respond(json=[])
    client.timeout = 1000
    client.send(list_deployments.request())
    client.send(list_deployments.request(), timeout=50)
    client.send(list_deployments.request(), timeout=None)
    timeouts = [call.request.extensions["timeout"]["read"] for call in wire.calls]
    assert timeouts == [1000, 50, None]
    with pytest.raises(ValueError, match="timeout"):
        client.send(list_deployments.request(), timeout=-1)


class TestStreams:
    """A request whose response is a stream gives an EventStream."""

    def test_its_events_are_read_on_after_a_cut(self, wire: MockRouter) -> None:
        wire.get(f"{CONTROL_PLANE}/sessions/s/tasks/t/result_stream").mock(
            side_effect=[streamed(b'{"n": 1}\n{"n":', CUT), streamed(b'{"n": 1}\n{}\n')]
        )
        events = SyncClient(max_retries=1).send(stream_session_task_result.request("s", "t"))
        assert isinstance(events, EventStream)
        assert not wire.calls  # before the first event is asked for
        with events:
            assert received(events) == [{"n": 1}, {}]

    def test_it_ends_with_the_response(self, client: SyncClient, wire: MockRouter) -> None:
        wire.get().respond(text='{"n": 1}\n')
        request = stream_deployment_task_events.request("d", "t", session_id="s")
        assert received(client.send(request)) == [{"n": 1}]
        assert len(wire.calls) == 1

    def test_its_timeout_limits_silence(self, client: SyncClient, wire: MockRouter) -> None:
        wire.get().respond(404, json={"detail": "Task stream not found"})
        request = stream_session_task_result.request("s", "t")
        events = client.send(request, timeout=0.05)
        with pytest.raises(CallTimeoutError, match=r"no stream within 0\.05 s"):
            next(events)


def test_the_text_of_a_request_has_no_body() -> None:
    request = create_session_task.request("s", body=TaskDefinition(input={"key": "s3cret"}))
    assert "s3cret" not in repr(request)
    assert "operation='create_session_task'" in repr(request)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (run_deployment_task.request("d", body=TaskDefinition(input="hello")), "arguments must be"),
        (create_deployment_task.request("d", body=TaskDefinition(input="5")), "arguments must be"),
        (create_session_task.request("s", body=TaskDefinition(input="[]")), "arguments must be"),
        (
            send_deployment_task_event.request("d", "t", session_id="s", body=OF_MAIN),
            "no server can import the event class '__main__.X'",
        ),
        (send_session_task_event.request("s", "t", body=OF_MAIN), "no server can import"),
    ],
    ids=lambda value: getattr(value, "operation", None),
)
def test_what_no_workflow_can_read_is_not_sent(
    client: SyncClient, wire: MockRouter, request_: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        client.send(request_)
    assert not wire.calls
