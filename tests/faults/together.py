"""Work side by side: in tasks of a loop, or in threads. Async and blocking tests use it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, overload


@overload
def together(work: Callable[[int], Awaitable[None]], count: int) -> Awaitable[object]: ...
@overload
def together(work: Callable[[int], None], count: int) -> None: ...
def together(work: Callable[[int], Any], count: int) -> Any:
    """Run `work(0)` to `work(count - 1)` at once. An error in one is an error here."""
    if inspect.iscoroutinefunction(work):
        return asyncio.gather(*map(work, range(count)))
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(work, range(count)))
