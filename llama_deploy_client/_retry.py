"""Which failed calls to retry, and when. No I/O.

Libraries for this (httpx-retries, tenacity, stamina) know neither a call's deadline nor whether any
of the request was sent, which decides whether creating a task may be retried.
"""

from __future__ import annotations

import random
import time
from email.utils import parsedate_to_datetime

from ._gateways import TIMEOUTS, gave_up
from ._transport.contract import SAFE_METHODS
from .errors import (
    CallError,
    ConnectionLostError,
    ServerUnreachableError,
    StatusError,
)

PASSING_STATUSES = frozenset({429, 502, 503}) | TIMEOUTS
"""Statuses of a server or a gateway that is temporarily unavailable."""

RACING = frozenset({"list_deployment_tasks"})
"""Operations that fail with 500 on 0.6 to 0.8 if a task ends meanwhile. They only read."""

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
LONGEST_RETRY_AFTER = 30.0
"""Seconds. If a server asks for a longer pause, the client retries after this one."""

MOMENT = 0.25
"""Seconds. A request that fails sooner failed at once. One that was open for longer had reached a
server, and a gateway's time limit may have ended it."""


def is_worth_retrying(error: CallError, *, replayable: bool = True, operation: str = "") -> bool:
    """Return whether sending the same call again is safe and may succeed.

    Args:
        error: the failure.
        replayable: whether reading the response again would give all of it. Not so for the events
            of a 0.9 server, which sends each once.
        operation: the operation's id in the OpenAPI document.
    """
    if isinstance(error, ServerUnreachableError):
        return not error.lasting  # nothing was sent
    if error.method not in SAFE_METHODS:
        return False
    if isinstance(error, ConnectionLostError):
        return replayable
    if not isinstance(error, StatusError):
        return False
    return error.status_code in PASSING_STATUSES or (
        error.status_code == 500 and operation in RACING
    )


class Retries:
    """The attempts of one call.

    Args:
        replayable: as for `is_worth_retrying`.
        waits: whether the server may hold the request open until it has a response. A gateway that
            gives up on the request meanwhile does not count as a failure.
        patient: the same, also for a gateway that gives up at once.
        operation: as for `is_worth_retrying`.

    Attributes:
        waiting: whether a gateway gave up on the last attempt, which is not a failure.
    """

    def __init__(
        self, *, replayable: bool, waits: bool, patient: bool, operation: str = ""
    ) -> None:
        self.waiting = False
        self._operation = operation
        self._replayable = replayable
        self._waits = waits
        self._patient = patient
        self._failed = 0
        self._in_a_row = 0

    def pause(self, error: CallError, open_for: float, max_retries: int) -> float | None:
        """Return the seconds until the next attempt, or None if there is none.

        Args:
            error: the failure.
            open_for: the seconds that the failed attempt took.
            max_retries: how many failures may be followed by another attempt.
        """
        was_held = open_for > MOMENT
        expected = self._patient or (self._waits and was_held)
        again = is_worth_retrying(error, replayable=self._replayable, operation=self._operation)
        self.waiting = again and expected and gave_up(error)
        if self.waiting and was_held:
            self._failed = self._in_a_row = 0
        if not self.waiting:
            if not again or self._failed >= max_retries:
                return None
            self._failed += 1
        self._in_a_row += 1
        return pause(self._in_a_row - 1, error)


def pause(attempt: int, error: CallError | None = None) -> float:
    """Return the seconds before a retry: what the server asks for, or exponential back-off.

    Args:
        attempt: the number of attempts beyond the first.
        error: the last failure.
    """
    if isinstance(error, StatusError):
        wait = _retry_after(error.response.headers.get("retry-after", ""))
        if wait is not None:
            return min(wait, LONGEST_RETRY_AFTER)
    longest: float = min(FIRST_PAUSE * 2 ** min(attempt, 10), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)


def _retry_after(header: str) -> float | None:
    """Read a `Retry-After` header, which holds seconds or a date."""
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
