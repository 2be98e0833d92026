"""Documents that are wrong on purpose, where drift.py sees it and where only answers show it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.contract.document import APISERVER, CORE, GENERATIONS_KEY, Document, Node


@dataclass(frozen=True)
class Wrong:
    """One mistake in the document."""

    tag: str
    """The half that shows it."""
    make: Callable[[Node], object]
    says: str
    """What has to be said about it."""

    def document(self, original: Document) -> Document:
        """The mistaken document; the original stays as it is."""
        content = copy.deepcopy(original.content)
        self.make(content)
        return Document(content)


def _rename(node: Node, old: str, new: str) -> None:
    node[new] = node.pop(old)


def _parameter(content: Node, path: str, method: str, name: str) -> Node:
    parameters: list[Node] = content["paths"][path][method]["parameters"]
    [found] = [parameter for parameter in parameters if parameter["name"] == name]
    return found


CREATE = "/deployments/create"

DOCTORED = {
    "a path is missing": Wrong(
        APISERVER,
        lambda content: content["paths"].pop(CREATE),
        f"only the server has POST {CREATE}",
    ),
    "a path is too many": Wrong(
        CORE,
        lambda content: _rename(content["paths"], "/services/deregister", "/services/remove"),
        "only the document has POST /services/remove",
    ),
    "a method is another": Wrong(
        CORE,
        lambda content: _rename(content["paths"]["/sessions/create"], "post", "put"),
        "only the document has PUT /sessions/create",
    ),
    "a parameter is called otherwise": Wrong(
        APISERVER,
        lambda content: _parameter(content, CREATE, "post", "reload").update(name="again"),
        f"POST {CREATE}: only the document has parameter again in query",
    ),
    "a field is required that is not": Wrong(
        CORE,
        lambda content: content["components"]["schemas"]["ServiceRegistration"].update(
            required=["service_name", "description", "host"]
        ),
        "POST /services/register: field host: required is true in the document, false there",
    ),
    "an answer has another type": Wrong(
        APISERVER,
        lambda content: content["components"]["schemas"]["ApiServerStatus"]["properties"].update(
            status_message={"type": "integer"}
        ),
        "GET /status/ answers otherwise than documented: status_message: ",
    ),
}


def write_doctored(document: Document, folder: Path) -> dict[str, Path]:
    """Write the wrong documents into a folder. JSON is YAML."""
    paths = {}
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, wrong) in enumerate(DOCTORED.items()):
        paths[name] = folder / f"doctored-{number}.yaml"
        paths[name].write_text(json.dumps(wrong.document(document).content))
    return paths


def _responses(content: Node, path: str, method: str = "get") -> Node:
    responses: Node = content["paths"][path][method]["responses"]
    return responses


def _schema(content: Node, name: str) -> Node:
    schema: Node = content["components"]["schemas"][name]
    return schema


UNSEEN_BY_DRIFT = {
    "a status is missing": Wrong(
        APISERVER,
        lambda content: _responses(content, "/deployments/{deployment_name}").pop("404"),
        "status 404 is not documented",
    ),
    "a status is too many": Wrong(
        APISERVER,
        lambda content: _responses(content, "/status/").update({"418": {"description": "Never."}}),
        "0.6 API server get_status: 418",
    ),
    "a status is of other generations": Wrong(
        APISERVER,
        lambda content: content["components"]["responses"]["ControlPlaneFailed"].update(
            {GENERATIONS_KEY: ["0.6", "0.7"]}
        ),
        "status 500 is not documented",
    ),
    "a content type is another": Wrong(
        APISERVER,
        lambda content: _rename(
            _responses(content, "/status/metrics")["200"]["content"], "text/plain", "text/html"
        ),
        "content type 'text/plain' is not documented",
    ),
    "a field is missing": Wrong(
        APISERVER,
        lambda content: _schema(content, "TaskResult")["properties"].pop("data"),
        "is not valid under any of the schemas",
    ),
    "a field is too many": Wrong(
        CORE,
        lambda content: _schema(content, "SessionDefinition")["properties"].update(
            more={"type": "string"}
        ),
        "SessionDefinition.more: string",
    ),
    "a field is required that may be absent": Wrong(
        APISERVER,
        lambda content: _schema(content, "ValidationErrorItem").update(
            required=["loc", "msg", "type", "ctx"]
        ),
        '"ctx" is a required property',
    ),
    "null is not allowed": Wrong(
        CORE,
        lambda content: _schema(content, "NullableTaskResult").update(
            anyOf=_schema(content, "NullableTaskResult")["anyOf"][1:]
        ),
        "null is not valid under any of the schemas",
    ),
    "null is allowed": Wrong(
        APISERVER,
        lambda content: _schema(content, "DeploymentDefinition")["properties"]["name"].update(
            type=["string", "null"]
        ),
        "DeploymentDefinition.name: null",
    ),
    "a value is another": Wrong(
        APISERVER,
        lambda content: _schema(content, "ApiServerHealth").update(enum=["healthy", "Down"]),
        'status: "Healthy" is not one of',
    ),
    "an event has another form": Wrong(
        APISERVER,
        lambda content: _rename(
            _schema(content, "RawEvent")["properties"], "qualified_name", "name"
        ),
        "was not seen: RawEvent.",
    ),
}
