"""A client's options as attributes: stored in its settings, which validate assignments."""

from __future__ import annotations

from typing import Any, Generic, Never, NoReturn, Self, TypeVar, overload

T = TypeVar("T")


class Fixed(Generic[T]):
    """An option that is fixed once the client is made.

    Args:
        doc: the docstring.
        place: the part of the sender that holds it: `settings` or `means`.
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
        # not in the settings, whose error would show the value
        raise AttributeError(
            f"{self._name} is fixed once the client is made: use with_options({self._name}=...)"
        )


class Option(Fixed[T]):
    """An option that can be assigned; the new value applies from the next call on."""

    def __set__(self, client: Any, value: T) -> None:  # type: ignore[override]  # wider, not other
        setattr(client._sender.settings, self._name, value)
