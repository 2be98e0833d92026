"""Programs that tests start."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.support.running import program


def test_a_program_that_hangs_does_not_outlive_a_test_that_fails() -> None:
    hangs = (sys.executable, "-c", "import time; time.sleep(3600)")
    with pytest.raises(AssertionError), program(*hangs) as process:
        raise AssertionError
    assert process.returncode == -signal.SIGKILL
