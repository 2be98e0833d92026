"""Options of a client as its attributes: read from its settings, which check what is assigned."""

from __future__ import annotations

from typing import Any, Generic, Never, NoReturn, Self, TypeVar, overload

T = TypeVar("T")


class Fixed(Generic[T]):
    """An option that is fixed once the client is made.

    Args:
        doc: what it is.
        place: where a client's sender has it, the `settings` or the `means`.
    """

    def __init__(self, doc: str, place: str = "settings") -> None:
        self.__doc__ = doc
        self._place = place

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Any, owner: type) -> T: ...
    def __get__(self, client: Any, owner: type) -> Any:
        if client is None:
            return self
        return getattr(getattr(client._sender, self._place), self._name)

    def __set__(self, client: Any, value: Never) -> NoReturn:
        # Not by the settings, whose error would show the value.
        raise AttributeError(
            f"{self._name} is fixed once the client is made: use with_options({self._name}=...)"
        )


class Option(Fixed[T]):
    """An option that can be assigned, and then counts for the next call."""

    def __set__(self, client: Any, value: T) -> None:  # type: ignore[override]  # wider, not other
        setattr(client._sender.settings, self._name, value)
