"""Streams as users hold them: iterators that can also be closed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Never, Self

from typing_extensions import TypeVar

from .._transport.deadline import Deadline

T = TypeVar("T")
E = TypeVar("E", default=dict[str, Any])

_AS_A_LIST = (
    "keep the events with list(task.events()), or [event async for event in task.events()], which "
    "waits for the last one"
)


class Stream(AsyncIterator[T]):
    """The items of a generator, and a way to close it."""

    __slots__ = ("__weakref__", "_items")  # without a __dict__, which encoders take for its value

    def __init__(self, items: AsyncGenerator[T, None]) -> None:
        # a generator, because the event loop closes one that is dropped half-way
        self._items = items

    def __aiter__(self) -> AsyncIterator[T]:
        return self._items  # so that a loop calls the generator directly

    def __anext__(self) -> Awaitable[T]:
        return self._items.__anext__()

    async def aclose(self) -> None:
        """Stop, and release connections, tasks or threads, and files."""
        await self._items.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class EventStream(Stream[E]):
    """Events as they arrive.

    Iterate over it. If you leave the loop early, the connection is released when Python collects
    the stream; `async with`, or `aclose()`, releases it at once.

    Args:
        events: the events that the server sends.
        read: converts each event; if it raises, the stream stays usable.
        deadline: the deadline of the next event.

    Examples:
        >>> async def first(task):
        ...     async with task.events() as events:
        ...         return await anext(events)
    """

    __slots__ = ("_deadline", "_read")

    def __init__(
        self,
        events: AsyncGenerator[Any, None],
        read: Callable[[Any], E] | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        super().__init__(events)
        self._read = read
        self._deadline = deadline

    def _limit(self, outer: Deadline | None) -> None:
        """From now on, limit each event to `outer` as well; None removes that limit."""
        if self._deadline is not None:
            self._deadline.limit(outer)

    def __aiter__(self) -> AsyncIterator[E]:
        items: Any = self._items  # its declared type lacks ag_frame
        if items.ag_frame is None:
            raise TypeError(f"this stream was read to its end, or closed: {_AS_A_LIST}")
        return super().__aiter__() if self._read is None else self

    def __repr__(self) -> str:
        return f"<EventStream: events as they arrive; {_AS_A_LIST}>"

    def __bool__(self) -> bool:
        return True  # otherwise Python would call __len__

    def __len__(self) -> int:
        raise TypeError(f"an EventStream has no len(): {_AS_A_LIST}")

    def __getitem__(self, _: object) -> Never:
        raise TypeError(f"an EventStream has no items: {_AS_A_LIST}")

    if not TYPE_CHECKING:  # checkers find what it does not have themselves

        def __getattr__(self, name: str) -> Any:
            if name == "keys":  # which dict(…) asks for first, as encoders of JSON try it
                return _refuse_to_be_json
            why = f": {_AS_A_LIST}" if hasattr(list, name) else ""
            raise AttributeError(f"an EventStream has no {name!r}{why}", name=name, obj=self)

        def __add__(self, _: object) -> Never:
            raise TypeError(f"an EventStream cannot be added: {_AS_A_LIST}")

        __radd__ = __add__

    def __anext__(self) -> Awaitable[E]:
        # Not a generator around the other one: an error would end it.
        return super().__anext__() if self._read is None else self._read_next(self._read)

    async def _read_next(self, read: Callable[[Any], E]) -> E:
        return read(await anext(self._items))


def _refuse_to_be_json() -> Never:
    raise TypeError(f"an EventStream is not JSON: {_AS_A_LIST}")
