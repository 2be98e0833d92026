#!/usr/bin/env python3
"""Compare the OpenAPI document with a running LlamaDeploy server.

    python -m scripts.drift http://127.0.0.1:4501

Reads what the server says of itself (`/openapi.json`) and how it responds to reading requests that
change nothing. Finds out by itself whether it is an API server or a control plane, and which
generation comes closest, so that it is of use with a version that nobody has seen yet.

Exits with 0 if there is no difference but known ones, 1 if there are others, 2 if there is nothing
to compare with. Known differences are in `tests/contract/known_drift.yaml`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
from ruamel.yaml import YAML

from scripts.contract.conformance import Rules
from scripts.contract.document import (
    APISERVER,
    CORE,
    HALVES,
    PATH,
    Document,
    Half,
    Operation,
    to_pattern,
)
from scripts.contract.exchange import NDJSON, Exchange, Response

KNOWN = PATH.parents[1] / "tests" / "contract" / "known_drift.yaml"
TIMEOUT = 60.0
UNKNOWN_ID = "drift-no-such-id"
SERVES = {APISERVER: "API server", CORE: "control plane"}


class NothingToCompareError(Exception):
    """There is no LlamaDeploy server at the address; the message says what is there instead."""


class Report(NamedTuple):
    """The comparison with one half of one generation."""

    half: Half
    new: list[str]
    known: dict[str, str]
    """Known differences with their reasons."""


def load_known() -> dict[str, str]:
    """The differences that a file lists, as patterns of file names, with their reasons."""
    return {one["difference"]: one["reason"] for one in YAML(typ="safe").load(KNOWN)}


# --- What the server says of itself ---------------------------------------------------------------


def differences(ours: Document, theirs: Document) -> Iterator[str]:
    """How two documents of one server differ, a line each."""
    mine, its = _by_route(ours), _by_route(theirs)
    for route in sorted(mine.keys() - its.keys()):
        yield f"only the document has {route}"
    for route in sorted(its.keys() - mine.keys()):
        yield f"only the server has {route}"
    for route in sorted(mine.keys() & its.keys()):
        yield from (
            f"{route}: {line}" for line in _of_operation(ours, mine[route], theirs, its[route])
        )


def _by_route(document: Document) -> dict[str, Operation]:
    return {
        f"{operation.method} {to_pattern(operation.path)}": operation
        for operation in document.all_operations()
    }


def _of_operation(
    ours: Document, mine: Operation, theirs: Document, its: Operation
) -> Iterator[str]:
    if mine.path != its.path:
        yield f"the path is {mine.path} in the document, {its.path} on the server"
    yield from _named("parameter", _parameters(ours, mine), _parameters(theirs, its))
    body, their_body = ours.body_schema(mine), theirs.body_schema(its)
    if body is None or their_body is None:
        if body is not their_body:
            yield f"only the {'server' if body is None else 'document'} has a body"
        return
    if body[0] != their_body[0]:
        yield f"the body is {body[0]} in the document, {their_body[0]} on the server"
    if ours.resolve(mine.definition["requestBody"]).get("required", False) != theirs.resolve(
        its.definition["requestBody"]
    ).get("required", False):
        yield "the body is required only by one of both"
    yield from _named("field", _fields(ours, body[1]), _fields(theirs, their_body[1]))


def _parameters(document: Document, operation: Operation) -> dict[str, dict[str, Any]]:
    return {
        f"{parameter['name']} in {parameter['in']}": {
            "required": parameter.get("required", False),
            **_traits(document, parameter["schema"]),
        }
        for parameter in operation.parameters
    }


def _fields(document: Document, schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A body's fields, and the body as one more."""
    resolved = document.resolve(schema)
    fields = resolved.get("properties", {})
    required = resolved.get("required", [])
    undescribed: dict[str, dict[str, Any]] = {name: {} for name in required}
    return {
        "(the whole body)": _traits(document, resolved),
        **{
            name: {"required": name in required, **_traits(document, described)}
            for name, described in (undescribed | fields).items()
        },
    }


def _traits(document: Document, schema: dict[str, Any]) -> dict[str, Any]:
    resolved = document.resolve(schema)
    types = sorted(_types(document, resolved))
    items = sorted(_types(document, resolved.get("items", {})))
    return {
        "type": " or ".join(types) or "any",
        "items": " or ".join(items) or "any",
        "default": resolved.get("default"),
    }


def _types(document: Document, schema: dict[str, Any]) -> set[str]:
    resolved = document.resolve(schema)
    types = resolved.get("type", [])
    alternatives = [_types(document, one) for one in resolved.get("anyOf", [])]
    return set([types] if isinstance(types, str) else types).union(*alternatives)


