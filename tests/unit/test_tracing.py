"""Tracing wraps every method that sends, and no other."""

from __future__ import annotations

from inspect import iscoroutinefunction, isfunction

from llama_deploy_client import TaskDefinition
from llama_deploy_client._async.model import Handle
from llama_deploy_client._async.tracing import Tracing
from llama_deploy_client._span_attributes import SERVICE, SESSION, TASK, ids_among
from llama_deploy_client.models import apiserver, core, workflows


def test_every_method_that_sends_has_its_span() -> None:
    methods = {
        (kind, name)
        for module in (apiserver, core, workflows)
        for kind in (getattr(module, name) for name in module.__all__)
        if issubclass(kind, Handle)
        for name, method in vars(kind).items()
        if isfunction(method) and not name.startswith("_")
        if iscoroutinefunction(method) or method.__annotations__["return"].startswith("EventStream")
    }
    wrapped = {
        (kind, name)
        for kind, name, _ in Tracing(None, None).wrappers()
        if issubclass(kind, Handle) and not name.startswith("_")
    }
    assert len(methods) > 30
    assert wrapped == methods


def test_ids_are_found_beside_a_task_and_in_it() -> None:
    task = TaskDefinition(input={}, service_id="echo", session_id="s")
    ids = ids_among({"task_id": "t", "task": task, "timeout": 5})
    assert ids == {TASK: "t", SERVICE: "echo", SESSION: "s"}
