"""What `Task.done` tells."""

from __future__ import annotations

from attrs import frozen
from llama_deploy_api.models.task_result import TaskResult


@frozen(kw_only=True)
class TaskState:
    """Whether a task is done; it is true if it is.

    Attributes:
        done: whether it is.
        result: its result, if it is done and has one.
        error: why a task that is done has no result that 0.9 can give: it failed, its result is not
            text, or the server does not know it.
    """

    done: bool = False
    result: TaskResult | None = None
    error: Exception | None = None

    def __bool__(self) -> bool:
        return self.done
