# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_message import ChatMessage


T = TypeVar("T", bound="ServiceRegistration")


@_attrs_define
class ServiceRegistration:
    """A service to register.

    Attributes:
        service_name (str):
        description (str):
        prompt (list[ChatMessage] | Unset): Instructions for the service.
        host (None | str | Unset):
        port (int | None | Unset):
    """

    service_name: str
    description: str
    prompt: list[ChatMessage] | Unset = UNSET
    host: None | str | Unset = UNSET
    port: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        service_name = self.service_name

        description = self.description

        prompt: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.prompt, Unset):
            prompt = []
            for prompt_item_data in self.prompt:
                prompt_item = prompt_item_data.to_dict()
                prompt.append(prompt_item)

        host: None | str | Unset
        if isinstance(self.host, Unset):
            host = UNSET
        else:
            host = self.host

        port: int | None | Unset
        if isinstance(self.port, Unset):
            port = UNSET
        else:
            port = self.port

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "service_name": service_name,
                "description": description,
            }
        )
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if host is not UNSET:
            field_dict["host"] = host
        if port is not UNSET:
            field_dict["port"] = port

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_message import ChatMessage  # noqa: PLC0415

        d = dict(src_dict)
        service_name = d.pop("service_name")

        description = d.pop("description")

        _prompt = d.pop("prompt", UNSET)
        prompt: list[ChatMessage] | Unset = UNSET
        if _prompt is not UNSET:
            prompt = []
            for prompt_item_data in _prompt:
                prompt_item = ChatMessage.from_dict(prompt_item_data)

                prompt.append(prompt_item)

        def _parse_host(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        host = _parse_host(d.pop("host", UNSET))

        def _parse_port(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        port = _parse_port(d.pop("port", UNSET))

        service_registration = cls(
            service_name=service_name,
            description=description,
            prompt=prompt,
            host=host,
            port=port,
        )

        service_registration.additional_properties = d
        return service_registration

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
