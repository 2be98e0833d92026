# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.api_server_health import ApiServerHealth

T = TypeVar("T", bound="ApiServerStatus")


@_attrs_define
class ApiServerStatus:
    """
    Attributes:
        status (ApiServerHealth): Servers declare three values and send only `Healthy`.
        status_message (str): Empty in practice.
        max_deployments (int | None): How many deployments the server takes.
        deployments (list[str] | None): The deployments' names.
    """

    status: ApiServerHealth
    status_message: str
    max_deployments: int | None
    deployments: list[str] | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        status_message = self.status_message

        max_deployments: int | None
        max_deployments = self.max_deployments

        deployments: list[str] | None
        if isinstance(self.deployments, list):
            deployments = self.deployments

        else:
            deployments = self.deployments

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "status_message": status_message,
                "max_deployments": max_deployments,
                "deployments": deployments,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = ApiServerHealth(d.pop("status"))

        status_message = d.pop("status_message")

        def _parse_max_deployments(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_deployments = _parse_max_deployments(d.pop("max_deployments"))

        def _parse_deployments(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                deployments_type_0 = cast(list[str], data)

                return deployments_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        deployments = _parse_deployments(d.pop("deployments"))

        api_server_status = cls(
            status=status,
            status_message=status_message,
            max_deployments=max_deployments,
            deployments=deployments,
        )

        api_server_status.additional_properties = d
        return api_server_status

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
