"""Differences between LlamaDeploy's generations, and how to tell them apart.

| | 0.6 | 0.7 | 0.8 | 0.9 |
|---|---|---|---|---|
| name of a service in payloads (both are sent, both are read) | `agent_id` | `service_id` | ← | ← |
| control plane | yes | yes | yes | none: `ServerUnreachableError` |
| `metrics()` | none: `UnknownEndpointError` | yes | yes | yes |
| `create(base_path=, local=)` | ignored | ignored | yes | yes |
| events can be read again | yes | yes | yes | no |

A server does not report its generation, but its own OpenAPI document shows it.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

NEEDED = {"/status/metrics": "0.7"}
"""The first generation that has a path, for paths that 0.6 lacks."""


def replays_events(generation: str) -> bool:
    """Return whether such servers send all events to each reader; 0.9 sends each event once."""
    return generation != "0.9"


class ApiServerDocument(BaseModel):
    """The parts of an API server's `/openapi.json` that show its generation."""

    model_config = ConfigDict(defer_build=True)

    paths: dict[str, dict[str, Any]]

    @field_validator("paths")
    @classmethod
    def _is_an_api_server(cls, paths: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        if "/deployments/" not in paths:
            raise ValueError("this is not an API server")
        return paths

    def generation(self) -> str:
        """Return the first generation whose API servers have what this one has."""
        events = "/deployments/{deployment_name}/tasks/{task_id}/events"
        if self._takes(events, "get", "raw_event"):
            return "0.9"
        if self._takes("/deployments/create", "post", "base_path"):
            return "0.8"
        return "0.7" if "/status/metrics" in self.paths else "0.6"

    def _takes(self, path: str, method: str, name: str) -> bool:
        parameters = _at(self.paths, path, method, "parameters")
        return isinstance(parameters, list) and name in (_at(each, "name") for each in parameters)


class ControlPlaneDocument(BaseModel):
    """The parts of a control plane's `/openapi.json` that show its generation."""

    model_config = ConfigDict(defer_build=True)

    paths: dict[str, dict[str, Any]]
    components: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @field_validator("paths")
    @classmethod
    def _is_a_control_plane(cls, paths: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        if "/services/register" not in paths:
            raise ValueError("this is not a control plane")
        return paths

    def generation(self) -> str:
        """Return the first generation with such control planes: those of 0.7 and 0.8 are alike."""
        old = _at(self.components, "schemas", "TaskDefinition", "properties", "agent_id")
        return "0.7" if old is None else "0.6"


def _at(document: Any, *path: str) -> Any:
    """Return the value at a path in a document, or None."""
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document
