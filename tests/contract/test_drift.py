"""`scripts/drift.py` tells whether the document and a running server agree."""

from __future__ import annotations

import copy
import http.server
import json
import threading
from collections.abc import Callable, Iterator

import pytest

from scripts.contract.document import HALVES, Half
from scripts.contract.exchange import Recording
from scripts.servers import LOOPBACK, free_port

from .doctored import DOCTORED
from .record import OF_DOCTORED, drift

pytestmark = pytest.mark.timeout(900)  # the first test of a generation starts its servers

Recorded = Callable[[str], Recording]


@pytest.mark.parametrize("half", HALVES, ids=str)
def test_it_finds_nothing_new_on_a_server_that_is_supported(recorded: Recorded, half: Half) -> None:
    status, output = recorded(half.generation).drift[f"{half.tag}: the document"]
    assert status == 0, output
    name = str(half).removeprefix(half.generation).strip()
    assert f"is a LlamaDeploy {name}, generation " in output
    assert half.generation in output.splitlines()[0]


@pytest.mark.parametrize("generation", [OF_DOCTORED])
@pytest.mark.parametrize("mistake", DOCTORED)
def test_it_finds_a_mistake_in_the_document(
    recorded: Recorded, generation: str, mistake: str
) -> None:
    status, output = recorded(generation).drift[mistake]
    assert status == 1, output
    assert f"  - {DOCTORED[mistake].says}" in output
    assert "of no known generation; closest: " in output


def test_it_says_so_when_nothing_answers() -> None:
    status, output = drift(f"{LOOPBACK}:{free_port()}")
    assert status == 2
    assert output.startswith("Nothing answers at http://")


@pytest.fixture
def serve() -> Iterator[Callable[[object], str]]:
    """A server with an `/openapi.json` of its own, and nothing else."""
    started: list[http.server.HTTPServer] = []

    def start(served: object) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path == "/openapi.json" else 404)
                self.end_headers()
                self.wfile.write(json.dumps(served).encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = http.server.HTTPServer((LOOPBACK, 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return f"http://{LOOPBACK}:{server.server_port}"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def test_it_says_so_when_the_server_is_another_one(serve: Callable[[object], str]) -> None:
    status, output = drift(serve({"openapi": "3.1.0", "info": {}, "paths": {"/pets": {}}}))
    assert status == 2
    assert "neither an API server nor a control plane of LlamaDeploy" in output
    assert "/pets" in output


def test_it_says_so_when_there_is_no_document(serve: Callable[[object], str]) -> None:
    status, output = drift(serve(["no", "document"]))
    assert status == 2
    assert output.strip().endswith("/openapi.json is not an OpenAPI document")


@pytest.mark.parametrize("closest", ["0.9"])
def test_it_is_of_use_with_a_version_that_nobody_has_seen(
    recorded: Recorded, serve: Callable[[object], str], closest: str
) -> None:
    served = copy.deepcopy(recorded(closest).served["apiserver"])
    paths = served["paths"]
    paths["/deployments/{deployment_name}/health"] = {
        "get": {"operationId": "health", "responses": {}}
    }
    del paths["/status/metrics"]
    status, output = drift(serve(served))
    assert status == 1
    assert f"of no known generation; closest: {closest}" in output
    assert "  - only the server has GET /deployments/{}/health" in output
    assert "  - only the document has GET /status/metrics" in output
    assert "correct openapi/llama_deploy.yaml" in output
