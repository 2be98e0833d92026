"""Everything that a contract run wants to hear from the servers of one generation."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.contract.document import CORE, Document, halves
from scripts.contract.exchange import Recording
from scripts.servers import Server, find_release
from tests.fakes import PortServer

from .circumstances import drive_failures, drive_metrics
from .doctored import DOCTORED, write_doctored
from .generated import drive_generated
from .probe import Probe, connect_core
from .scenario import MAIN, drive_apiserver
from .scenario_core import drive_core

ROOT = Path(__file__).parents[2]
FAKE = " in memory"
OF_DOCTORED = "0.8"
"""The generation that doctored documents are compared with; it has both halves."""


def record(generation: str, document: Document) -> Recording:
    """Start servers of a generation, one at a time, and talk to them; takes about a minute."""
    release = find_release(generation)
    recording = Recording(generation)
    with Server(release.version) as server:
        file = server.deploy(MAIN)
        probe = Probe(document, server, recording)
        connect_core(probe, file)
        for half in halves(generation):
            answer = probe.call("get_openapi_document", "to compare with", tag=half.tag)
            recording.served[half.tag] = answer.json()
        drive_apiserver(probe)
        if CORE in probe.urls:
            drive_core(probe)
        drive_generated(probe)
        _run_drift(probe)
        drive_failures(probe)
    if generation != "0.6":  # which has no metrics
        drive_metrics(document, release.version, recording)
    return recording


def record_fake(generation: str, document: Document) -> Recording:
    """What the in-memory server of a generation answers to the same requests; takes seconds.

    Left to real servers: what their own OpenAPI documents say (the in-memory ones serve as much as
    tells the generations apart), and what queues, control planes and metrics ports that are gone
    do to them, for it has no such parts.
    """
    recording = Recording(generation)
    with PortServer(generation) as server:
        file = server.deploy(MAIN)
        probe = Probe(document, server, recording, patience=0.2)
        connect_core(probe, file)
        drive_apiserver(probe)
        if CORE in probe.urls:
            drive_core(probe)
        drive_generated(probe)
        if CORE not in probe.urls:
            drive_failures(probe)
    return recording


def _run_drift(probe: Probe) -> None:
    """Run `scripts/drift.py` against each half, and once with doctored documents as well."""
    for tag, url in probe.urls.items():
        probe.recording.drift[f"{tag}: the document"] = drift(url)
    if probe.generation == OF_DOCTORED:
        with tempfile.TemporaryDirectory() as folder:
            for name, path in write_doctored(probe.document, Path(folder)).items():
                url = probe.urls[DOCTORED[name].tag]
                probe.recording.drift[name] = drift(url, "--document", str(path))


def drift(*arguments: str) -> tuple[int, str]:
    """Exit status and output of `scripts/drift.py`."""
    command = [sys.executable, "-m", "scripts.drift", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
