# Made by `make generate` from llama_deploy_client/_async/model.py: do not edit.
"""What all handles are: an id and the client that can ask about it."""

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
    """Something on a server. Making one sends nothing, and it holds no state to go stale.

    Two are equal if they are of one class and have equal ids, whatever their clients.
    """

    __slots__ = ()
    client: BaseClient

    def _send(self, request: Request[T], timeout: Timeout = UNSET) -> T:
        return self.client._sender.send(request, self._deadline(timeout))

    def _poll(
        self,
        request: Request[T | None],
        deadline: Deadline,
        why_silent: Reason,
    ) -> T:
        return self.client._sender.poll(request, deadline, why_silent)

    def _deadline(self, timeout: Timeout = UNSET) -> Deadline:
        """By when a call has to be done: a method's own `timeout`, or else the client's."""
        return self.client._sender.deadline(timeout)


@frozen(kw_only=True)
class Model(Handle):
    """One thing, which has an id.

    `dict(task)` gives its ids without the client, and so do encoders that ask for that, FastAPI's
    among them.
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
        """Its ids, without the client.

        Args:
            mode: as pydantic's models have it; ids are alike in each.
            include: the names of those that are given; all unless given.
            exclude: the names of those that are not.
        """
        return {
            name: value
            for name, value in self
            if (include is None or name in include) and name not in exclude
        }

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """Its ids as JSON text."""
        return json.dumps(dict(self), indent=indent)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """As a field of a pydantic model, or what a FastAPI endpoint returns: dumped as its ids."""
        ids = core_schema.plain_serializer_function_ser_schema(
            dict, return_schema=core_schema.dict_schema()
        )
        return core_schema.is_instance_schema(cls, serialization=ids)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for name in (each.name for each in fields(type(self)) if each.name != "client"):
            yield name, getattr(self, name)


@frozen(kw_only=True)
class Collection(Handle, Generic[M]):
    """Things of one kind. `items` holds those that were registered through this very object."""

    client: BaseClient = field(repr=False, eq=False)
    items: dict[str, M] = field(factory=dict, repr=False, eq=False)
