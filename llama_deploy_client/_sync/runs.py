# Made by `make generate` from llama_deploy_client/_async/runs.py: do not edit.
"""A task in one block: its input, events, questions and result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, Self

from pydantic import BaseModel
from typing_extensions import TypeVar

from .._answers import SyncAnswer, ask_sync
from .._silence import SENT_ONCE, unanswered_question
from .._timeout import UNSET, Timeout, Unset
from .._transport.deadline import Deadline
from ..errors import (
    CallError,
    CallTimeoutError,
    LlamaDeployError,
    ServerError,
    StreamInterruptedError,
    TaskFailedError,
)
from ..events import ReceivedEvent, ServerEvent, class_of
from ..types import TaskResult
from .doubt import add_hint
from .sending import no_result
from .streams import EventStream
from .task import Task
from .task_events import INQUIRY

T = TypeVar("T")
E = TypeVar("E", default=dict[str, Any])

_NO_TEXT = (
    "The workflow ended with a result that is not text, which LlamaDeploy 0.9 gives only from "
    "tasks.run"
)
_OWN_STOP_EVENT = (
    "The workflow ended with a stop event class of its own, for which LlamaDeploy 0.9 has no "
    "result: its fields are in last_event"
)


class Run(Iterator[E], Generic[T, E]):
    """The base of runs on both kinds of servers.

    Args:
        create: creates the task, on entering.
        read: converts each event.
        answer: the function that returns the reply to a question.
        is_question: tells which events are questions.
        answer_timeout: seconds for each call of `answer`.
        timeout: longest time without an event, and for each request, in seconds.
    """

    def __init__(
        self,
        create: Callable[[], T],
        *,
        read: Callable[[Any], E],
        answer: SyncAnswer | None,
        is_question: Callable[[ReceivedEvent], bool],
        answer_timeout: float | None,
        timeout: Timeout,
    ) -> None:
        if not (answer is None or callable(answer)):
            raise TypeError(f"answer must be a function or None, got {type(answer).__name__}")
        self._create = create
        self._read = read
        self._answer = answer
        self._is_question = is_question
        self._answer_timeout = answer_timeout
        self._timeout = timeout
        self._started: tuple[T, EventStream[ReceivedEvent]] | None = None
        self._question: ReceivedEvent | None = None
        self._reply: BaseModel | ServerEvent | None = None
        self._unjudged: ReceivedEvent | None = None
        self._last: ReceivedEvent | None = None
        self._cut = False
        self._done = False

    def __enter__(self) -> Self:
        if self._started is not None:
            raise RuntimeError(f"a {type(self).__name__} can be entered only once")
        task = self._create()
        handle: Any = task
        self._started = task, handle.events(types=[], timeout=self._timeout)
        return self

    def __exit__(self, *_: object) -> None:
        self._entered()[1].close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> E:
        return self._read(self._next())

    def _entered(self) -> tuple[T, EventStream[ReceivedEvent]]:
        if self._started is None:
            raise RuntimeError("the task is created on entering the block: use with … as run")
        return self._started

    def _next(self, limit: Deadline | None = None) -> ReceivedEvent:
        """Return the next event, after replying to the open question."""
        limit = limit or Deadline(None)
        task: Any
        task, events = self._entered()
        if self._question is not None and self._answer is not None:
            within = limit.shorter(self._answer_timeout)
            reply = ask_sync(self._answer, self._question, within)
            if reply is not None:
                within = limit.shorter(task._deadline(self._timeout).timeout)
                task.send_event(reply, self._service_of(task), timeout=within)
                self._reply = reply
            self._question = None  # after the reply, so that a failed one can be repeated
        if self._unjudged is None:
            self._unjudged = self._receive(events, limit)
        event = self._unjudged
        if self._answer is not None and self._asks(event):
            self._question = event
        self._unjudged = None  # after the test, so that reading on repeats a test that raised
        return event

    def _receive(self, events: EventStream[ReceivedEvent], limit: Deadline) -> ReceivedEvent:
        events._limit(limit)
        try:
            self._last = next(events)
            self._reply = None
        except StopIteration:
            self._done = True
            raise
        except StreamInterruptedError:
            self._cut = True
            raise
        except CallTimeoutError as error:
            raise self._of_silence(error) from error.__cause__
        finally:
            events._limit(None)
        return self._last

    def _asks(self, event: ReceivedEvent) -> bool:
        try:
            return self._is_question(event)
        except StopIteration as error:  # would end the caller's loop
            raise RuntimeError(f"is_question raised {type(error).__name__}") from error

    def _of_silence(self, error: CallTimeoutError) -> CallTimeoutError:
        """Return the error, with a hint at the question that the task may wait on."""
        if self._last is None or error.message.startswith(SENT_ONCE):
            return error
        hint = unanswered_question(
            self._last,
            has_answer=self._answer is not None,
            is_question=self._asks(self._last),
            reply=None if self._reply is None else class_of(self._reply),
        )
        message = error.message.partition(". The last event")[0]  # without the older hint
        return add_hint(type(error)(message, request=error.request), hint)

    def _result(self, timeout: Timeout) -> Any:
        """Return the result, after replying to all further questions.

        Args:
            timeout: seconds for everything; by default, the client's setting limits each step.
        """
        task: Any = self._entered()[0]
        limit = Deadline(None) if isinstance(timeout, Unset) else task._deadline(timeout)
        try:
            if self._answer is not None:
                self._answer_the_rest(limit)
            if not isinstance(timeout, Unset):
                timeout = limit.remaining()
            return task.wait(timeout=timeout)
        except CallTimeoutError as error:
            if not limit.expired():
                raise
            raise no_result(limit, error.request) from error

    def _service_of(self, task: Any) -> str:
        """Return the service that replies are sent to."""
        return str(task.service_id or "")

    def _answer_the_rest(self, limit: Deadline) -> None:
        try:
            while True:
                self._next(limit)
        except StopIteration:
            pass
        except StreamInterruptedError:
            if not self._cut:  # the answer function reads the stream itself
                raise
            # the result shows what caused the cut


class TaskRun(Run[Task, E]):
    """A task that is created on entering the block: its events, questions and result.

    `tasks.stream` returns it and describes it. Use it with `with`, once, and read it in one
    place at a time. Cancelling a read ends the stream, and so does an error.
    """

    @property
    def task(self) -> Task:
        """The task, available inside the block and after it."""
        return self._entered()[0]

    @property
    def last_event(self) -> ReceivedEvent | None:
        """The last event that was read, as the server sent it; None before the first one.

        After the end it is the workflow's stop event. If the workflow has its own stop event class,
        0.9 gives no result: read its fields here.
        """
        return self._last

    def result(self, *, timeout: Timeout = UNSET) -> TaskResult:
        """Wait for the result: 0.9 holds the request open; the client polls 0.6 to 0.8.

        Call it at any time: before, during or after reading events, more than once, after the
        stream broke, and after the block. Inside the block, if there is an answer function, it
        first reads the stream to its end for questions; you do not get the events that it reads.

        Args:
            timeout: seconds for everything: questions, replies and the result. By default, the
                client's setting limits each request, and nothing limits the time for a reply.

        Raises:
            TaskFailedError: the workflow failed (0.9). 0.6 to 0.8 return the text of the exception
                as the result.
            ServerError: the result is not a string, or the workflow may have failed, which only its
                stream shows, and that was not read to its end (0.9); or the session is unknown.
            CallTimeoutError: no result within `timeout` seconds. The stream is closed.
            AnswerTimeoutError: the answer function took too long.
        """
        try:
            result: TaskResult = self._result(timeout)
            return result
        except ServerError as error:
            if not _is_of_the_workflow(error):
                raise
            self._read_the_rest()
            if self._failed:
                raise TaskFailedError(error.response) from None
            if self._ended:
                raise ServerError(error.response, cause=_NO_TEXT) from None
            if self._done and self._last is not None:
                raise ServerError(error.response, cause=_OWN_STOP_EVENT) from None
            raise

    def __next__(self) -> E:
        try:
            event = self._next()
        except StreamInterruptedError as cut:
            if self._failed:
                raise self._failure(cut) from None
            raise
        return self._read(event)

    def _read_the_rest(self) -> None:
        """Read on to see how the stream ends. Its task is done, so it ends soon."""
        events = self._entered()[1]
        events._limit(Deadline(INQUIRY))
        try:
            while True:  # not a `for` loop: the stream may have been read to its end
                self._last = next(events)
        except StopIteration:
            self._done = not self._cut
        except StreamInterruptedError:
            self._cut = True
        except CallError:
            pass

    @property
    def _failed(self) -> bool:
        """Whether the stream ended like that of a failed workflow: a stop event, then a cut."""
        return self._cut and self._stopped

    @property
    def _ended(self) -> bool:
        """Whether the stream ended like that of a workflow with a result."""
        return self._stopped and not self._cut

    @property
    def _stopped(self) -> bool:
        return self._last is not None and self._last.name == "StopEvent"

    def _failure(self, cut: StreamInterruptedError) -> CallError:
        """Return the error for a cut after a stop event: the network can cause one as well."""
        within = self.task._deadline(self._timeout).within(INQUIRY)
        try:
            self.task.results(timeout=within)
        except ServerError as error:
            if _is_of_the_workflow(error):
                return TaskFailedError(error.response)
        except LlamaDeployError as error:  # report the cut, not this error
            cut.add_note(f"Whether the workflow failed is not known: {error}")
        return cut


def _is_of_the_workflow(error: ServerError) -> bool:
    """Whether LlamaDeploy reports a failed workflow; other statuses come from gateways."""
    return error.status_code == 500
