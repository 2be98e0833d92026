"""The OpenAPI document as the checks read it: its operations, and what it says of one server."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ruamel.yaml import YAML

from scripts.servers import VERSIONS

PATH = Path(__file__).parents[2] / "openapi" / "llama_deploy.yaml"
GENERATIONS_KEY = "x-llama-deploy-generations"
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
APISERVER, CORE = "apiserver", "core"
GENERATIONS = tuple(release.generation for release in VERSIONS.values())

Node = dict[str, Any]


@dataclass(frozen=True, order=True)
class Half:
    """One of the HTTP servers of one generation: what a running server is compared with."""

    generation: str
    tag: str

    def __str__(self) -> str:
        return f"{self.generation} {'API server' if self.tag == APISERVER else 'control plane'}"


def halves(generation: str) -> list[Half]:
    """The servers that a generation consists of."""
    [release] = [release for release in VERSIONS.values() if release.generation == generation]
    tags = [APISERVER, CORE] if release.has_control_plane else [APISERVER]
    return [Half(generation, tag) for tag in tags]


HALVES = [half for generation in GENERATIONS for half in halves(generation)]


@dataclass(frozen=True)
class Operation:
    """One method of one path, with the parameters of both."""

    id: str
    method: str
    """In upper case."""
    path: str
    parameters: tuple[Node, ...] = field(hash=False)
    definition: Node = field(hash=False)

    @property
    def route(self) -> str:
        """How people call it: `GET /status/`."""
        return f"{self.method} {self.path}"

    def is_on(self, half: Half) -> bool:
        """Whether the document says that this server has it."""
        return half.tag in self.definition["tags"] and applies(self.definition, half.generation)

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of this operation."""
        return method.upper() == self.method and self.ids(path) is not None

    def ids(self, path: str) -> dict[str, str] | None:
        """What a path has for each parameter in this one's; None if it is another path."""
        parts, asked = self.path.split("/"), path.split("/")
        if len(parts) != len(asked):
            return None
        found = {}
        for part, text in zip(parts, asked, strict=True):
            if part.startswith("{") and text:
                found[part[1:-1]] = unquote(text)
            elif part != text:
                return None
        return found


def applies(node: Mapping[str, Any], generation: str) -> bool:
    """Whether something exists in a generation; without a list of them, it does in all."""
    return generation in node.get(GENERATIONS_KEY, [generation])


class Document:
    """An OpenAPI document, read only."""

    def __init__(self, content: Node) -> None:
        self.content = content

    @classmethod
    def load(cls, path: Path = PATH) -> Document:
        """The document in a file, YAML or JSON."""
        text = path.read_text()
        content: Node = json.loads(text) if text[:1] == "{" else YAML(typ="safe").load(text)
        return cls(content)

    def resolve(self, node: Node) -> Node:
        """What a `$ref` points to; anything else as it is."""
        while "$ref" in node:
            pointer: str = node["$ref"]
            node = self.content
            for part in pointer.removeprefix("#/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """The operations by their ids."""
        return {operation.id: operation for operation in self.all_operations()}

    def all_operations(self) -> Iterator[Operation]:
        """The operations, where several may have one id: servers' own documents do that."""
        for path, item in self.content["paths"].items():
            for method in METHODS:
                if method in item:
                    definition = item[method]
                    listed = [*item.get("parameters", []), *definition.get("parameters", [])]
                    parameters = tuple(self.resolve(parameter) for parameter in listed)
                    yield Operation(
                        definition["operationId"], method.upper(), path, parameters, definition
                    )

    def find(self, tag: str, method: str, path: str) -> Operation | None:
        """The operation that a request to one half is; a literal path goes before a template."""
        found = [
            operation
            for operation in self.operations.values()
            if tag in operation.definition["tags"] and operation.matches(method, path)
        ]
        return min(found, key=lambda operation: operation.path.count("{"), default=None)

    def response(self, operation: Operation, status: int, half: Half) -> Node | None:
        """What is said of a status on a server, if it is documented there.

        A server that lacks the operation may still have a response to it, by naming.
        """
        found = operation.definition["responses"].get(str(status))
        if found is None:
            return None
        response = self.resolve(found)
        named = half.generation in response.get(GENERATIONS_KEY, [])
        has = named or (operation.is_on(half) and GENERATIONS_KEY not in response)
        return response if has and half.tag in operation.definition["tags"] else None

    def body_schema(self, operation: Operation) -> tuple[str, Node] | None:
        """Content type and schema of the request's body, if there is one."""
        if "requestBody" not in operation.definition:
            return None
        content = self.resolve(operation.definition["requestBody"])["content"]
        [(media_type, described)] = content.items()
        return media_type, described["schema"]

    def of(self, half: Half, *, strict: bool = False) -> Document:
        """What the document says of one server, everything of others left out.

        Args:
            half: the server.
            strict: objects have no fields but the documented ones, and a field that is listed for
                this generation is there. Right for responses; requests may differ.
        """
        content = copy.deepcopy(self.content)
        paths = {path: _of_path(item, half) for path, item in content["paths"].items()}
        content["paths"] = {path: item for path, item in paths.items() if set(item) & set(METHODS)}
        for kind in ("schemas", "responses"):
            _of_generation(content["components"][kind], half.generation, self, strict)
        _of_generation(content["paths"], half.generation, self, strict)
        return Document(content)


def _of_path(item: Node, half: Half) -> Node:
    """One path with the operations of one server, and none of the addresses they are at."""
    kept: Node = {}
    for key, value in item.items():
        if key in METHODS:
            if half.tag in value["tags"] and applies(value, half.generation):
                kept[key] = value
        elif key != "servers":
            kept[key] = value
    return kept


def _of_generation(node: Any, generation: str, document: Document, strict: bool) -> None:
    """Leave out, in place, the fields, parameters and responses of other generations."""
    for child in node.values() if isinstance(node, dict) else node:
        if isinstance(child, dict | list):
            _of_generation(child, generation, document, strict)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("parameters"), list):
        node["parameters"] = [
            one for one in node["parameters"] if applies(document.resolve(one), generation)
        ]
    if isinstance(node.get("responses"), dict):
        node["responses"] = {
            status: response
            for status, response in node["responses"].items()
            if applies(document.resolve(response), generation)
        }
    if isinstance(node.get("properties"), dict):
        _fields_of_generation(node, generation, document, strict)


def _fields_of_generation(schema: Node, generation: str, document: Document, strict: bool) -> None:
    required = set(schema.get("required", []))
    kept = {}
    for name, described in schema["properties"].items():
        resolved = document.resolve(described)
        if applies(resolved, generation):
            kept[name] = described
            if strict and GENERATIONS_KEY in resolved:
                required.add(name)
        else:
            required.discard(name)
    schema["properties"] = kept
    schema["required"] = sorted(required)
    if strict:
        schema.setdefault("additionalProperties", False)


def to_pattern(path: str) -> str:
    """A path with its parameters nameless, for servers name them as they like."""
    return re.sub(r"{[^}]*}", "{}", path)
