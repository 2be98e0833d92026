"""A run that is cancelled meanwhile fails, on a real server and on the one in memory."""

from __future__ import annotations

import asyncio

import pytest

from llama_deploy_client import Client, TaskFailedError
from llama_deploy_client.models.workflows import Handler, Workflow
from scripts.workflow_server import WorkflowServer

from .in_memory import memory_server


async def cancel_a_run(slow: Workflow) -> None:
    run = asyncio.create_task(slow.run({"seconds": 600}, handler_id="cancelled"))
    cancelled = Handler(client=slow.client, id="cancelled", workflow_id="slow")
    while cancelled not in await slow.handlers(status="running"):
        await asyncio.sleep(0.01)
    await cancelled.cancel()
    with pytest.raises(TaskFailedError, match="the handler was cancelled"):
        await run


async def test_on_a_real_server(real_server: WorkflowServer) -> None:
    client = Client(workflow_server_url=real_server.url, timeout=100)
    await cancel_a_run(Workflow(client=client, id="slow"))


async def test_in_memory() -> None:
    server = memory_server()
    ended: list[str] = []

    @server.service("noted")
    async def noted() -> None:
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    client = Client(transport=server.transport, timeout=100)
    await cancel_a_run(Workflow(client=client, id="slow"))
    await (await Workflow(client=client, id="noted").create({})).cancel()
    async with asyncio.timeout(100):
        while not ended:
            await asyncio.sleep(0)
