"""A chat page for the workflows of a deployment: `uvicorn app:app`, then open its address.

It keeps no state: the page has the ids of its task, so any number of processes can serve it.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel

from llama_deploy_client import (
    Client,
    HumanResponseEvent,
    LlamaDeployError,
    NotFoundError,
    ServerUnreachableError,
    TaskDefinition,
    TaskFailedError,
)
from llama_deploy_client.models.apiserver import Task

DEPLOYMENT = os.environ.get("DEPLOYMENT", "demo")
WORKFLOWS = {
    "human": "question",
    "progress": "steps",
    "echo": "message",
    "failing": "message",
}
"""The services that can be chosen, and the argument of each that a message goes to."""

_log = logging.getLogger(__name__)
client = Client()  # finds the server in LLAMA_DEPLOY_API_SERVER_URL
app = FastAPI()


class Message(BaseModel):
    """What somebody wrote to a workflow."""

    workflow: str
    text: str


class Reply(BaseModel):
    """What somebody replied to the question of a workflow."""

    workflow: str
    session_id: str
    task_id: str
    text: str


@app.get("/")
async def page() -> FileResponse:
    return FileResponse(Path(__file__).with_name("page.html"))


@app.get("/workflows")
async def workflows() -> list[str]:
    return list(WORKFLOWS)


@app.post("/messages")
async def send(message: Message) -> StreamingResponse:
    """Run a workflow. The response is one JSON object per line, each as soon as it is known."""
    if message.workflow not in WORKFLOWS:
        raise HTTPException(404, "no such workflow")
    return StreamingResponse(_lines(message), media_type="application/x-ndjson")


@app.post("/replies", status_code=204)
async def reply(reply: Reply) -> None:
    """Reply to the question of a workflow. Its next events arrive in the stream of its message."""
    task = Task(
        client=client, deployment_id=DEPLOYMENT, id=reply.task_id, session_id=reply.session_id
    )
    try:
        await task.send_event(HumanResponseEvent(response=reply.text), reply.workflow)
    except LlamaDeployError as error:
        raise HTTPException(502, _explain(error)) from error


async def _lines(message: Message) -> AsyncIterator[str]:
    async for line in _run(message):
        yield json.dumps(line) + "\n"


async def _run(message: Message) -> AsyncIterator[dict[str, Any]]:
    """The task, each of its events and questions, then its result or an error."""
    definition = TaskDefinition.of(message.workflow, **{WORKFLOWS[message.workflow]: message.text})
    try:
        deployment = await client.apiserver.deployments.get(DEPLOYMENT)
        # People take their time: no limit on the silence between two events.
        async with deployment.tasks.stream(definition, types=[], timeout=None) as run:
            yield {"task": {"session_id": run.task.session_id, "task_id": run.task.id}}
            async for event in run:
                question = event.fields.get("prefix")
                yield {"event": event.value} if question is None else {"question": question}
            yield {"result": (await run.result()).result}
    except LlamaDeployError as error:
        yield {"error": _explain(error)}


def _explain(error: LlamaDeployError) -> str:
    """What somebody at the page may know. The error itself names addresses: it is logged."""
    _log.warning("%s", error)
    match error:
        case TaskFailedError():
            return "The workflow failed. The log of the LlamaDeploy server says why."
        case ServerUnreachableError():
            return "The LlamaDeploy server cannot be reached. Try again later."
        case NotFoundError():
            return f"The server has no deployment {DEPLOYMENT!r} with this workflow."
        case _:
            return "The workflow did not finish. The log of this application says why."
