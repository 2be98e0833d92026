from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from llama_deploy_client._async.client import AsyncClient


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    """A client with the default addresses, which polls without a pause and retries nothing."""
    async with AsyncClient(poll_interval=0, max_retries=0) as client:
        yield client
