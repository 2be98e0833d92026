"""What all tests share: none sees the settings of the machine that it runs on."""

from __future__ import annotations

import faulthandler
import os
import re
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import respx
from hypothesis import settings

from tests.support.running import end_servers

# What a test shows must not depend on how its machine is set up. Where a setting matters, a test
# sets it; workers and the programs that tests start inherit what remains here.
_FOREIGN = re.compile(
    r"(LLAMA_DEPLOY|OTEL|GIT|_?TYPER)_.*|(?!PIP_).*_PROXY|PYTHON(?!PATH|HOME|PYCACHEPREFIX).*"
    r"|COLUMNS|LINES|TERMINAL_WIDTH|(NO|FORCE|CLI|PY)_?COLORS?(_FORCE)?|GITHUB_ACTIONS|TTY_.*"
    r"|XDG_CONFIG_HOME",
    re.IGNORECASE,
)
if _proxy := os.environ.get("https_proxy", os.environ.get("HTTPS_PROXY")):
    os.environ.setdefault("PIP_PROXY", _proxy)  # some tests install a wheel
for _name in filter(_FOREIGN.fullmatch, list(os.environ)):
    del os.environ[_name]
os.environ["GIT_CONFIG_GLOBAL"] = os.devnull  # it may sign commits, or run hooks

# A run in the background of a shell script ignores Ctrl-C, and so would the programs that tests
# start and interrupt: they inherit it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SECONDS_FOR_THREADS = 60
"""How long threads may go on after the last test."""

# The same examples on every run, however long one takes on a slow machine.
settings.register_profile("tests", derandomize=True, deadline=None)
settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pages", action="store_true", help="write the pages of what was measured")


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    """What is sent to any server ends here: give it routes, look at its calls."""
    with respx.mock(assert_all_called=False) as router:
        yield router


_SERVER = re.compile(r"(?<=[\[-])((port|memory)-)?0\.[6-9](?=[- \]])")


def group(nodeid: str) -> str:
    """Name what a test shares with others: a server that its parameters name, or its file."""
    file, _, test = nodeid.partition("::")
    server = _SERVER.search(test)
    return f"{'/'.join(file.split('/')[:2])} {server[0]}" if server else file


def pytest_itemcollected(item: pytest.Item) -> None:
    """Refuse ids that differ from process to process: workers would not agree on what to run."""
    if " at 0x" in item.nodeid:
        raise pytest.UsageError(f"{item.nodeid}: give this parameter an id, or its class a repr")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Run the tests of a group on one worker, so that each server starts once.

    Groups start in the order of `testpaths`, where those that take longest come first.
    """
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    config.option.loadscopereorder = False
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = group
    return scheduler


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """A worker ends the servers of a group after it; their fixtures last until the session ends."""
    side_by_side = "PYTEST_XDIST_WORKER" in os.environ
    if side_by_side and (nextitem is None or group(item.nodeid) != group(nextitem.nodeid)):
        end_servers()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """End this process soon, and show where, if threads of a failed test would keep it running."""
    if any(not thread.daemon for thread in threading.enumerate()[1:]):
        faulthandler.dump_traceback_later(SECONDS_FOR_THREADS, exit=True)
