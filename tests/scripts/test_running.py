"""Programs and threads that hang do not outlive the tests that started them."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.support.running import program, run_python


def test_a_program_that_hangs_does_not_outlive_a_test_that_fails() -> None:
    hangs = (sys.executable, "-c", "import time; time.sleep(3600)")
    with pytest.raises(AssertionError), program(*hangs) as process:
        raise AssertionError
    assert process.returncode == -signal.SIGKILL


def test_a_thread_that_hangs_does_not_outlive_the_run() -> None:
    code = (
        "import threading\n"
        "from tests import conftest\n"
        "def hang(): threading.Event().wait()\n"
        "threading.Thread(target=hang).start()\n"
        "conftest.SECONDS_FOR_THREADS = 0.1\n"
        "conftest.pytest_unconfigure()\n"
    )
    ran = run_python(code)
    assert ran.returncode == 1
    assert ran.stderr.startswith("Timeout")
    assert "in hang" in ran.stderr
