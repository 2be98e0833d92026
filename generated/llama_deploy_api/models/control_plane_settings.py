# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""ControlPlaneSettings."""

from __future__ import annotations

from typing_extensions import TypedDict


class ControlPlaneSettings(TypedDict):
    """The control plane's root page. All values are strings.

    Attributes:
        running: `True` or `False`.
        step_interval: Seconds between two looks at a task.
    """

    running: str
    step_interval: str
    services_store_key: str
    tasks_store_key: str
    session_store_key: str
