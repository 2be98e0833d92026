# Made by `make generate` from tests/faults/_async/test_idle.py: do not edit.
"""Connections that a server closes while they are idle."""

from __future__ import annotations

import time

from ..conftest import NewLine
from ..together import together
from ..wire import Fault, RawServer, answering, proxied, response
from .helpers import client_of, deployment_of

LIMIT = 1.0
"""Seconds after which idle connections are closed; uvicorn's own limit is 5."""

SIDE_BY_SIDE = 100
ROUNDS = 5


def test_calls_on_both_sides_of_the_limit(line: NewLine) -> None:
    """100 connections, five calls on each, 0.85 to 1.15 s after the one before."""
    tried = line("Requests", "idle connections closed after 1 s: calls just before and after that")
    answer = response(b'{"task_id": "t", "session_id": "s", "name": "d"}')
    with (
        RawServer(answering(lambda _: answer)) as server,
        proxied(server.url, lambda _: Fault(idle=LIMIT)) as between,
    ):

        def calls(number: int) -> None:
            client = client_of(between, max_retries=0 if number % 2 else 2)
            client.apiserver.deployments.get("d")
            for round in range(ROUNDS):
                nearness = 0.15 / (1 + number // 2 % 13)
                time.sleep(LIMIT + (nearness if round % 2 else -nearness))
                with tried.trial():
                    if number % 2:
                        deployment_of(client).tasks.create({})
                    else:
                        client.apiserver.deployments.get("d")

        together(calls, SIDE_BY_SIDE)
    tried.kept(SIDE_BY_SIDE * ROUNDS)
    assert server.count()["POST /deployments/d/tasks/create"] == SIDE_BY_SIDE * ROUNDS // 2
