# Made by `make generate` from tests/servers/_async/test_sessions.py: do not edit.
"""Sessions of a deployment."""

from __future__ import annotations

import pytest

from llama_deploy_client import ServerError
from llama_deploy_client._sync.apiserver import Deployment
from scripts.servers import Server


def test_a_session_from_its_making_to_its_end(deployment: Deployment) -> None:
    sessions = deployment.sessions
    made = sessions.create()
    assert sessions.get(made.session_id) == made
    assert made in sessions.list()
    sessions.delete(made.session_id)
    assert made not in sessions.list()


def test_an_unknown_session(deployment: Deployment, server: Server) -> None:
    if server.has_control_plane:
        with pytest.raises(ServerError):
            deployment.sessions.get("nobody")
        deployment.sessions.delete("nobody")
    else:
        assert (deployment.sessions.get("nobody")).session_id == "nobody"
        with pytest.raises(ServerError):
            deployment.sessions.delete("nobody")
