"""What all handles are: an id and the client that can ask about it."""

from __future__ import annotations

from abc import ABC
from typing import ClassVar, Generic, ParamSpec, TypeVar

from attrs import field, frozen

from .._deadline import UNSET, Deadline, Timeout, Unset, check_seconds
from .._servers import Server
from .call import Call, Endpoint
from .client import AsyncClient

P = ParamSpec("P")
M = TypeVar("M", bound="Model")


class Handle(ABC):
    """Something on a server. Making one sends nothing, and it holds no state to go stale.

    Two are equal if they are of one class and have equal ids, whatever their clients.
    """

    __slots__ = ()
    _server: ClassVar[Server]
    client: AsyncClient

    def _call(self, endpoint: Endpoint[P], *ids: P.args, **parameters: P.kwargs) -> Call:
        return Call.to(self.client, self._server, endpoint, *ids, **parameters)

    def _deadline(self, timeout: Timeout = UNSET) -> Deadline:
        """By when a call has to be done: a method's own `timeout`, or else the client's."""
        if isinstance(timeout, Unset):
            return Deadline(self.client.timeout)
        if timeout is not None:
            check_seconds(timeout)
        return Deadline(timeout)


@frozen(kw_only=True)
class Model(Handle):
    """One thing, which has an id."""

    client: AsyncClient = field(repr=False, eq=False)
    id: str


@frozen(kw_only=True)
class Collection(Handle, Generic[M]):
    """Things of one kind. `items` holds those that were registered through this very object."""

    client: AsyncClient = field(repr=False, eq=False)
    items: dict[str, M] = field(factory=dict, repr=False, eq=False)
