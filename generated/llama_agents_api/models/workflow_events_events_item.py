# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""WorkflowEventsEventsItem."""

from __future__ import annotations

from typing import Any

WorkflowEventsEventsItem = dict[str, Any]
