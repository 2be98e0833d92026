"""The report of the fault suite, and real servers for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

from llama_deploy_client import SyncClient
from scripts.servers import DeploymentFile, Server

HERE = Path(__file__).parent
REPORT = HERE.parent.parent / "docs" / "faults.md"
INTRODUCTION = """---
search:
  exclude: true
---

# What networks and servers do to a client, and the outcome

Written by `make pages`, when no trial failed: every line is a promise, and how often the suite
tried it. Servers with a version are real ones; the others are sockets with a script.
"""
SECTIONS = ("Requests", "Retries", "Time-outs", "Streams", "Load and lifetime", "Security")
_NUMBERS = count()
_TRIALS: Counter[tuple[str, str, str]] = Counter()

Tried = Callable[[str, str, int], None]


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Tried:
    """Adds a line to the report: its section, a promise, and how often it was tried and held."""
    side = {"_async": "async", "_sync": "sync"}.get(request.path.parent.name, "")

    def add(section: str, promise: str, trials: int) -> None:
        assert section in SECTIONS
        request.node.user_properties.append(("tried", (section, promise, side, trials)))

    return add


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the lines of a test, whichever process ran it."""
    if report.when == "teardown":
        for name, value in report.user_properties:
            if name == "tried":
                section, promise, side, trials = cast(Any, value)
                _TRIALS[section, promise, side] += trials


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A real server of the version that a test asks for; gone before other modules measure time."""
    with Server(request.param) as server:
        yield server


@pytest.fixture
def demo(server: Server) -> DeploymentFile:
    """A deployment of its own for each test."""
    file = server.deployment(f"demo{next(_NUMBERS)}")
    with SyncClient(api_server_url=server.url, timeout=60) as client:
        client.apiserver.deployments.create(file.text)
    server.wait_until_deployed(file)
    return file


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come at once."""
    for module in ("_retry", "_async.task_events", "_sync.task_events"):
        monkeypatch.setattr(f"llama_deploy_client.{module}.pause", lambda *_: 0.0)


def table() -> str:
    """The lines as Markdown."""
    text = ""
    for section in SECTIONS:
        lines = sorted(line for line in _TRIALS if line[0] == section)
        if lines:
            text += f"\n## {section}\n\n| | | trials |\n|---|---|---:|\n"
        for line in lines:
            text += f"| {line[1]} | {line[2]} | {_TRIALS[line]:,} |\n"
    return text


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not _TRIALS:
        return
    terminalreporter.section("faults")
    terminalreporter.write_line(table())
    if config.option.pages and _all_passed(terminalreporter):
        REPORT.write_text(INTRODUCTION + table())


def _all_passed(reporter: pytest.TerminalReporter) -> bool:
    """Whether every test of this folder ran, and none failed."""
    chosen = reporter.config.option
    if reporter.stats.keys() & {"failed", "error", "deselected", "skipped"}:
        return False
    if chosen.keyword or chosen.markexpr or any("::" in name for name in reporter.config.args):
        return False
    root = reporter.config.rootpath
    ran = {root / report.nodeid.partition("::")[0] for report in reporter.stats["passed"]}
    return set(HERE.rglob("test_*.py")) <= ran
