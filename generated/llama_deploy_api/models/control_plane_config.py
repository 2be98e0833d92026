# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ControlPlaneConfig")


@_attrs_define
class ControlPlaneConfig:
    """The control plane's settings, as the answer to a registration.

    Attributes:
        services_store_key (str):  Default: 'services'.
        tasks_store_key (str):  Default: 'tasks'.
        session_store_key (str):  Default: 'sessions'.
        step_interval (float): Seconds between two looks at a task. Default: 0.1.
        host (str):  Default: '127.0.0.1'.
        port (int):  Default: 8000.
        internal_host (None | str):
        internal_port (int | None):
        running (bool):  Default: True.
        cors_origins (list[str] | None):
        topic_namespace (str):  Default: 'llama_deploy'.
        state_store_uri (None | str):
        use_tls (bool):  Default: False.
    """

    internal_host: None | str
    internal_port: int | None
    cors_origins: list[str] | None
    state_store_uri: None | str
    services_store_key: str = "services"
    tasks_store_key: str = "tasks"
    session_store_key: str = "sessions"
    step_interval: float = 0.1
    host: str = "127.0.0.1"
    port: int = 8000
    running: bool = True
    topic_namespace: str = "llama_deploy"
    use_tls: bool = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        services_store_key = self.services_store_key

        tasks_store_key = self.tasks_store_key

        session_store_key = self.session_store_key

        step_interval = self.step_interval

        host = self.host

        port = self.port

        internal_host: None | str
        internal_host = self.internal_host

        internal_port: int | None
        internal_port = self.internal_port

        running = self.running

        cors_origins: list[str] | None
        if isinstance(self.cors_origins, list):
            cors_origins = self.cors_origins

        else:
            cors_origins = self.cors_origins

        topic_namespace = self.topic_namespace

        state_store_uri: None | str
        state_store_uri = self.state_store_uri

        use_tls = self.use_tls

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "services_store_key": services_store_key,
                "tasks_store_key": tasks_store_key,
                "session_store_key": session_store_key,
                "step_interval": step_interval,
                "host": host,
                "port": port,
                "internal_host": internal_host,
                "internal_port": internal_port,
                "running": running,
                "cors_origins": cors_origins,
                "topic_namespace": topic_namespace,
                "state_store_uri": state_store_uri,
                "use_tls": use_tls,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        services_store_key = d.pop("services_store_key")

        tasks_store_key = d.pop("tasks_store_key")

        session_store_key = d.pop("session_store_key")

        step_interval = d.pop("step_interval")

        host = d.pop("host")

        port = d.pop("port")

        def _parse_internal_host(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        internal_host = _parse_internal_host(d.pop("internal_host"))

        def _parse_internal_port(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        internal_port = _parse_internal_port(d.pop("internal_port"))

        running = d.pop("running")

        def _parse_cors_origins(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                cors_origins_type_0 = cast(list[str], data)

                return cors_origins_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        cors_origins = _parse_cors_origins(d.pop("cors_origins"))

        topic_namespace = d.pop("topic_namespace")

        def _parse_state_store_uri(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        state_store_uri = _parse_state_store_uri(d.pop("state_store_uri"))

        use_tls = d.pop("use_tls")

        control_plane_config = cls(
            services_store_key=services_store_key,
            tasks_store_key=tasks_store_key,
            session_store_key=session_store_key,
            step_interval=step_interval,
            host=host,
            port=port,
            internal_host=internal_host,
            internal_port=internal_port,
            running=running,
            cors_origins=cors_origins,
            topic_namespace=topic_namespace,
            state_store_uri=state_store_uri,
            use_tls=use_tls,
        )

        control_plane_config.additional_properties = d
        return control_plane_config

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
