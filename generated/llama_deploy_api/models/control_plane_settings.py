# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ControlPlaneSettings")


@_attrs_define
class ControlPlaneSettings:
    """The control plane's root page. All values are strings.

    Attributes:
        running (str): `True` or `False`.
        step_interval (str): Seconds between two looks at a task.
        services_store_key (str):
        tasks_store_key (str):
        session_store_key (str):
    """

    running: str
    step_interval: str
    services_store_key: str
    tasks_store_key: str
    session_store_key: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        running = self.running

        step_interval = self.step_interval

        services_store_key = self.services_store_key

        tasks_store_key = self.tasks_store_key

        session_store_key = self.session_store_key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "running": running,
                "step_interval": step_interval,
                "services_store_key": services_store_key,
                "tasks_store_key": tasks_store_key,
                "session_store_key": session_store_key,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        running = d.pop("running")

        step_interval = d.pop("step_interval")

        services_store_key = d.pop("services_store_key")

        tasks_store_key = d.pop("tasks_store_key")

        session_store_key = d.pop("session_store_key")

        control_plane_settings = cls(
            running=running,
            step_interval=step_interval,
            services_store_key=services_store_key,
            tasks_store_key=tasks_store_key,
            session_store_key=session_store_key,
        )

        control_plane_settings.additional_properties = d
        return control_plane_settings

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
