# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.chat_message import ChatMessage
    from ..models.task_result_data import TaskResultData


T = TypeVar("T", bound="TaskResult")


@_attrs_define
class TaskResult:
    """
    Attributes:
        task_id (str):
        history (list[ChatMessage]): Empty in practice.
        result (str): The workflow's result.
        data (TaskResultData): Empty in practice.
    """

    task_id: str
    history: list[ChatMessage]
    result: str
    data: TaskResultData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task_id = self.task_id

        history = []
        for history_item_data in self.history:
            history_item = history_item_data.to_dict()
            history.append(history_item)

        result = self.result

        data = self.data.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "task_id": task_id,
                "history": history,
                "result": result,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_message import ChatMessage  # noqa: PLC0415
        from ..models.task_result_data import TaskResultData  # noqa: PLC0415

        d = dict(src_dict)
        task_id = d.pop("task_id")

        history = []
        _history = d.pop("history")
        for history_item_data in _history:
            history_item = ChatMessage.from_dict(history_item_data)

            history.append(history_item)

        result = d.pop("result")

        data = TaskResultData.from_dict(d.pop("data"))

        task_result = cls(
            task_id=task_id,
            history=history,
            result=result,
            data=data,
        )

        task_result.additional_properties = d
        return task_result

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
