"""Whether a response is as the document says, and which of the document's claims it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any, NamedTuple

import jsonschema_rs

from .document import GENERATIONS_KEY, Document, Half, Node, Operation
from .exchange import NDJSON, Exchange

JSON = "application/json"
OTHER_FIELDS = "other fields"
LINES = ("RawEvent", "StreamError")
"""Lines of streams that tell by themselves what they are."""

# Claims that no response can show: they have to be listed by hand, with a reason.
ANYTHING = "anything"
NO_FIELDS = "no fields at all"
EVERY_GENERATION = "in every generation"
NO_MARK = "told apart by nothing"
UNDESCRIBED = "required and not described"

INNER = {"items": "[]", "additionalProperties": "{}", "contentSchema": "="}
"""Keywords with a schema for what is inside, and how such a place is written."""


class Claim(NamedTuple):
    """One thing that the document says servers do."""

    where: str
    """A server and operation, or a place in the document."""
    what: str

    def __str__(self) -> str:
        """The key under which `unseen.yaml` lists it."""
        return f"{self.where}: {self.what}"


class Rules:
    """The document's rules for the responses of one server."""

    def __init__(self, document: Document, half: Half) -> None:
        self.half = half
        self.whole = document
        self.document = document.of(half, strict=True)

    def problems(self, exchange: Exchange) -> list[str]:
        """How a response differs from the document; empty if it does not."""
        return [f"{problem}\n  {exchange}" for problem in self._problems(exchange)]

    def _problems(self, exchange: Exchange) -> Iterator[str]:
        received = exchange.response
        of_half = exchange.operation in self.document.operations
        document = self.document if of_half else self.whole
        operation = document.operations.get(exchange.operation)
        if operation is None:
            yield "an operation that the document does not have"
            return
        response = document.response(operation, received.status, self.half)
        if response is None:
            yield f"status {received.status} is not documented"
            return
        content = response.get("content", {})
        if received.content_type not in (content or {"": None}):
            yield f"content type {received.content_type!r} is not documented"
        elif content:
            yield from self._of_body(exchange, content[received.content_type]["schema"])
        elif received.text:
            yield "the body is not documented"

    def _of_body(self, exchange: Exchange, schema: Node) -> Iterator[str]:
        try:
            of_body = values(schema, exchange)
        except json.JSONDecodeError as error:
            yield f"the body is not JSON: {error}"
            return
        for _, inner, value in of_body:
            yield from self.mismatches(inner, value)
        if exchange.response.content_type == NDJSON:
            yield from self._unnamed_lines(exchange, json.dumps(schema["contentSchema"]))

    def _unnamed_lines(self, exchange: Exchange, schema: str) -> Iterator[str]:
        """Lines of a kind that an operation does not name, though a wider one covers them."""
        for name in LINES:
            if f"#/components/schemas/{name}" not in schema:
                lines = map(json.loads, exchange.response.lines())
                if any(self.validator(self._schemas[name]).is_valid(line) for line in lines):
                    yield f"a line is a {name}"

    def mismatches(self, schema: Node, value: Any) -> list[str]:
        """How a value differs from a schema."""
        return [
            f"{'/'.join(map(str, error.instance_path)) or 'the body'}: {error.message}"
            for error in self.validator(schema).iter_errors(value)
        ]

    def validator(self, schema: Node) -> jsonschema_rs.Draft202012Validator:
        """A validator that knows the document's components."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            whole = {**schema, "components": {"schemas": self._schemas}}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole)
        return self._validators[key]

    @cached_property
    def _validators(self) -> dict[str, jsonschema_rs.Draft202012Validator]:
        return {}

    @cached_property
    def _schemas(self) -> Node:
        schemas: Node = self.document.content["components"]["schemas"]
        return schemas


def values(schema: Node, exchange: Exchange) -> list[tuple[str, Node, Any]]:
    """The values of a body, with where and what they are in its schema: a stream has many."""
    response = exchange.response
    if response.content_type == JSON:
        return [("", schema, response.json())]
    whole = {key: value for key, value in schema.items() if key != "contentSchema"}
    lines = response.lines() if response.content_type == NDJSON else []
    each = [(INNER["contentSchema"], schema["contentSchema"], json.loads(line)) for line in lines]
    return [("", whole, response.text), *each]


# --- Claims ---------------------------------------------------------------------------------------


def status_claim(half: Half, operation: Operation, status: object, content_type: str) -> Claim:
    """That a server's operation responds with a status and a type of body."""
    return Claim(f"{half} {operation.id}", f"{status} {content_type}".strip())


