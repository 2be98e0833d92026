"""A server's own OpenAPI document tells its generation."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from llama_deploy_client._generations import ApiServerDocument, ControlPlaneDocument

EVENTS = "/deployments/{deployment_name}/tasks/{task_id}/events"
BASIC: dict[str, Any] = {
    "/deployments/": {"get": {}},
    "/deployments/create": {"post": {"parameters": [{}, {"name": "reload"}]}},
    EVENTS: {"get": {"parameters": [{"name": "session_id"}]}, "post": {}},
}
METRICS: dict[str, Any] = {"/status/metrics": {"get": {}}}
BASE_PATH = {"/deployments/create": {"post": {"parameters": [{}, {"name": "base_path"}]}}}
RAW_EVENT = {EVENTS: {"get": {"parameters": [{"name": "session_id"}, {"name": "raw_event"}]}}}


@pytest.mark.parametrize(
    ("paths", "generation"),
    [
        (BASIC, "0.6"),
        (BASIC | METRICS, "0.7"),
        (BASIC | METRICS | BASE_PATH, "0.8"),
        (BASIC | METRICS | BASE_PATH | RAW_EVENT, "0.9"),
        ({"/deployments/": {}}, "0.6"),
    ],
)
def test_an_api_servers_by_what_it_takes(paths: dict[str, Any], generation: str) -> None:
    assert ApiServerDocument(paths=paths).generation() == generation


@pytest.mark.parametrize(
    ("components", "generation"),
    [
        ({"schemas": {"TaskDefinition": {"properties": {"agent_id": {}}}}}, "0.6"),
        ({"schemas": {"TaskDefinition": {"properties": {"service_id": {}}}}}, "0.7"),
        ({"schemas": {"Another": {"properties": {"agent_id": {}}}, "TaskDefinition": {}}}, "0.7"),
        ({}, "0.7"),
    ],
)
def test_a_control_planes_by_what_it_calls_a_service(
    components: dict[str, Any], generation: str
) -> None:
    document = ControlPlaneDocument(paths={"/services/register": {}}, components=components)
    assert document.generation() == generation


@pytest.mark.parametrize("kind", [ApiServerDocument, ControlPlaneDocument])
def test_another_servers_document_is_refused(
    kind: type[ApiServerDocument | ControlPlaneDocument],
) -> None:
    with pytest.raises(ValidationError, match="this is no"):
        kind(paths={"/items": {}})
