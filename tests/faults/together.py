"""Work side by side: in tasks of a loop, or in threads. Async and blocking tests use it."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from typing import Any, overload


@overload
def together(work: Callable[[int], Awaitable[None]], count: int) -> Awaitable[None]: ...
@overload
def together(work: Callable[[int], None], count: int) -> None: ...
def together(work: Callable[[int], Any], count: int) -> Any:
    """Run `work(0)` to `work(count - 1)` at once. An error in one is an error here."""
    if inspect.iscoroutinefunction(work):
        return _in_tasks(work, count)
    return _in_threads(work, count)


async def _in_tasks(work: Callable[[int], Awaitable[None]], count: int) -> None:
    await asyncio.gather(*(work(number) for number in range(count)))


def _in_threads(work: Callable[[int], None], count: int) -> None:
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
