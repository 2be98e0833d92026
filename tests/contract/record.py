"""What each kind of server responds to the requests of a contract run."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

from scripts.contract.document import CORE, Document
from scripts.contract.exchange import Recording
from scripts.drift import main
from scripts.servers import Server, find_release
from tests.fakes import PortServer

from .circumstances import drive_failures
from .generated import drive_generated
from .probe import Probe
from .scenario import MAIN, drive_apiserver
from .scenario_core import drive_core

REAL, FAKE, METRICS = "real", "fake", "metrics"
WITHOUT_METRICS = {
    "switched off": {"LLAMA_DEPLOY_APISERVER_PROMETHEUS_ENABLED": "false"},
    "at a port that does not answer": {"LLAMA_DEPLOY_APISERVER_PROMETHEUS_PORT": "0"},
}


def record(generation: str, document: Document) -> Recording:
    """Send everything to a real server."""
    recording = Recording(generation)
    with Server(find_release(generation).version) as server:
        probe = Probe(document, server, recording)
        _drive(probe)
        for tag in probe.urls:
            recording.served[tag] = probe.call("get_openapi_document", "drift", tag=tag).json()
            recording.drift[tag] = drift(probe.urls[tag])
        drive_failures(probe)
    return recording


def record_fake(generation: str, document: Document) -> Recording:
    """Send to an in-memory server what it can respond to.

    It serves no whole OpenAPI document, and has no queue, control plane or metrics port to lose.
    """
    recording = Recording(generation)
    with PortServer(generation) as server:
        probe = Probe(document, server, recording, silence=0.1)
        _drive(probe)
        if CORE not in probe.urls:
            drive_failures(probe)
    return recording


def record_metrics(generation: str, document: Document) -> Recording:
    """Ask real servers without metrics for them, one server after the other."""
    recording = Recording(generation)
    for why, settings in WITHOUT_METRICS.items():
        with ServerWith(find_release(generation).version, **settings) as server:
            Probe(document, server, recording).call("get_metrics", why)
    return recording


RECORDERS = {REAL: record, FAKE: record_fake, METRICS: record_metrics}


class ServerWith(Server):
    """A server with settings of its own."""

    def __init__(self, version: str, **settings: str) -> None:
        super().__init__(version)
        self._settings = settings

    def _environment(self, folder: Path) -> dict[str, str]:
        return super()._environment(folder) | self._settings


def _drive(probe: Probe) -> None:
    probe.call("list_deployments", "none")
    probe.connect_core(probe.server.deploy(MAIN))
    drive_apiserver(probe)
    if CORE in probe.urls:
        drive_core(probe)
    drive_generated(probe)


def drift(*arguments: str) -> tuple[int, str]:
    """Exit status and output of `scripts/drift.py`."""
    output = StringIO()
    with redirect_stdout(output), redirect_stderr(output):
        return main(arguments), output.getvalue()
