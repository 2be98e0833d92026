"""The time that deadlines are measured by."""

from __future__ import annotations

import time
from functools import partial

# Tools that freeze or move the time for tests (freezegun, time-machine) replace `time.monotonic`:
# a call would never time out, or at once. They leave the kernel's own clock alone.
if hasattr(time, "clock_gettime"):
    monotonic = partial(time.clock_gettime, time.CLOCK_MONOTONIC)
else:  # Windows
    monotonic = partial(time.monotonic)
