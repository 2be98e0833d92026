"""Requests that Schemathesis makes from the document, and its judgement of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias, cast
from urllib.parse import urlsplit

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from scripts.contract.document import CORE, Document, Half, halves
from scripts.contract.exchange import Exchange, Request

from .probe import UNKNOWN, Probe, task

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
Case: TypeAlias = schemathesis.Case[Any]

FUZZ = "generated"
"""The deployment that generated requests go to."""

EXAMPLES = 12
"""Requests of each kind (valid, broken) and operation."""

SILENCE = 0.4
"""Seconds without a byte after which a stream is left: the tasks to ask for have ended."""

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ACCEPTED_SERVICES = ("echo", "structured", "failing")
CONFIG = {"analysis": {"constants": {"enabled": False}}}  # no strings out of this very code

# The deployment needs its services, so this one makes do with unknown names.
NO_KNOWN_ID = {"deregister_service"}
LAST = {"delete_session", "delete_deployment_session"}
"""What they are given, others need."""


def schemathesis_operations(document: Document, half: Half) -> dict[str, Operation]:
    """Schemathesis' idea of the operations of one server, by their ids."""
    config = schemathesis.Config.from_dict(CONFIG)
    schema = schemathesis.openapi.from_dict(document.of(half).content, config=config)
    operations = {}
    for found in schema.get_all_operations():
        operation = cast(Any, found).ok()
        operations[operation.definition.raw["operationId"]] = operation
    return operations


def judge(document: Document, operation: Operation, exchange: Exchange) -> str | None:
    """What Schemathesis finds wrong with an answer."""
    answer = exchange.answer
    method, _, target = exchange.request.partition(" ")
    sent = requests.Request(method, f"http://server{target}").prepare()
    headers = {"content-type": [answer.content_type]} if answer.content_type else {}
    response = schemathesis.Response(
        answer.status, headers, answer.text.encode(), sent, elapsed=0.0, verify=False
    )
    ids = document.operations[exchange.operation].ids(target.partition("?")[0])
    case = operation.Case(method=cast(Any, method), path_parameters=ids)
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as failures:
        return f"{'; '.join(map(str, failures.exceptions))}\n  {exchange}"
    return None


def drive_generated(probe: Probe) -> None:
    """Send generated requests of every operation to a deployment of their own.

    Raises:
        AssertionError: the deployment does not work afterwards.
    """
    file = probe.server.deploy(FUZZ, ACCEPTED_SERVICES)
    usual = probe.urls.get(CORE)
    if file.control_plane_url is not None:
        probe.urls[CORE] = file.control_plane_url
    for half in halves(probe.generation):
        known = _known_ids(probe, half)
        operations = schemathesis_operations(probe.document, half)
        for id, operation in sorted(operations.items(), key=lambda item: item[0] in LAST):
            ids = {} if id in NO_KNOWN_ID else known
            for mode in _modes(operation):
                _drive(probe, half, id, operation, mode, ids)
    alive = probe.call(
        "run_deployment_task", "after all that", FUZZ, body=task("echo", message="a")
    )
    assert alive.json() == "A", alive
    if usual is not None:
        probe.urls[CORE] = usual


def _modes(operation: Operation) -> Iterator[GenerationMode]:
    yield GenerationMode.POSITIVE
    if operation.query or operation.body:  # any text is a valid part of a path
        yield GenerationMode.NEGATIVE


def _known_ids(probe: Probe, half: Half) -> dict[str, list[str]]:
    """Ids that exist: sessions, and ended tasks in them."""
    tasks = []
    if half.tag == CORE:
        session = probe.call("create_session", "to generate for").json()
        for service in ACCEPTED_SERVICES:
            made = probe.call("create_session_task", "to generate for", session, body=task(service))
            tasks.append(made.json())
        asked = "get_session_task_result"
    else:
        session = probe.call("create_deployment_session", "to generate for", FUZZ).json()[
            "session_id"
        ]
        query = {"session_id": session}
        for service in ("echo", "failing"):
            made = probe.call(
                "create_deployment_task", "to generate for", FUZZ, query=query, body=task(service)
            )
            tasks.append(made.json()["task_id"])
        asked = "get_deployment_task_results"
    for id in tasks:
        _finish(probe, asked, session, id)
    return {
        "deployment_name": [FUZZ],
        "session_id": [session],
        "task_id": tasks,
        "service_name": ["echo"],
    }


