# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.event_fields import EventFields


T = TypeVar("T", bound="RawEvent")


@_attrs_define
class RawEvent:
    """An event with its class.

    Attributes:
        field_is_pydantic (bool): Always `true`.
        value (EventFields): An event's fields. Those that its class does not declare are in an object under `_data`.
        qualified_name (str): Module and class of the event. The server imports it, so it must exist there.
    """

    field_is_pydantic: bool
    value: EventFields
    qualified_name: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_is_pydantic = self.field_is_pydantic

        value = self.value.to_dict()

        qualified_name = self.qualified_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "__is_pydantic": field_is_pydantic,
                "value": value,
                "qualified_name": qualified_name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_fields import EventFields  # noqa: PLC0415

        d = dict(src_dict)
        field_is_pydantic = d.pop("__is_pydantic")

        value = EventFields.from_dict(d.pop("value"))

        qualified_name = d.pop("qualified_name")

        raw_event = cls(
            field_is_pydantic=field_is_pydantic,
            value=value,
            qualified_name=qualified_name,
        )

        raw_event.additional_properties = d
        return raw_event

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