def _named(kind: str, ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    for name in sorted(ours.keys() - theirs.keys()):
        yield f"only the document has {kind} {name}"
    for name in sorted(theirs.keys() - ours.keys()):
        yield f"only the server has {kind} {name}"
    for name in sorted(ours.keys() & theirs.keys()):
        for trait, mine in ours[name].items():
            its = theirs[name].get(trait)
            if mine != its:
                yield f"{kind} {name}: {trait} is {_show(mine)} in the document, {_show(its)} there"


def _show(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# --- How the server responds ----------------------------------------------------------------------


def ask(client: httpx.Client, document: Document, tag: str) -> list[tuple[str, str, Response]]:
    """Send reading requests; return each with its operation and response.

    Requests are for what exists without an id, and else for an unknown id and the first that the
    server lists. Results and streams of unknown tasks may keep one waiting: left out.
    """
    exchanges = []
    for operation in document.operations.values():
        if operation.method != "GET" or tag not in operation.definition["tags"]:
            continue
        content = operation.definition["responses"]["200"].get("content", {})
        if NDJSON in content or "{task_id}" in operation.path:
            continue
        for path in _paths(client, operation.path):
            response = client.get(path)
            content_type = response.headers.get("Content-Type", "").partition(";")[0]
            if response.status_code == httpx.codes.NO_CONTENT:
                content_type = ""
            received = Response(response.status_code, content_type, response.text)
            exchanges.append((operation.id, f"GET {path}", received))
    return exchanges


def _paths(client: httpx.Client, template: str) -> list[str]:
    """The paths to ask for."""
    start, has_id, rest = template.partition("{")
    if not has_id:
        return [template]
    tail = rest.partition("}")[2]
    ids = [UNKNOWN_ID, *_listed(client, start)]
    return [f"{start}{quote(id, safe='')}{tail}" for id in ids if "{" not in tail]


def _listed(client: httpx.Client, path: str) -> list[str]:
    """The first id under a path, if the server lists any there."""
    response = client.get(path if path == "/deployments/" else path.rstrip("/"))
    try:
        items = response.raise_for_status().json()
        names = [item["name"] for item in items] if isinstance(items, list) else list(items)
    except (httpx.HTTPStatusError, ValueError, KeyError, TypeError):
        return []  # whatever is wrong with it, the comparison tells
    return [str(name) for name in names[:1]]


# --- Finding out what it is -----------------------------------------------------------------------


def compare(url: str, document: Document, known: Mapping[str, str]) -> list[Report]:
    """The comparisons with the generations that come closest: several if none is better.

    Raises:
        NothingToCompareError: there is no LlamaDeploy server at `url`.
    """
    with httpx.Client(base_url=url, timeout=TIMEOUT, follow_redirects=True) as client:
        served = _served(client, url)
        tag = _which_half(document, served, url)
        try:
            exchanges = ask(client, document, tag)
        except httpx.HTTPError as error:
            raise NothingToCompareError(f"{url} stopped answering: {error}") from error
    halves = [half for half in HALVES if half.tag == tag]
    reports = [_report(document, half, served, exchanges, known) for half in halves]
    best = min(len(report.new) for report in reports)
    return [report for report in reports if len(report.new) == best]


def _served(client: httpx.Client, url: str) -> Document:
    try:
        response = client.get("/openapi.json")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NothingToCompareError(f"Nothing answers at {url}: {error}") from error
    if response.status_code != httpx.codes.OK:
        status = f"{response.status_code} {response.reason_phrase}"
        raise NothingToCompareError(f"{url} answers, but has no /openapi.json: {status}")
    try:
        document = Document(response.json())
        _ = document.operations
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NothingToCompareError(f"{url}/openapi.json is not an OpenAPI document") from error
    return document


def _which_half(document: Document, served: Document, url: str) -> str:
    """The half that shares most paths with what is served."""
    paths = {to_pattern(path) for path in served.content["paths"]}
    shared = {
        tag: sum(
            to_pattern(operation.path) in paths - {"/"}
            for operation in document.operations.values()
            if tag in operation.definition["tags"]
        )
        for tag in SERVES
    }
    tag = max(shared, key=lambda one: shared[one])
    if not shared[tag]:
        raise NothingToCompareError(
            f"The server at {url} is neither an API server nor a control plane of LlamaDeploy: "
            f"it has none of their paths, but {', '.join(sorted(paths)[:5]) or 'none at all'}"
        )
    return tag


def _report(
    document: Document,
    half: Half,
    served: Document,
    exchanges: list[tuple[str, str, Response]],
    known: Mapping[str, str],
) -> Report:
    report = Report(half, [], {})
    lines = list(differences(document.of(half), served))
    rules = Rules(document, half)
    for id, request, response in exchanges:
        lines += [
            f"{request} answers otherwise than documented: {problem.partition(chr(10))[0]}"
            for problem in rules.problems(Exchange(half, id, "drift", request, response))
        ]
    for line in dict.fromkeys(lines):
        reason = next((why for one, why in known.items() if fnmatchcase(line, one)), None)
        if reason is None:
            report.new.append(line)
        else:
            report.known[line] = reason
    return report


# --- Saying so ------------------------------------------------------------------------------------


def describe(url: str, reports: Sequence[Report]) -> str:
    """The comparison for people."""
    report = reports[-1]
    generations = " or ".join(one.half.generation for one in reports)
    closest = f"of no known generation; closest: {generations}"
    generation = closest if report.new else f"generation {generations}"
    separator = " " if report.new else ", "
    lines = [
        f"{url} is a LlamaDeploy {SERVES[report.half.tag]}{separator}{generation}",
        f"Differences from the document for {report.half.generation}: {len(report.new)}",
        *(f"  - {difference}" for difference in report.new),
        f"Known differences: {len(report.known)}",
    ]
    for reason in dict.fromkeys(report.known.values()):
        lines += [f"  - {line}" for line, why in report.known.items() if why == reason]
        lines.append(f"    {reason}")
    if report.new:
        lines.append(
            "If the server is right, correct openapi/llama_deploy.yaml (for a new generation, add "
            "it to the lists of generations there). If both are, add the difference to "
            "tests/contract/known_drift.yaml with its reason."
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Compare the OpenAPI document with a server.")
    parser.add_argument("url", help="of an API server or a control plane")
    options = parser.parse_args(arguments)
    url = options.url.rstrip("/")
    if not url.startswith(("http://", "https://")):
        url = f"http://{url}"
    try:
        reports = compare(url, Document.load(), load_known())
    except NothingToCompareError as error:
        print(error, file=sys.stderr)
        return 2
    print(describe(url, reports))
    return 1 if reports[0].new else 0


if __name__ == "__main__":
    sys.exit(main())
