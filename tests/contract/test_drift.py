"""`scripts/drift.py` tells whether the document and a running server agree."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from scripts.contract.document import HALVES, Half
from scripts.servers import LOOPBACK, free_port

from ..faults.wire import RawServer, answering, response
from .conftest import Recorded
from .record import REAL, drift

pytestmark = pytest.mark.timeout(900)  # the first test of a generation starts its servers


@pytest.mark.parametrize("half", HALVES, ids=str)
def test_it_finds_nothing_new_on_a_supported_server(recorded: Recorded, half: Half) -> None:
    status, output = recorded(half.generation, REAL).drift[half.tag]
    assert status == 0, output
    name = str(half).removeprefix(half.generation).strip()
    assert f"is a LlamaDeploy {name}, generation " in output
    assert half.generation in output.splitlines()[0]


def test_it_says_that_nothing_answers() -> None:
    status, output = drift(f"{LOOPBACK}:{free_port()}")
    assert status == 2
    assert output.startswith("Nothing answers at http://")


@pytest.fixture
def serve() -> Iterator[Callable[[object], str]]:
    """Starts a server with an `/openapi.json` of its own, and nothing else."""
    with ExitStack() as servers:

        def start(served: object) -> str:
            found = response(json.dumps(served).encode())
            missing = response(b"", "404 Not Found")
            script = answering(lambda sent: found if sent.target == "/openapi.json" else missing)
            return servers.enter_context(RawServer(script)).url

        yield start


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        (
            {"openapi": "3.1.0", "info": {}, "paths": {"/pets": {}}},
            "neither an API server nor a control plane of LlamaDeploy: "
            "it has none of their paths, but /pets",
        ),
        (["no", "document"], "/openapi.json is not an OpenAPI document"),
    ],
    ids=["another server", "no document"],
)
def test_it_says_that_there_is_nothing_to_compare_with(
    serve: Callable[[object], str], served: object, expected: str
) -> None:
    status, output = drift(serve(served))
    assert status == 2
    assert output.strip().endswith(expected)


def test_it_compares_an_unknown_version_with_the_closest(
    recorded: Recorded, serve: Callable[[object], str]
) -> None:
    served = copy.deepcopy(recorded("0.9", REAL).served["apiserver"])
    paths = served["paths"]
    health = {"get": {"operationId": "health", "responses": {}}}
    paths["/deployments/{deployment_name}/health"] = health
    del paths["/status/metrics"]
    status, output = drift(serve(served))
    assert status == 1
    assert "of no known generation; closest: 0.9" in output
    assert "  - only the server has GET /deployments/{}/health" in output
    assert "  - only the document has GET /status/metrics" in output
    assert "  - GET /status/ answers otherwise than documented: status 404" in output
    assert "correct openapi/llama_deploy.yaml" in output
