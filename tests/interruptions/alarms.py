"""A program: calls, streams and batches in which alarms go off at random moments.

`python -m tests.interruptions.alarms OPTIONS` with `Options` as JSON; prints a `Report` as JSON.
An alarm's handler raises, as Ctrl-C does and the time limits of Celery and RQ.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import random
import signal
import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

from llama_deploy_client import SyncClient
from tests.faults.together import together

from ._sync.caller import Caller, Work

TIMEOUT = 60.0
LATE = 30.0
"""Seconds by which a call may come late: the machine has other things to do."""
HANGS = 180.0
"""Seconds without a call that ends after which the program shows where it hangs, and ends."""
ENOUGH = 20
"""After so many failures there is no need to continue."""


@dataclass
class Options:
    """What to do: raise so many alarms, while so many threads use the same client."""

    url: str
    ca_bundle: str
    alarms: int
    threads: int
    connections: int
    seed: int


@dataclass
class Report:
    """The outcome. Each list should be empty."""

    alarms: int = 0
    """Alarms that went off within a call."""
    whole: int = 0
    """Calls that were over before."""
    others: int = 0
    """Calls of other threads."""
    swallowed: list[str] = field(default_factory=list)
    """Alarms that did not come out of the call, or came out as another error."""
    wrong: list[str] = field(default_factory=list)
    """Calls that failed without an alarm, or had another one's result."""
    late: list[float] = field(default_factory=list)
    """Seconds that calls took which did not end by their time-out."""
    unraisable: list[str] = field(default_factory=list)
    """Errors that had nowhere to go."""
    lost: list[str] = field(default_factory=list)
    """Why the connections cannot all be used at once any more."""
    open: int = 0
    """Connections in the end."""

    def failures(self) -> int:
        return len(self.swallowed + self.wrong + self.late + self.unraisable + self.lost)


class TimeLimit(Exception):
    """As Celery's SoftTimeLimitExceeded and RQ's JobTimeoutException: no more than an Exception."""


KINDS: list[Callable[[], BaseException]] = [KeyboardInterrupt, TimeLimit, TimeoutError]


class Alarm:
    """Raises an error of some kind in the main thread, once, unless it is stopped before."""

    def __init__(self) -> None:
        self._make: Callable[[], BaseException] = TimeLimit
        self._armed = False
        self.raised: BaseException | None = None
        self.where = ""
        signal.signal(signal.SIGALRM, self._handle)

    def during(
        self, work: Work, delay: float, make: Callable[[], BaseException]
    ) -> BaseException | None:
        """What comes out of `work`; `raised` is what went off in it."""
        self._make, self.raised = make, None
        try:
            self._armed = True
            signal.setitimer(signal.ITIMER_REAL, delay)
            try:
                work(TIMEOUT)
            finally:
                self._armed = False
                signal.setitimer(signal.ITIMER_REAL, 0)
        except BaseException as error:
            return error
        return None

    def _handle(self, _: int, frame: FrameType | None) -> None:
        if not self._armed:  # the kernel gave it to another thread, and so it comes late
            return
        self.where = _lines(frame)
        self.raised = self._make()
        raise self.raised


def _lines(frame: FrameType | None) -> str:
    """The innermost lines of a stack."""
    lines: list[str] = []
    while frame is not None and len(lines) < 4:
        lines.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(lines)


def interrupt(options: Options, client: SyncClient, report: Report) -> None:
    """Make calls until so many alarms went off in them."""
    chance = random.Random(options.seed)
    caller = Caller(client, options.seed)
    alarm = Alarm()
    # Seconds within which an alarm goes off, such that some two calls of three are interrupted,
    # however busy the machine is.
    reach = 0.002
    for _ in range(20):  # imports and caches are nothing to be interrupted
        caller.choose()(TIMEOUT)
    while report.alarms < options.alarms and report.failures() < ENOUGH:
        if not report.alarms % 50:
            faulthandler.dump_traceback_later(HANGS, exit=True)
        start = time.monotonic()
        error = alarm.during(caller.choose(), chance.uniform(1e-6, reach), chance.choice(KINDS))
        took = time.monotonic() - start
        if took > TIMEOUT + LATE:
            report.late.append(took)
        if alarm.raised is None:
            report.whole += 1
            reach = max(0.9 * reach, 0.0005)
            if error is not None:
                report.wrong.append(repr(error))
            continue
        report.alarms += 1
        reach = min(1.05 * reach, 5.0)
        if error is not alarm.raised:
            report.swallowed.append(f"{alarm.raised!r} at {alarm.where} came out as {error!r}")
    # Else the handler would keep the last error, and its traceback a connection.
    signal.signal(signal.SIGALRM, signal.SIG_IGN)


def use(options: Options, client: SyncClient, report: Report, over: threading.Event) -> None:
    """Make calls in a thread of its own, which no alarm goes off in."""
    caller = Caller(client, random.randrange(1 << 30))
    while not over.is_set() and report.failures() < ENOUGH:
        start = time.monotonic()
        try:
            caller.choose()(TIMEOUT)
        except Exception as error:
            report.wrong.append(f"in a thread: {error!r}")
        report.others += 1
        if (took := time.monotonic() - start) > TIMEOUT + LATE:
            report.late.append(took)


def meet(options: Options, client: SyncClient, report: Report) -> None:
    """Use all connections at once; those that were given up are to close."""
    caller, size = Caller(client, 0), options.connections
    try:
        together(lambda number: caller.call(f"meet-{size}-{number}", TIMEOUT), size)
    except Exception as error:
        report.lost.append(repr(error))
        return
    end = time.monotonic() + TIMEOUT
    while (open := caller.count_open()) > size and time.monotonic() < end:
        time.sleep(0.01)
    report.open = open


def run(options: Options) -> Report:
    report = Report()
    sys.unraisablehook = lambda lost: report.unraisable.append(f"{lost.exc_value!r} {lost.object}")
    context = ssl.create_default_context(cafile=options.ca_bundle)
    with SyncClient(
        api_server_url=options.url,
        ssl_context=context,
        timeout=TIMEOUT,
        max_connections=options.connections,
        max_retries=0,
    ) as client:
        over = threading.Event()
        threads = [
            threading.Thread(target=use, args=(options, client, report, over))
            for _ in range(options.threads)
        ]
        for thread in threads:
            thread.start()
        try:
            interrupt(options, client, report)
        finally:
            over.set()
            for thread in threads:
                thread.join()
        gc.collect()
        meet(options, client, report)
    return report


if __name__ == "__main__":
    print(json.dumps(asdict(run(Options(**json.loads(sys.argv[1]))))))
