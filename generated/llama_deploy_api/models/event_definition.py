# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="EventDefinition")


@_attrs_define
class EventDefinition:
    """An event on its way to a workflow. 0.6 needs and returns `agent_id`, later servers `service_id`; a request that
    carries both serves all generations.

        Attributes:
            event_obj_str (str): The event, a RawEvent as JSON in a string.
            agent_id (str | Unset): The service's name in 0.6.
            service_id (str | Unset): The service's name from 0.7 on.
    """

    event_obj_str: str
    agent_id: str | Unset = UNSET
    service_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        event_obj_str = self.event_obj_str

        agent_id = self.agent_id

        service_id = self.service_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "event_obj_str": event_obj_str,
            }
        )
        if agent_id is not UNSET:
            field_dict["agent_id"] = agent_id
        if service_id is not UNSET:
            field_dict["service_id"] = service_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        event_obj_str = d.pop("event_obj_str")

        agent_id = d.pop("agent_id", UNSET)

        service_id = d.pop("service_id", UNSET)

        event_definition = cls(
            event_obj_str=event_obj_str,
            agent_id=agent_id,
            service_id=service_id,
        )

        event_definition.additional_properties = d
        return event_definition

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
