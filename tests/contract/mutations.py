"""Mistakes made on purpose: the document with one thing wrong at a time."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .document import GENERATIONS_KEY, HALVES, METHODS, Document, Node

Change = Callable[[Node], None]
Place = tuple[str, ...]


@dataclass(frozen=True)
class Mutant:
    """The document with one mistake."""

    kind: str
    where: str
    make: Change

    def document(self, original: Document) -> Document:
        """The mistaken document; the original stays as it is."""
        content = copy.deepcopy(original.content)
        self.make(content)
        return Document(content)

    def __str__(self) -> str:
        """Which mistake it is."""
        return f"{self.kind}: {self.where}"


def mutants(document: Document) -> Iterator[Mutant]:
    """Every mistake at every place where it can be made."""
    for path, item in document.content["paths"].items():
        for method in METHODS:
            if method in item:
                place = ("paths", path, method)
                yield from _of_operation(document, place, item[method])
                yield from _of_responses(document, place, item[method])
                yield from _of_body(document, place, item[method])
    yield from _of_parameters(document)
    for name, schema in document.content["components"]["schemas"].items():
        yield from _of_schema(document, ("components", "schemas", name), schema)


# --- Where a mistake is made ----------------------------------------------------------------------


def _at(content: Node, place: Place) -> Any:
    node: Any = content
    for part in place:
        node = node[int(part)] if isinstance(node, list) else node[part]
    return node


def _change(kind: str, place: Place, change: Change, note: str = "") -> Mutant:
    where = "/".join(place) + (f" ({note})" if note else "")
    return Mutant(kind, where, lambda content: change(_at(content, place)))


def _drop(kind: str, place: Place) -> Mutant:
    *parent, name = place
    return Mutant(kind, "/".join(place), lambda content: _pop(_at(content, tuple(parent)), name))


def _pop(node: Any, name: str) -> None:
    node.pop(int(name) if isinstance(node, list) else name)


def _rename(kind: str, place: Place, new: str) -> Mutant:
    """Give something another name, in the same order."""
    *parent, old = place

    def change(content: Node) -> None:
        node = _at(content, tuple(parent))
        items = [(new if key == old else key, value) for key, value in node.items()]
        node.clear()
        node.update(items)

    return Mutant(kind, f"{'/'.join(place)} -> {new}", change)


def _set(kind: str, place: Place, **values: Any) -> Mutant:
    note = ", ".join(f"{key}={value}" for key, value in values.items())
    return _change(kind, place, lambda node: node.update(copy.deepcopy(values)), note)


# --- Operations -----------------------------------------------------------------------------------

OTHER_STATUS = "418"
OTHER_RESPONSE = {
    "description": "Never.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}


def _of_operation(document: Document, place: Place, operation: Node) -> Iterator[Mutant]:
    _, path, _ = place
    yield _drop("operation dropped", place)
    yield _rename("method changed", place, "put")
    if len(document.content["paths"][path].keys() & set(METHODS)) == 1:
        start, _, last = path.rstrip("/").rpartition("/")
        wrong = f"{start}/x-{last}" if not last.startswith("{") else f"{path}/x"
        yield _rename("path changed", ("paths", path), wrong)
    yield from _of_generations("operation", place, operation)
    for tag in operation["tags"]:
        other = "core" if tag == "apiserver" else "apiserver"
        if other not in operation["tags"]:
            yield _set("operation moved to the other half", place, tags=[other])
            yield _set("operation given to both halves", place, tags=[tag, other])
        elif len(operation["tags"]) > 1:
            yield _set("operation taken from one half", place, tags=[other])


def _of_generations(what: str, place: Place, node: Node) -> Iterator[Mutant]:
    """A generation more or less. A control plane of 0.9 does not exist, so none is added there."""
    listed = node.get(GENERATIONS_KEY, [])
    for generation in listed:
        rest = [one for one in listed if one != generation]
        yield _set(f"generation taken from {what}", place, **{GENERATIONS_KEY: rest})
    tags = set(node.get("tags", ["apiserver", "core"]))
    for half in HALVES:
        if listed and half.generation not in listed and tags <= {half.tag, "core"} - {"core"}:
            more = [*listed, half.generation]
            yield _set(f"generation given to {what}", place, **{GENERATIONS_KEY: more})


def _of_responses(document: Document, place: Place, operation: Node) -> Iterator[Mutant]:
    responses = (*place, "responses")
    added = {OTHER_STATUS: OTHER_RESPONSE}
    yield _set("status added", responses, **added)
    for status, response in operation["responses"].items():
        here = (*responses, status)
        yield _drop("status dropped", here)
        yield _rename("status changed", here, OTHER_STATUS)
        resolved = document.resolve(response)
        if "$ref" in response:
            yield from _of_inlined_response(here, resolved)
            continue
        yield from _of_generations("response", here, response)
        for media_type, described in response.get("content", {}).items():
            content = (*here, "content", media_type)
            yield _rename("content type changed", content, "application/xml")
            yield from _of_schema(document, (*content, "schema"), described["schema"])


def _of_inlined_response(here: Place, response: Node) -> Iterator[Mutant]:
    """Mistakes in a shared response, made for one operation."""
    for media_type in response.get("content", {}):

        def retype(node: Node, media_type: str = media_type) -> None:
            wrong = copy.deepcopy(response)
            wrong["content"]["application/xml"] = wrong["content"].pop(media_type)
            node.clear()
            node.update(wrong)

        yield _change("content type changed", here, retype, media_type)
    if GENERATIONS_KEY in response:

        def widen(node: Node) -> None:
            wrong = {k: v for k, v in copy.deepcopy(response).items() if k != GENERATIONS_KEY}
            node.clear()
            node.update(wrong)

        yield _change("response given to every generation", here, widen)


def _of_body(document: Document, place: Place, operation: Node) -> Iterator[Mutant]:
    if "requestBody" not in operation:
        return
    here = (*place, "requestBody")
    yield _drop("body dropped", here)
    resolved = document.resolve(operation["requestBody"])

    def optional(node: Node) -> None:
        node.clear()
        node.update({**copy.deepcopy(resolved), "required": False})

    def retyped(node: Node) -> None:
        wrong = copy.deepcopy(resolved)
        [(_, described)] = wrong["content"].items()
        node.clear()
        node.update({**wrong, "content": {"application/xml": described}})

    yield _change("body made optional", here, optional)
    yield _change("type of the body changed", here, retyped)


# --- Parameters -----------------------------------------------------------------------------------


def _of_parameters(document: Document) -> Iterator[Mutant]:
    for name in document.content["components"]["parameters"]:
        place = ("components", "parameters", name)
        yield from _of_parameter(document, place)
    for path, item in document.content["paths"].items():
        yield from _of_parameter_list(document, ("paths", path), item)
        for method in METHODS:
            yield from _of_parameter_list(document, ("paths", path, method), item.get(method, {}))


def _of_parameter_list(document: Document, place: Place, node: Node) -> Iterator[Mutant]:
    here = (*place, "parameters")
    for number, parameter in enumerate(node.get("parameters", [])):
        yield _drop("parameter dropped", (*here, str(number)))
        if "$ref" not in parameter:
            yield from _of_parameter(document, (*here, str(number)))
    if "parameters" in node:
        more = {"name": "more", "in": "query", "required": True, "schema": {"type": "string"}}
        yield _change("parameter added", here, lambda node: node.append(more))  # type: ignore[attr-defined]


def _of_parameter(document: Document, place: Place) -> Iterator[Mutant]:
    parameter = _at(document.content, place)
    yield _set("parameter renamed", place, name=parameter["name"] + "x")
    moved = "header" if parameter["in"] == "query" else "query"
    yield _set("parameter moved", place, **{"in": moved})
    yield _set("parameter's need changed", place, required=not parameter.get("required", False))
    wrong = "integer" if parameter["schema"]["type"] != "integer" else "string"
    yield _set("type of a parameter changed", (*place, "schema"), type=wrong)
    if "default" in parameter["schema"]:
        yield _set("default of a parameter changed", (*place, "schema"), default="other")
    yield from _of_generations("parameter", place, {"tags": ["apiserver"], **parameter})


# --- Schemas --------------------------------------------------------------------------------------

REQUESTS = ("NewTask", "DeploymentUpload", "ServiceRegistration")
"""Of requests alone, where other fields are allowed as it is."""

OTHER_TYPE = {"string": "integer", "integer": "string", "object": "array", "array": "string"}


def _of_schema(document: Document, place: Place, schema: Node) -> Iterator[Mutant]:
    if "$ref" in schema:
        return
    yield from _of_type(place, schema)
    for value in schema.get("enum", []):
        rest = [one for one in schema["enum"] if one != value]
        yield _set("value of an enumeration changed", place, enum=[*rest, f"{value}x"])
    if "enum" in schema:
        yield _set("value added to an enumeration", place, enum=[*schema["enum"], "other"])
    for number, inner in enumerate(schema.get("anyOf", [])):
        yield _drop("alternative dropped", (*place, "anyOf", str(number)))
        yield from _of_schema(document, (*place, "anyOf", str(number)), inner)
    for key in ("items", "additionalProperties", "contentSchema"):
        if isinstance(schema.get(key), dict):
            yield _drop(f"{key} dropped", (*place, key))
            yield from _of_schema(document, (*place, key), schema[key])
    if "properties" in schema:
        yield from _of_fields(document, place, schema)
    yield from _of_generations("field", place, {"tags": ["apiserver"], **schema})


def _of_type(place: Place, schema: Node) -> Iterator[Mutant]:
    if "type" not in schema:
        if "anyOf" not in schema:
            yield _set("type given", place, type="string")
        return
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    yield _set("type changed", place, type=OTHER_TYPE.get(types[0], "string"))
    if "enum" not in schema:  # whose values say the same
        yield _drop("type dropped", (*place, "type"))
    if "null" in types:
        if len(types) > 1:
            yield _set("null forbidden", place, type=[one for one in types if one != "null"])
    else:
        yield _set("null allowed", place, type=[*types, "null"])
    if schema.get("additionalProperties") is True:
        yield _set("other fields forbidden", place, additionalProperties=False)
    elif "properties" in schema and place[-1] not in REQUESTS:
        yield _set("other fields allowed", place, additionalProperties=True)


def _of_fields(document: Document, place: Place, schema: Node) -> Iterator[Mutant]:
    required = schema.get("required", [])
    for name, field in schema["properties"].items():
        here = (*place, "properties", name)
        yield _drop("field dropped", here)
        yield _rename("field renamed", here, f"{name}_x")
        if name in required:
            rest = [one for one in required if one != name]
            yield _set("field made optional", place, required=rest)
        else:
            yield _set("field made required", place, required=[*required, name])
        yield from _of_schema(document, here, field)
    yield _set("field required that is not there", place, required=[*required, "other"])
    more = {"other": {"type": "string"}}
    yield _set("field added", (*place, "properties"), **more)
