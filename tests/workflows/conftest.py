"""A real workflow server of llama-agents, for as long as its tests run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.workflow_server import WorkflowServer


@pytest.fixture(scope="session")
def real_server() -> Iterator[WorkflowServer]:
    with WorkflowServer(heartbeat=0.2) as server:
        yield server
