"""What `Task.done` tells."""

from __future__ import annotations

from llama_deploy_api.models.task_result import TaskResult
from pydantic import BaseModel, ConfigDict, field_serializer


class TaskState(BaseModel):
    """Whether a task is done; it is true if it is.

    Attributes:
        done: whether it is.
        result: its result, if it is done and has one.
        error: why a task that is done has no result that 0.9 can give: it failed, its result is not
            text, or the server does not know it. It is dumped as its text.
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
