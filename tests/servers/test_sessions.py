"""Sessions of a deployment."""

from __future__ import annotations

import pytest

from llama_deploy_client import ServerError
from llama_deploy_client._async.apiserver import Deployment
from scripts.servers import Server


async def test_a_session_from_its_creation_to_its_end(deployment: Deployment) -> None:
    sessions = deployment.sessions
    created = await sessions.create()
    assert await sessions.get(created.session_id) == created
    assert created in await sessions.list()
    await sessions.delete(created.session_id)
    assert created not in await sessions.list()


async def test_an_unknown_session(deployment: Deployment, server: Server) -> None:
    if server.has_control_plane:
        with pytest.raises(ServerError):
            await deployment.sessions.get("nobody")
        await deployment.sessions.delete("nobody")
    else:
        assert (await deployment.sessions.get("nobody")).session_id == "nobody"
        with pytest.raises(ServerError):
            await deployment.sessions.delete("nobody")
