"""How the generations of LlamaDeploy differ: the one place in the code that knows.

| | 0.6 | 0.7 | 0.8 | 0.9 |
|---|---|---|---|---|
| name of a service in payloads (both are sent, both are read) | `agent_id` | `service_id` | ← | ← |
| control plane | yes | yes | yes | none: `ServerUnreachableError` |
| `metrics()` | none: `UnknownEndpointError` | yes | yes | yes |
| `create(base_path=, local=)` | ignored | ignored | yes | yes |
| events can be read again | yes | yes | yes | no |

A server does not say which it is. Its own OpenAPI document shows it.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

NEEDED = {"/status/metrics": "0.7"}
"""The first generation that has a path, where that is not the first of all."""


class ServerDocument(BaseModel):
    """What tells in a server's `/openapi.json`."""

    paths: dict[str, dict[str, Any]]
    components: dict[str, dict[str, Any]] = Field(default_factory=dict)

    def has_parameter(self, path: str, method: str, name: str) -> bool:
        """Whether an operation takes the parameter `name`."""
        parameters = self.paths.get(path, {}).get(method, {}).get("parameters", [])
        return any(parameter.get("name") == name for parameter in parameters)

    def api_server_generation(self) -> str:
        """The generation of the API server whose document this is."""
        events = "/deployments/{deployment_name}/tasks/{task_id}/events"
        if self.has_parameter(events, "get", "raw_event"):
            return "0.9"
        if self.has_parameter("/deployments/create", "post", "base_path"):
            return "0.8"
        return "0.7" if "/status/metrics" in self.paths else "0.6"

    def control_plane_generation(self) -> str:
        """The generation of the control plane whose document this is; 0.7 may also be 0.8."""
        task = self.components.get("schemas", {}).get("TaskDefinition", {})
        return "0.6" if "agent_id" in task.get("properties", {}) else "0.7"
