"""Which failed calls are worth another try, and when. No I/O.

The libraries for this (httpx-retries, tenacity, stamina) do not know a call's deadline, nor
whether anything of the request was sent, which decides whether a task may be created once more.
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
"""Statuses with which a server, or a gateway before it, says: not now."""

RACING = frozenset({"list_deployment_tasks"})
"""Operations that 0.6 to 0.8 answer with 500 if a task ends meanwhile. They only read."""

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
LONGEST_RETRY_AFTER = 30.0
"""Seconds. If a server asks for a longer pause, the client retries after this one."""

MOMENT = 0.25
"""Seconds. A request that fails sooner failed at once. One that was open for longer had reached a
server; what ended it then may be a limit on the way."""


def is_worth_retrying(error: CallError, *, replayable: bool = True, operation: str = "") -> bool:
    """Whether the same call may be sent once more, and may then succeed.

    Args:
        error: how it failed.
        replayable: whether reading the answer again would give the whole of it. Not so for the
            events of a 0.9 server, which are gone once they were sent.
        operation: what was asked for, by its id in the OpenAPI document.
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
    """The tries of one call.

    Args:
        replayable: as for `is_worth_retrying`.
        waits: whether the server may hold the request open until it has a response. If a gateway
            gives up on it meanwhile, that does not count as a failure.
        patient: the same for a gateway that gives up at once.
        operation: as for `is_worth_retrying`.

    Attributes:
        waiting: whether the last try did not fail, but was given up by a gateway.
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
        """Seconds until the next try after one that failed; None if there is none.

        Args:
            error: how it failed.
            open_for: the seconds that it took.
            max_retries: how many failures may be followed by another try.
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
    """Seconds to wait before another try: what the server asks for, or else exponential back-off.

    Args:
        attempt: how many tries there were beyond the first.
        error: how the last one failed.
    """
    if isinstance(error, StatusError):
        asked = _retry_after(error.response.headers.get("retry-after", ""))
        if asked is not None:
            return min(asked, LONGEST_RETRY_AFTER)
    longest: float = min(FIRST_PAUSE * 2 ** min(attempt, 10), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)


def _retry_after(header: str) -> float | None:
    """The header's two forms: seconds, and a date."""
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
