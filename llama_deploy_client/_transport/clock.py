"""The clock for deadlines."""

from __future__ import annotations

import time
from functools import partial

# Tools that freeze or move time in tests (freezegun, time-machine) replace `time.monotonic`: a call
# would time out never, or at once. They do not replace the kernel's clock.
if hasattr(time, "clock_gettime"):
    monotonic = partial(time.clock_gettime, time.CLOCK_MONOTONIC)
else:  # Windows
    monotonic = partial(time.monotonic)
