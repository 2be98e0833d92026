# Made by `make generate` from tests/servers/_async/test_sessions.py: do not edit.
"""Sessions of a deployment."""

from __future__ import annotations

import pytest

from llama_deploy_client import ServerError
from llama_deploy_client._sync.apiserver import Deployment
from scripts.servers import Server


def test_a_session_from_its_creation_to_its_end(deployment: Deployment) -> None:
    sessions = deployment.sessions
    created = sessions.create()
    assert sessions.get(created.session_id) == created
    assert created in sessions.list()
    sessions.delete(created.session_id)
    assert created not in sessions.list()


def test_an_unknown_session(deployment: Deployment, server: Server) -> None:
    if server.has_control_plane:
        with pytest.raises(ServerError):
            deployment.sessions.get("nobody")
        deployment.sessions.delete("nobody")
    else:
        assert (deployment.sessions.get("nobody")).session_id == "nobody"
        with pytest.raises(ServerError):
            deployment.sessions.delete("nobody")