class Claims:
    """What the document says of responses, and which of it some response has shown.

    A claim is a status with a content type of an operation of a server; or, of a schema's place,
    that it may have a type, a value of an enumeration, other fields, be of any type, or be absent.
    Whatever of it nobody has seen may be wrong although every response is as documented.
    """

    def __init__(self, document: Document, rules: dict[Half, Rules]) -> None:
        self.document = document
        self.rules = rules
        self.seen: set[Claim] = set()

    @cached_property
    def made(self) -> set[Claim]:
        """All claims of the document."""
        claims: set[Claim] = set()
        for half in self.rules:
            for operation in self.document.operations.values():
                claims.update(self._of_operation(half, operation))
        return claims

    def _of_operation(self, half: Half, operation: Operation) -> Iterator[Claim]:
        for status in operation.definition["responses"]:
            response = self.document.response(operation, int(status), half)
            if response is None:
                continue
            for content_type, described in (response.get("content") or {"": {}}).items():
                yield status_claim(half, operation, status, content_type)
                if not described:
                    continue
                place = f"{operation.id} {status} {content_type}"
                yield from self._of_schema(place, described["schema"], set())

    def _of_schema(self, place: str, schema: Node, met: set[str]) -> Iterator[Claim]:
        if "$ref" in schema:
            place = schema["$ref"].rpartition("/")[2]
            if place not in met:
                met.add(place)
                yield from self._of_schema(place, self.document.resolve(schema), met)
            return
        yield from _own_claims(place, schema)
        for name, inner in schema.get("properties", {}).items():
            yield from self._of_schema(f"{place}.{name}", inner, met)
            if name not in schema.get("required", []):
                yield Claim(f"{place}.{name}", "absent")
            elif GENERATIONS_KEY in self.document.resolve(inner):
                yield Claim(f"{place}.{name}", EVERY_GENERATION)
        for key, sign in INNER.items():
            if isinstance(schema.get(key), dict):
                yield from self._of_schema(place + sign, schema[key], met)
        for number, inner in enumerate(schema.get("anyOf", [])):
            yield Claim(place, f"alternative {number + 1}")
            yield from self._of_schema(f"{place}|{number + 1}", inner, met)
            resolved = self.document.resolve(inner)
            if "properties" in resolved and not resolved.get("required"):
                yield Claim(place, f"alternative {number + 1} {NO_MARK}")

    def observe(self, exchange: Exchange) -> None:
        """Record what a response shows, if it is as documented."""
        rules = self.rules[exchange.half]
        operation = self.document.operations.get(exchange.operation)
        if operation is None or rules.problems(exchange):
            return
        status, content_type = exchange.response.status, exchange.response.content_type
        self.seen.add(status_claim(exchange.half, operation, status, content_type))
        response = self.document.response(operation, status, exchange.half) or {}
        if "content" in response:
            described = response["content"][content_type]["schema"]
            place = f"{operation.id} {status} {content_type}"
            for inside, schema, value in values(described, exchange):
                self._see(place + inside, schema, value, rules)

    def _see(self, place: str, schema: Node, value: Any, rules: Rules) -> None:
        if "$ref" in schema:
            place = schema["$ref"].rpartition("/")[2]
            schema = self.document.resolve(schema)
        self.seen.update(_shown(place, schema, value))
        if isinstance(value, dict):
            self._see_fields(place, schema, value, rules)
        elif isinstance(value, list):
            for item in value:
                self._see(f"{place}[]", schema.get("items", {}), item, rules)
        elif isinstance(value, str) and "contentSchema" in schema:
            self._see_content(place, schema["contentSchema"], value, rules)
        for number, inner in enumerate(schema.get("anyOf", [])):
            if rules.validator(inner).is_valid(value):
                self.seen.add(Claim(place, f"alternative {number + 1}"))
                self._see(f"{place}|{number + 1}", inner, value, rules)
                break

    def _see_fields(self, place: str, schema: Node, value: dict[str, Any], rules: Rules) -> None:
        known = schema.get("properties", {})
        for name, inner in known.items():
            if name in value:
                self._see(f"{place}.{name}", inner, value[name], rules)
            else:
                self.seen.add(Claim(f"{place}.{name}", "absent"))
        more = schema.get("additionalProperties")
        others = value.keys() - known.keys()
        if others:
            self.seen.add(Claim(place, OTHER_FIELDS))
        if isinstance(more, dict):
            for name in others:
                self._see(f"{place}{{}}", more, value[name], rules)

    def _see_content(self, place: str, schema: Node, value: str, rules: Rules) -> None:
        try:
            content = json.loads(value)
        except ValueError:
            return
        if rules.validator(schema).is_valid(content):
            self._see(f"{place}=", schema, content, rules)


def _types(schema: Node) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def _is_open(schema: Node) -> bool:
    """Whether a schema says nothing of a value's type."""
    return not any(key in schema for key in ("type", "anyOf", "$ref", "enum"))


def _own_claims(place: str, schema: Node) -> Iterator[Claim]:
    """What a schema says of the value itself."""
    types = _types(schema)
    for name in types:
        yield Claim(place, name)
    for value in schema.get("enum", []):
        yield Claim(place, json.dumps(value))
    if _is_open(schema):
        yield Claim(place, ANYTHING)
    if "array" in types and "items" not in schema:
        yield Claim(f"{place}[]", ANYTHING)
    if "contentMediaType" in schema and "contentSchema" not in schema:
        yield Claim(f"{place}=", ANYTHING)
    if "object" in types:
        yield from _claims_of_object(place, schema)


def _claims_of_object(place: str, schema: Node) -> Iterator[Claim]:
    """What a schema says of the fields that an object has."""
    described = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in described:
            yield Claim(f"{place}.{name}", UNDESCRIBED)
    others = schema.get("additionalProperties")
    if others:
        yield Claim(place, OTHER_FIELDS)
    elif not described:
        yield Claim(f"{place}{{}}", NO_FIELDS if others is False else ANYTHING)


@cache
def _type_validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"type": name})


def _shown(place: str, schema: Node, value: Any) -> Iterator[Claim]:
    """Which claims about the value itself a value shows."""
    for name in _types(schema):
        if _type_validator(name).is_valid(value):
            yield Claim(place, name)
    if value in schema.get("enum", []):
        yield Claim(place, json.dumps(value))
