"""A server's own OpenAPI document shows its generation."""

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
AGENT: dict[str, Any] = {"properties": {"agent_id": {}}}
SERVICE: dict[str, Any] = {"properties": {"service_id": {}}}
SERVICES: dict[str, Any] = {"/services/register": {}}


@pytest.mark.parametrize(
    ("document", "generation"),
    [
        (ApiServerDocument(paths=BASIC), "0.6"),
        (ApiServerDocument(paths=BASIC | METRICS), "0.7"),
        (ApiServerDocument(paths=BASIC | METRICS | BASE_PATH), "0.8"),
        (ApiServerDocument(paths=BASIC | METRICS | BASE_PATH | RAW_EVENT), "0.9"),
        (ApiServerDocument(paths={"/deployments/": {}}), "0.6"),
        *(
            (ControlPlaneDocument(paths=SERVICES, components=components), generation)
            for components, generation in [
                ({"schemas": {"TaskDefinition": AGENT}}, "0.6"),
                ({"schemas": {"TaskDefinition": SERVICE}}, "0.7"),
                ({"schemas": {"Another": AGENT, "TaskDefinition": {}}}, "0.7"),
                ({}, "0.7"),
            ]
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_generation_is_known_by_its_paths_parameters_and_fields(
    document: ApiServerDocument | ControlPlaneDocument, generation: str
) -> None:
    assert document.generation() == generation


@pytest.mark.parametrize("kind", [ApiServerDocument, ControlPlaneDocument])
def test_the_document_of_another_server_is_refused(
    kind: type[ApiServerDocument | ControlPlaneDocument],
) -> None:
    with pytest.raises(ValidationError, match="this is no"):
        kind(paths={"/items": {}})
