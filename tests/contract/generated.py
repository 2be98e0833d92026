"""Requests that Schemathesis makes from the document."""

from __future__ import annotations

from typing import Any, TypeAlias, cast
from urllib.parse import urlsplit

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation

from scripts.contract.document import CORE, Half, halves
from scripts.contract.exchange import Request

from .probe import UNKNOWN, Probe, task

Case: TypeAlias = schemathesis.Case[Any]
Cases: TypeAlias = st.SearchStrategy[Case]
Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
Ids: TypeAlias = dict[str, list[str]]
"""Known ids by the names of parameters."""

FUZZ = "generated"
"""The deployment that generated requests go to."""

SERVICES = ("echo", "structured", "failing")
CONFIG = {"analysis": {"constants": {"enabled": False}}}  # no strings out of this very code
LAST = {"delete_session", "delete_deployment_session"}
"""Operations that would take from the others the ids that they need."""

EXAMPLES = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""Requests of each kind (valid, invalid) and operation."""


def drive_generated(probe: Probe) -> None:
    """Send generated requests of every operation to a deployment of their own, and see that it
    works afterwards."""
    usual = dict(probe.urls)
    probe.connect_core(probe.server.deploy(FUZZ, SERVICES))
    for half in halves(probe.generation):
        ids = _ids_of_core(probe) if half.tag == CORE else _ids_of_api_server(probe)
        schema = schemathesis.openapi.from_dict(
            probe.document.of(half).content, config=schemathesis.Config.from_dict(CONFIG)
        )
        by_id = {
            operation.definition.raw["operationId"]: operation
            for operation in (cast(Any, each).ok() for each in schema.get_all_operations())
        }
        for id in sorted(by_id, key=lambda name: (name in LAST, name)):
            # The deployment needs its services: only unknown names to deregister.
            known = {} if id == "deregister_service" else ids
            _send_all(probe, half, id, "generated", _valid(by_id[id], known))
            if by_id[id].query or by_id[id].body:  # any text is a valid part of a path
                _send_all(probe, half, id, "generated to be wrong", _invalid(by_id[id], known))
    body = task("echo", message="a")
    assert probe.call("run_deployment_task", "after all that", FUZZ, body=body).json() == "A"
    probe.urls = usual


def _ids_of_core(probe: Probe) -> Ids:
    why = "to generate for"
    session = probe.call("create_session", why).json()
    tasks = [
        probe.call("create_session_task", why, session, body=task(service)).json()
        for service in SERVICES
    ]
    for id in tasks:
        probe.finish("get_session_task_result", session, id)
    return {"session_id": [session], "task_id": tasks, "service_name": ["echo"]}


def _ids_of_api_server(probe: Probe) -> Ids:
    why = "to generate for"
    session = probe.call("create_deployment_session", why, FUZZ).json()["session_id"]
    query = {"session_id": session}
    tasks = []
    for service in ("echo", "failing"):
        body = task(service)
        created = probe.call("create_deployment_task", why, FUZZ, query=query, body=body)
        tasks.append(created.json()["task_id"])
        probe.finish("get_deployment_task_results", FUZZ, tasks[-1], query=query)
    return {"deployment_name": [FUZZ], "session_id": [session], "task_id": tasks}


def _send_all(probe: Probe, half: Half, id: str, why: str, cases: Cases) -> None:
    described = probe.document.operations[id]

    @EXAMPLES
    @given(case=cases)
    def send(case: Case) -> None:
        request = _to_request(case)
        if described.matches(request.method, request.target.partition("?")[0]):
            # Of tasks that have ended all comes at once, of unknown ones nothing.
            probe.send(half, described, why, request, silent=True)

    send()


def _valid(operation: Operation, known: Ids) -> Cases:
    """Cases whose ids are known ones as often as not."""

    def pick(names: list[str]) -> st.SearchStrategy[dict[str, str]]:
        """Known and unknown ids for some of the names; Schemathesis makes up the others."""
        pools = {name: st.sampled_from([*known.get(name, []), UNKNOWN, None]) for name in names}
        ids = st.fixed_dictionaries(pools)
        return ids.map(lambda ids: {name: id for name, id in ids.items() if id is not None})

    in_path = [parameter.name for parameter in operation.path_parameters]
    in_query = [p.name for p in operation.query if p.name.endswith(("_id", "_name"))]
    cases = st.tuples(pick(in_path), pick(in_query)).flatmap(
        lambda ids: operation.as_strategy(path_parameters=ids[0] or None, query=ids[1] or None)
    )
    # Most tasks keep no server waiting; the others are left as they were generated.
    services = st.sampled_from([*SERVICES, UNKNOWN])
    inputs = st.sampled_from(["{}", '{"message": "hello"}', '{"other": [1, null]}'])
    tasks = st.builds(lambda service, text: {**task(service), "input": text}, services, inputs)
    return st.builds(_with_task, cases, st.just({}) | tasks)


def _with_task(case: Case, parts: dict[str, Any]) -> Case:
    if isinstance(case.body, dict) and "input" in case.body:
        case.body = {**case.body, **parts}
    return case


def _invalid(operation: Operation, known: Ids) -> Cases:
    """Cases that are wrong in something else than their path."""
    path = {p.name: known[p.name][0] for p in operation.path_parameters if p.name in known}
    return operation.as_strategy(
        generation_mode=GenerationMode.NEGATIVE, path_parameters=path or None
    )


def _to_request(case: Case) -> Request:
    arguments = case.as_transport_kwargs(base_url="http://server")
    names = ("method", "url", "headers", "params", "data", "json", "files")
    prepared = requests.Request(**{n: arguments[n] for n in names if n in arguments}).prepare()
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
