"""The base of all handles: an id, and the client that sends requests about it."""

from __future__ import annotations

import json
from abc import ABC
from collections.abc import Container, Iterator
from typing import Any, Generic, TypeVar

from attrs import field, fields, frozen
from pydantic_core import core_schema

from .._timeout import UNSET, Timeout
from .._transport.deadline import Deadline
from ..request import Request
from .base import BaseClient
from .doubt import Reason

T = TypeVar("T")
M = TypeVar("M", bound="Model")


class Handle(ABC):
    """A reference to an object on a server. Making one sends nothing; it caches no state.

    Two handles are equal if they have the same class and equal ids, even with different clients.
    """

    __slots__ = ()
    client: BaseClient

    async def _send(self, request: Request[T], timeout: Timeout = UNSET) -> T:
        return await self.client._sender.send(request, self._deadline(timeout))

    async def _poll(
        self,
        request: Request[T | None],
        deadline: Deadline,
        why_silent: Reason,
    ) -> T:
        return await self.client._sender.poll(request, deadline, why_silent)

    def _deadline(self, timeout: Timeout = UNSET) -> Deadline:
        """Return the deadline of a call, from its own `timeout` or else from the client's."""
        return self.client._sender.deadline(timeout)


@frozen(kw_only=True)
class Model(Handle):
    """A handle with an id.

    `dict(task)` has the ids and not the client; encoders such as FastAPI's use it.
    """

    client: BaseClient = field(repr=False, eq=False)
    id: str

    def model_dump(
        self,
        *,
        mode: str = "json",
        include: Container[str] | None = None,
        exclude: Container[str] = (),
    ) -> dict[str, Any]:
        """Return the ids, without the client.

        Args:
            mode: as for pydantic's models; ids are the same in each mode.
            include: the names of the ids to return; all by default.
            exclude: the names of the ids to leave out.
        """
        return {
            name: value
            for name, value in self
            if (include is None or name in include) and name not in exclude
        }

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """Return the ids as JSON text."""
        return json.dumps(dict(self), indent=indent)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Let fields of pydantic models, and FastAPI responses, be handles, dumped as their ids."""
        ids = core_schema.plain_serializer_function_ser_schema(
            dict, return_schema=core_schema.dict_schema()
        )
        return core_schema.is_instance_schema(cls, serialization=ids)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for name in (each.name for each in fields(type(self)) if each.name != "client"):
            yield name, getattr(self, name)


@frozen(kw_only=True)
class Collection(Handle, Generic[M]):
    """A collection of handles. `items` holds those registered through this very object."""

    client: BaseClient = field(repr=False, eq=False)
    items: dict[str, M] = field(factory=dict, repr=False, eq=False)