def _finish(probe: Probe, asked: str, session: str, id: str) -> None:
    def done() -> bool:
        if asked == "get_session_task_result":
            answer = probe.call(asked, "ends", session, id)
        else:
            answer = probe.call(asked, "ends", FUZZ, id, query={"session_id": session})
        return answer.status != 200 or answer.json() is not None

    probe.until(done, f"the end of task {id}")


def _drive(
    probe: Probe,
    half: Half,
    id: str,
    operation: Operation,
    mode: GenerationMode,
    known: dict[str, list[str]],
) -> None:
    described = probe.document.operations[id]
    why = "generated" if mode is GenerationMode.POSITIVE else "generated to be wrong"

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=_cases(operation, mode, known))
    def send_all(case: Case) -> None:
        request = _to_request(case)
        if described.matches(request.method, request.target.partition("?")[0]):
            probe.send(half, described, why, request, silence=SILENCE)

    send_all()


def _cases(
    operation: Operation, mode: GenerationMode, known: dict[str, list[str]]
) -> st.SearchStrategy[Case]:
    """Cases whose ids are known ones as often as not."""

    def pick(names: list[str]) -> st.SearchStrategy[dict[str, str]]:
        """Known and unknown ids for some of the names; Schemathesis makes up the others."""
        pools = {name: st.sampled_from([*known.get(name, []), UNKNOWN, None]) for name in names}
        picked = st.fixed_dictionaries(pools)
        return picked.map(lambda ids: {name: id for name, id in ids.items() if id is not None})

    in_path = [parameter.name for parameter in operation.path_parameters]
    in_query = [p.name for p in operation.query if p.name.endswith(("_id", "_name"))]
    if mode is GenerationMode.NEGATIVE:
        in_query = []  # what is given counts as right

    def make(picked: tuple[dict[str, str], dict[str, str]]) -> st.SearchStrategy[Any]:
        path, query = picked
        if mode is GenerationMode.NEGATIVE and known:
            path = {name: known[name][0] for name in in_path}
        return operation.as_strategy(
            generation_mode=mode, path_parameters=path or None, query=query or None
        )

    cases = st.tuples(pick(in_path), pick(in_query)).flatmap(make)
    return cases if mode is GenerationMode.NEGATIVE else st.builds(_with_task, cases, _tasks())


def _tasks() -> st.SearchStrategy[dict[str, Any]]:
    """Parts of tasks that keep no server waiting, or none, to leave what was generated."""
    services = st.sampled_from([*ACCEPTED_SERVICES, UNKNOWN])
    inputs = st.sampled_from(["{}", '{"message": "hello"}', '{"other": [1, null]}'])
    known = st.builds(lambda service, text: {**task(service), "input": text}, services, inputs)
    return st.just({}) | known


def _with_task(case: Case, known: dict[str, Any]) -> Case:
    """A case, if it is of a task, with a service and an input that are known."""
    if isinstance(case.body, dict) and "input" in case.body:
        case.body = {**case.body, **known}
    return case


def _to_request(case: Case) -> Request:
    arguments = case.as_transport_kwargs(base_url="http://server")
    names = ("method", "url", "headers", "params", "data", "json", "files")
    used = {name: arguments[name] for name in names if name in arguments}
    prepared = requests.Request(**used).prepare()
    address = urlsplit(str(prepared.url))
    target = address.path + (f"?{address.query}" if address.query else "")
    ours = {"Connection", "X-Schemathesis-TestCaseId", "Accept-Encoding"}
    headers = {name: _text(value) for name, value in prepared.headers.items() if name not in ours}
    body = prepared.body
    if body is not None and not isinstance(body, bytes):
        body = str(body).encode()
    return Request(str(prepared.method), target, headers, body)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
