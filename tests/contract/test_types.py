"""The types that are written by hand have the fields of the document's schemas, and no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import BaseModel

from llama_deploy_client._values import ReportedStatus, StatusEnum, TaskIds
from llama_deploy_client.types import (
    ChatMessage,
    DeploymentDefinition,
    EventDefinition,
    SessionDefinition,
    Status,
    TaskDefinition,
)
from scripts.contract.document import Document, Node

CLASSES: list[tuple[str, type[BaseModel]]] = [
    ("ApiServerStatus", Status),
    ("ApiServerStatus", ReportedStatus),
    ("DeploymentDefinition", DeploymentDefinition),
    ("EventDefinition", EventDefinition),
    ("NewTask", TaskDefinition),
    ("SessionDefinition", SessionDefinition),
    ("TaskDefinition", TaskDefinition),
    ("TaskDefinition", TaskIds),
]

LENIENT: dict[type[BaseModel], set[str]] = {
    Status: {"max_deployments", "deployments"},
    ReportedStatus: {"status", "status_message", "max_deployments", "deployments"},
    SessionDefinition: {"session_id", "task_ids", "state"},
    TaskDefinition: {"task_id", "session_id"},
    TaskIds: {"session_id"},
}
"""Fields that the document requires and the class does not: users make them, servers send them."""


def schema(document: Document, name: str) -> Node:
    result: Node = document.content["components"]["schemas"][name]
    return result


def types(resolve: Callable[[Node], Node], node: Node) -> set[str]:
    """The JSON types of a schema."""
    node = resolve(node)
    if "anyOf" in node:
        return set().union(*(types(resolve, each) for each in node["anyOf"]))
    named = node.get("type", "any")
    return {named} if isinstance(named, str) else set(named)


@pytest.mark.parametrize(("name", "kind"), CLASSES)
def test_the_fields_are_those_of_the_schema(
    document: Document, name: str, kind: type[BaseModel]
) -> None:
    described = schema(document, name)
    model = kind.model_json_schema()
    fields = model["properties"]
    # 0.9 lists tasks without the other fields.
    assert fields.keys() == described["properties"].keys() or kind is TaskIds
    assert fields.keys() <= described["properties"].keys()
    documented = set(described["required"]) & fields.keys()
    required = set(model.get("required", []))
    assert documented - required == LENIENT.get(kind, set()) & documented
    assert required <= documented
    for field, node in fields.items():
        ours = types(Document(model).resolve, node)
        theirs = types(document.resolve, described["properties"][field])
        assert ours - {"null"} == theirs - {"null"}, field
        assert "null" in ours or "null" not in theirs, field


def test_the_states_are_those_of_the_schema(document: Document) -> None:
    assert [state.value for state in StatusEnum] == schema(document, "ApiServerHealth")["enum"]


def test_a_chat_message_may_have_any_fields(document: Document) -> None:
    assert schema(document, "ChatMessage")["additionalProperties"] is True
    assert ChatMessage.model_config.get("extra") == "allow"
