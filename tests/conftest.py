"""What all tests share: none sees the settings of the machine that it runs on."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import respx
from hypothesis import settings

# The same examples on every run, however long one takes on a slow machine.
settings.register_profile("tests", derandomize=True, deadline=None)
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("LLAMA_DEPLOY_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    """What is sent to any server ends here: give it routes, look at its calls."""
    with respx.mock(assert_all_called=False) as router:
        yield router
