# Made by `make generate` from llama_deploy_client/_async/workflow_runs.py: do not edit.
"""A handler in one block: its start, events, questions and result."""

from __future__ import annotations

from typing import Any, cast

from typing_extensions import TypeVar

from .._timeout import UNSET, Timeout
from .._workflows import WorkflowEvent, WorkflowResult
from .handlers import Handler
from .runs import Run

E = TypeVar("E", default=dict[str, Any])


class WorkflowRun(Run[Handler, E]):
    """A handler that is started on entering the block: its events, questions and result.

    `Workflow.stream` returns it and describes it. Use it with `with`, once, and read it in
    one place at a time. Cancelling a read ends the stream, and so does an error. Experimental.
    """

    @property
    def handler(self) -> Handler:
        """The handler, available inside the block and after it."""
        return self.task

    @property
    def task(self) -> Handler:
        """The handler, under the name of the same attribute of `TaskRun`."""
        return self._entered()[0]

    @property
    def last_event(self) -> WorkflowEvent | None:
        """The last event that was read; None before the first one."""
        return cast(WorkflowEvent | None, self._last)

    def result(self, *, timeout: Timeout = UNSET) -> WorkflowResult:
        """Wait for the result.

        Call it as `TaskRun.result`: at any time, more than once, and after the block. Inside the
        block, if there is an answer function, it first reads the stream to its end for questions;
        you do not get the events that it reads.

        Args:
            timeout: as for `TaskRun.result`.

        Raises:
            TaskFailedError: the workflow failed or was cancelled; `reason` is its own message.
            CallTimeoutError: no result within `timeout` seconds. The stream is closed.
            AnswerTimeoutError: the answer function took too long.
        """
        result: WorkflowResult = self._result(timeout)
        return result

    def _service_of(self, task: Handler) -> str:
        return ""  # a handler runs one workflow, so there is no service to choose
