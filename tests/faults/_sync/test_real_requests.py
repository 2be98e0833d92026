# Made by `make generate` from tests/faults/_async/test_real_requests.py: do not edit.
"""Real servers close a connection after each 500, unannounced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llama_deploy_client import ServerError
from llama_deploy_client._sync.apiserver import Deployment
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.tasks import Task
from scripts.servers import DeploymentFile, Server

from ..conftest import Tried

ROUNDS = 50
"""Each of a GET and a POST."""

UNKNOWN = "name: unknown\nservices: {}\n"
"""It cannot be reloaded, since it was never made."""

TASKS_AMONG_POSTS = {"0.6.1": 5, "0.9.2": 1}
"""One in so many POSTs makes a task, the others a session: 0.6.1 is slow at tasks."""


def provoke(client: SyncClient, deployment: Deployment, number: int) -> None:
    """Have the server respond 500, after which it closes the connection without saying so."""
    with pytest.raises(ServerError):
        if number % 2:
            client.apiserver.deployments.create(UNKNOWN, reload=True)
        else:
            unknown = Task(client=client, deployment_id=deployment.id, id="no", session_id="no")
            unknown.results()


@pytest.mark.parametrize("server", TASKS_AMONG_POSTS, indirect=True, scope="module")
def test_no_call_after_a_500_is_lost_or_made_twice(
    server: Server, demo: DeploymentFile, tried: Tried
) -> None:
    client = SyncClient(api_server_url=server.url, timeout=30, max_retries=0)
    deployment = client.apiserver.deployments.get(demo.name)
    reads: list[Callable[[], Any]] = [
        client.apiserver.deployments.list,
        client.apiserver.status,
        lambda: client.apiserver.deployments.get(demo.name),
    ]
    tasks: list[str] = []
    sessions: list[str] = []
    for number in range(ROUNDS):
        provoke(client, deployment, number)
        reads[number % 3]()
        provoke(client, deployment, number)
        if number % TASKS_AMONG_POSTS[server.version]:
            sessions.append(str((deployment.sessions.create()).session_id))
        else:
            task = deployment.tasks.create({"message": "hello"})
            tasks.append(task.id)
            sessions.append(str(task.session_id))  # each task gets one of its own
    assert sorted(task.id for task in deployment.tasks.list()) == sorted(tasks)
    listed = [str(session.session_id) for session in deployment.sessions.list()]
    assert sorted(listed) == sorted(set(sessions))
    assert len(listed) == ROUNDS
    promise = f"{server.version}: calls that follow a 500; tasks and sessions are made once"
    tried("Requests", promise, 2 * ROUNDS)
