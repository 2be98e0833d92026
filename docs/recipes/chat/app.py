"""A chat page for the workflows of a deployment: `uvicorn app:app`, then open its address.

It keeps nothing: the page has the ids of its task, so any number of processes can serve it.
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

from llama_deploy_client import Client, HumanResponseEvent, LlamaDeployError, TaskDefinition
from llama_deploy_client.models.apiserver import Task

DEPLOYMENT = os.environ.get("DEPLOYMENT", "demo")
WORKFLOWS = {"human": "question", "progress": "steps", "echo": "message", "failing": "message"}
"""The services that can be chosen, and the argument of each that a message goes to."""

_log = logging.getLogger(__name__)
client = Client()  # finds the server in LLAMA_DEPLOY_API_SERVER_URL
app = FastAPI()


class Message(BaseModel):
    """What somebody wrote to a workflow."""

    workflow: str
    text: str


class Answer(BaseModel):
    """What somebody wrote to a workflow that asked."""

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
    """Run a workflow. The answer is one JSON object a line, each as soon as it is known."""
    if message.workflow not in WORKFLOWS:
        raise HTTPException(404, "no such workflow")
    return StreamingResponse(_lines(message), media_type="application/x-ndjson")


@app.post("/answers", status_code=204)
async def answer(answer: Answer) -> None:
    """Answer the question of a workflow. What comes of it arrives in the stream of its message."""
    task = Task(
        client=client, deployment_id=DEPLOYMENT, id=answer.task_id, session_id=answer.session_id
    )
    try:
        await task.send_event(HumanResponseEvent(response=answer.text), answer.workflow)
    except LlamaDeployError as error:
        _log.warning("%s", error)
        raise HTTPException(502, "The answer did not reach the workflow.") from error


async def _lines(message: Message) -> AsyncIterator[str]:
    async for said in _run(message):
        yield json.dumps(said) + "\n"


async def _run(message: Message) -> AsyncIterator[dict[str, Any]]:
    """What the workflow says: its task, its events and questions, then its result or an error."""
    definition = TaskDefinition.of(message.workflow, **{WORKFLOWS[message.workflow]: message.text})
    try:
        deployment = await client.apiserver.deployments.get(DEPLOYMENT)
        task = await deployment.tasks.create(definition)
        yield {"task": {"session_id": task.session_id, "task_id": task.id}}
        async with task.events(timeout=None) as events:  # people take their time
            async for event in events:
                question = event.get("_data", {}).get("prefix")
                yield {"event": event} if question is None else {"question": question}
        yield {"result": (await task.wait()).result}
    except LlamaDeployError as error:
        _log.warning("%s", error)  # it names addresses, which are not for everybody
        yield {"error": "The workflow did not finish."}
