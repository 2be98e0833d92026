"""Blocking calls and streams in which a signal handler raises at random moments."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from .. import share
from .alarms import Options, Report
from .conftest import Echo

CONNECTIONS = 4


@pytest.mark.timeout(900)
@pytest.mark.parametrize("threads", [0, 3], ids=["alone", "beside threads"])
@pytest.mark.parametrize("scheme", ["plain", "TLS"])
def test_an_alarm_comes_out_and_leaves_nothing_behind(
    echo: Echo, scheme: str, threads: int
) -> None:
    alarms = share.of(250, 2000)
    options = Options(
        echo.urls[scheme], echo.ca_bundle, alarms, threads=threads, connections=CONNECTIONS, seed=1
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.interruptions.alarms", json.dumps(asdict(options))],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    report = Report(**json.loads(done.stdout))
    assert report.failures() == 0, report
    assert report.alarms == alarms
    assert report.whole > alarms / 20
    assert report.open <= CONNECTIONS
    if threads:
        assert report.others > 0
