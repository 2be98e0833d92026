# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""ControlPlaneConfig."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ControlPlaneConfig(BaseModel):
    """The control plane's settings, in the response to a registration.

    Attributes:
        step_interval: Seconds between two looks at a task.
    """

    model_config = ConfigDict(defer_build=True)

    services_store_key: str = "services"
    tasks_store_key: str = "tasks"
    session_store_key: str = "sessions"
    step_interval: float = 0.1
    host: str = "127.0.0.1"
    port: int = 8000
    internal_host: str | None
    internal_port: int | None
    running: bool = True
    cors_origins: list[str] | None
    topic_namespace: str = "llama_deploy"
    state_store_uri: str | None
    use_tls: bool = False
