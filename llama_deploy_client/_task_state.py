"""The state that `Task.done` returns."""

from __future__ import annotations

from llama_deploy_api.models.task_result import TaskResult
from pydantic import BaseModel, ConfigDict, field_serializer


class TaskState(BaseModel):
    """Whether a task is done; true in a boolean context if it is.

    Attributes:
        done: whether the task is done.
        result: the result, if the task is done and has one.
        error: why 0.9 cannot return the result of a task that is done: the workflow failed, the
            result is not text, or the server does not know the task. It is dumped as its text.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    done: bool = False
    result: TaskResult | None = None
    error: Exception | None = None

    @field_serializer("error")
    def _to_text(self, error: Exception | None) -> str | None:
        return None if error is None else str(error)

    def __bool__(self) -> bool:
        return self.done
