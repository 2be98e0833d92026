"""The types that are written by hand have the fields of the document's schemas, and no others."""

from __future__ import annotations

from typing import Any

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
]
PARTS: list[tuple[str, type[BaseModel]]] = [("TaskDefinition", TaskIds)]
"""Classes with some of a schema's fields: 0.9 lists tasks without the others."""

LENIENT: dict[type[BaseModel], set[str]] = {
    Status: {"max_deployments", "deployments"},
    ReportedStatus: {"status", "status_message", "max_deployments", "deployments"},
    SessionDefinition: {"session_id", "task_ids", "state"},
    TaskDefinition: {"task_id", "session_id"},
    TaskIds: {"session_id"},
}
"""Fields that the document requires and the class does not: users make them, servers send them."""


def schema(document: Document, name: str) -> Node:
    found: Node = document.content["components"]["schemas"][name]
    return found


def types_of(document: Document, node: Node) -> set[str]:
    """The JSON types of a schema."""
    node = document.resolve(node)
    if "anyOf" in node:
        return set().union(*(types_of(document, each) for each in node["anyOf"]))
    types = node.get("type", "any")
    return {types} if isinstance(types, str) else set(types)


def types_in(model: dict[str, Any], node: dict[str, Any]) -> set[str]:
    """The JSON types of a field of a pydantic class."""
    if "$ref" in node:
        return types_in(model, model["$defs"][node["$ref"].rpartition("/")[2]])
    if "anyOf" in node:
        return set().union(*(types_in(model, each) for each in node["anyOf"]))
    return {node.get("type", "any")}


@pytest.mark.parametrize(("name", "kind"), [*CLASSES, *PARTS])
def test_the_fields_are_those_of_the_schema(
    document: Document, name: str, kind: type[BaseModel]
) -> None:
    described = schema(document, name)
    model = kind.model_json_schema()
    fields = described["properties"]
    if (name, kind) in PARTS:
        assert model["properties"].keys() <= fields.keys()
    else:
        assert model["properties"].keys() == fields.keys()
    required = set(described["required"]) & model["properties"].keys()
    assert required - set(model.get("required", [])) == LENIENT.get(kind, set()) & required
    assert set(model.get("required", [])) <= required
    for field, node in model["properties"].items():
        documented = types_of(document, fields[field])
        assert types_in(model, node) - {"null"} == documented - {"null"}, field
        assert "null" in types_in(model, node) or "null" not in documented, field


def test_the_states_are_those_of_the_schema(document: Document) -> None:
    assert [state.value for state in StatusEnum] == schema(document, "ApiServerHealth")["enum"]


def test_a_message_of_a_chat_may_have_any_fields(document: Document) -> None:
    assert schema(document, "ChatMessage")["additionalProperties"] is True
    assert ChatMessage.model_config.get("extra") == "allow"
