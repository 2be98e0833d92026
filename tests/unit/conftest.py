"""The servers' side of the tests that need no server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import respx


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    """What is sent to any server ends here: give it routes, look at its calls."""
    with respx.mock(assert_all_called=False) as router:
        yield router
