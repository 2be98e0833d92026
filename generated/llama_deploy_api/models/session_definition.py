# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.session_state import SessionState


T = TypeVar("T", bound="SessionDefinition")


@_attrs_define
class SessionDefinition:
    """
    Attributes:
        session_id (str):
        task_ids (list[str]): The session's tasks in order. Always empty on the API server.
        state (SessionState): Any JSON object. The control plane keeps its own entries in it: for each task `<task id>`,
            `stream_<task id>` and `result_<task id>`, further `retries` and, under the session's own id, the workflow's
            state.
    """

    session_id: str
    task_ids: list[str]
    state: SessionState
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        session_id = self.session_id

        task_ids = self.task_ids

        state = self.state.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "session_id": session_id,
                "task_ids": task_ids,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.session_state import SessionState  # noqa: PLC0415

        d = dict(src_dict)
        session_id = d.pop("session_id")

        task_ids = cast(list[str], d.pop("task_ids"))

        state = SessionState.from_dict(d.pop("state"))

        session_definition = cls(
            session_id=session_id,
            task_ids=task_ids,
            state=state,
        )

        session_definition.additional_properties = d
        return session_definition

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
