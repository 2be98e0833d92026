"""0.9 has no control plane: a call to one is an error that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llama_deploy_client import ServerUnreachableError, UnknownEndpointError
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._async.core import Core, Session

from .support import without_control_plane

pytestmark = without_control_plane


CALLS: dict[str, Callable[[Core], Any]] = {
    "services.list": lambda core: core.services.list(),
    "sessions.get": lambda core: core.sessions.get("s"),
    "sessions.get_or_create": lambda core: core.sessions.get_or_create("s"),
    "run": lambda core: Session(client=core.client, id="s").run("echo"),
}


async def test_where_nothing_listens_the_error_names_control_plane_and_setting(
    client: AsyncClient,
) -> None:
    client.max_retries = 0
    with pytest.raises(ServerUnreachableError) as caught:
        await client.core.sessions.list()
    assert "control plane (LlamaDeploy 0.9 has none) cannot be reached" in str(caught.value)
    assert "is the setting control_plane_url right?" in str(caught.value)


@pytest.mark.parametrize("call", CALLS)
async def test_the_api_server_in_its_place_is_recognised(client: AsyncClient, call: str) -> None:
    client.control_plane_url = client.api_server_url
    message = "The server at control_plane_url has no such path: it is another server"
    with pytest.raises(UnknownEndpointError, match=message):
        await CALLS[call](client.core)
