"""The pytest plugin. pytest imports it at every start, so it imports the rest only on use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from llama_deploy_client.testing import FakeServer

MARKER = "llama_deploy(generation, ...): arguments for the FakeServer of the test"


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def llama_deploy(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeServer]:
    """An in-memory LlamaDeploy server that all clients of `llama_deploy_client` talk to.

    `@pytest.mark.llama_deploy(generation="0.8")` makes it behave like another generation.
    """
    from llama_deploy_client.testing import FakeServer

    marker = request.node.get_closest_marker("llama_deploy")
    server = FakeServer(*marker.args, **marker.kwargs) if marker else FakeServer()
    monkeypatch.setenv("LLAMA_DEPLOY_API_SERVER_URL", server.api_server_url)
    monkeypatch.setenv("LLAMA_DEPLOY_CONTROL_PLANE_URL", server.control_plane_url)
    monkeypatch.setenv("LLAMA_DEPLOY_WORKFLOW_SERVER_URL", server.workflow_server_url)
    with server.intercept():
        yield server
