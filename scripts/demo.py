"""The main job on a real LlamaDeploy server, through both halves of the client: `make demo`.

The server is LlamaDeploy 0.8, the last generation that has an API server and a control plane. Where
it cannot be installed, the in-memory server of `llama_deploy_client.testing` takes its place.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from llama_deploy_client import Client, EventStream, HumanResponseEvent, TaskDefinition
from llama_deploy_client.models.apiserver import Deployment
from llama_deploy_client.testing.examples import example_server
from scripts.servers import DeploymentFile, InstallError, Server, ServerError, find_release
from scripts.workflow_server import WorkflowServer

VERSION = "0.8.1"
QUESTION = "What is the answer to life, the universe and everything?"
REPLY = "42"
STAND_IN = "No real server takes part: this is the in-memory one of llama_deploy_client.testing."


START = time.perf_counter()


def report(what: str, call: str, result: object) -> None:
    """Print a step: in words, its code and its result."""
    seconds = time.perf_counter() - START
    print(f"{seconds:6.1f} s  {what}: {call}\n          {result}", flush=True)


@asynccontextmanager
async def server() -> AsyncIterator[Server | None]:
    """The server, started off the event loop, since that takes seconds; None if there is none."""
    print(
        f"Starting LlamaDeploy {VERSION}. The first time it is installed into .servers/, "
        "which takes about a minute.",
        flush=True,
    )
    running = Server(VERSION)
    try:
        await asyncio.to_thread(running.start)
    except InstallError as error:
        print(f"{error}\n{STAND_IN}")
        yield None
        return
    try:
        yield running
    finally:
        await asyncio.to_thread(running.stop)


async def reply_to_question(events: EventStream, send: Any) -> str:
    """Read a task's events up to its question, and `send` the reply."""
    async for event in events:
        question = event.get("_data", {}).get("prefix")
        if question:
            await send(HumanResponseEvent(response=REPLY))
            return f"question {question!r}, reply {REPLY!r}"
    raise RuntimeError("the workflow ended without a question")


async def through_the_api_server(deployment: Deployment) -> None:
    result = await deployment.tasks.run(TaskDefinition.of("echo", message="hello"))
    report("Run a task", "deployment.tasks.run(…)", result)

    task = await deployment.tasks.create(TaskDefinition.of("progress", steps=3))
    texts = [event["text"] async for event in task.events() if "text" in event]
    report("Stream its events", "task.events()", ", ".join(texts))

    task = await deployment.tasks.create(TaskDefinition.of("human", question=QUESTION))
    async with task.events() as events:
        dialog = await reply_to_question(events, lambda event: task.send_event(event, "human"))
    report("Reply to a question", "task.send_event(…)", dialog)
    final = await task.wait()
    report("Wait for the result", "task.wait()", final.result)


async def through_the_control_plane(client: Client) -> None:
    services = await client.core.services.list()
    names = ", ".join(service.id for service in services)
    report("List services", "client.core.services.list()", names)

    session = await client.core.sessions.create()
    result = await session.run("echo", message="hello again")
    report("Run in a session", 'session.run("echo", …)', result)

    task_id = await session.run_nowait("human", question=QUESTION)
    async with session.get_task_result_stream(task_id) as events:
        dialog = await reply_to_question(
            events, lambda event: session.send_event("human", task_id, event)
        )
    report("Reply to a question", "session.send_event(…)", dialog)
    while (final := await session.get_task_result(task_id)) is None:
        await asyncio.sleep(0.1)
    report("Read the result", "session.get_task_result(…)", final.result)
    await client.core.sessions.delete(session.id)


def without_async(client: Client) -> None:
    sync = client.sync
    names = [deployment.id for deployment in sync.apiserver.deployments.list()]
    report("The same, blocking", "client.sync.apiserver.deployments.list()", names)
    tasks = sync.apiserver.deployments.get(names[0]).tasks
    for event in tasks.create(TaskDefinition.of("progress", steps=1)).events():
        report("Stream, blocking", "for event in task.events()", event)
        break


async def deploy(client: Client, running: Server) -> tuple[Deployment, str]:
    file: DeploymentFile = running.deployment("demo")
    deployment = await client.apiserver.deployments.create(file.text)
    await asyncio.to_thread(running.wait_until_deployed, file)
    report("Deploy workflows", "client.apiserver.deployments.create(…)", deployment)
    assert file.control_plane_url is not None
    return deployment, file.control_plane_url


@asynccontextmanager
async def workflow_client() -> AsyncIterator[tuple[Client, str]]:
    """A client of a real workflow server, or of the in-memory one; and which it is."""
    running = WorkflowServer()
    try:
        await asyncio.to_thread(running.start)
    except InstallError:
        client, kind = example_server("0.9").client(), "the in-memory server"
    else:
        client = Client(workflow_server_url=running.url)
        kind = f"llama-agents {running.version}"
    try:
        async with client:
            yield client, kind
    finally:
        await asyncio.to_thread(running.close)


async def through_a_workflow_server(client: Client, kind: str) -> None:
    workflow = await client.workflows.get("interview")
    task = TaskDefinition.of("interview", questions=[QUESTION])
    async with workflow.stream(task, types=[], answer=lambda question: REPLY) as run:
        names = [event.name async for event in run]
        final = await run.result()
    result = f"{kind}: {', '.join(names)}; {final.result}"
    report("The same on llama-agents", "workflow.stream(…, answer=…)", result)


def connect(running: Server | None) -> Client:
    """A client of the server or, without one, of an in-memory server that has the deployment."""
    if running is None:
        return example_server(find_release(VERSION).generation).client()
    return Client(api_server_url=running.url)


async def main() -> None:
    async with server() as running, connect(running) as client:
        status = await client.apiserver.status()
        report("Read its status", "client.apiserver.status()", status.status.value)
        if running is None:
            deployment = await client.apiserver.deployments.get("demo")
            report("Find the workflows", "client.apiserver.deployments.get(…)", deployment)
        else:
            deployment, client.control_plane_url = await deploy(client, running)
        await through_the_api_server(deployment)
        await through_the_control_plane(client)
        await asyncio.to_thread(without_async, client)
    async with workflow_client() as (successor, kind):
        await through_a_workflow_server(successor, kind)
    if running is None:
        print(STAND_IN)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except ServerError as error:
        sys.exit(f"The demo needs a real LlamaDeploy server: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped. The server is stopped, too.")
