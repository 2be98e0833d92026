# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ApiServerLinks")


@_attrs_define
class ApiServerLinks:
    """The API server's root page.

    Attributes:
        swagger_docs (str): The address of the server's documentation.
        status (str): The address of its status.
    """

    swagger_docs: str
    status: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        swagger_docs = self.swagger_docs

        status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "swagger_docs": swagger_docs,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        swagger_docs = d.pop("swagger_docs")

        status = d.pop("status")

        api_server_links = cls(
            swagger_docs=swagger_docs,
            status=status,
        )

        api_server_links.additional_properties = d
        return api_server_links

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
