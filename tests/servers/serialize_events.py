"""Run by a server's own Python: events as its serializer and as this package write them.

And as the serializer writes what this package reads of its own events.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from llama_index.core.workflow import (  # type: ignore[import-not-found]
    Event,
    HumanResponseEvent,
    InputRequiredEvent,
)
from llama_index.core.workflow.context_serializers import (  # type: ignore[import-not-found]
    JsonSerializer,
)
from pydantic import BaseModel, Field

from llama_deploy_client.events import ReceivedEvent, reader, to_json


class Colour(Enum):
    RED = "röt"


class Place(BaseModel):
    name: str
    position: tuple[float, float]


class Trip(Event):  # type: ignore[misc]
    """Declares its fields, one of them under an alias, one not to be sent."""

    start: Place
    stops: list[Place]
    by_name: dict[str, Place | None]
    at: datetime
    day: date
    price: Decimal
    id: UUID
    colour: Colour
    note: str | None = None
    aliased: int = Field(default=1, alias="anotherName")
    secret: str = Field(default="hidden", exclude=True)


PLACE = Place(name="Zürich 🏔 \u2028", position=(47.37, 8.5e-7))

EVENTS: dict[str, BaseModel] = {
    "declared and nested": Trip(
        start=PLACE,
        stops=[PLACE],
        by_name={"größte": PLACE, "none": None},
        at=datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC),
        day=date(2024, 2, 29),
        price=Decimal("1.10"),
        id=UUID(int=7),
        colour=Colour.RED,
        anotherName=2,
    ),
    "undeclared": Event(text="grüße", number=1.0, nested={"list": [1, None, True]}, none=None),
    "undeclared, not of JSON": Event(place=PLACE, at=datetime(2024, 2, 29, tzinfo=UTC)),
    "empty": Event(),
    "human response": HumanResponseEvent(response="grüße\n\"'\\"),
    "input required": InputRequiredEvent(prefix="Wer?"),
    "plain pydantic model": PLACE,
}


def read(sent: str) -> Any:
    """The event that the server sent, as an instance of its class."""
    event = reader([type(event) for event in EVENTS.values()])(ReceivedEvent.of(json.loads(sent)))
    assert not isinstance(event, ReceivedEvent)
    return event


def main() -> None:
    serialize: Any = JsonSerializer().serialize
    print(
        json.dumps(
            {
                name: [serialize(event), to_json(event), serialize(read(serialize(event)))]
                for name, event in EVENTS.items()
            }
        )
    )


if __name__ == "__main__":
    main()
