"""Imports point downwards: no circle, at run time or for types, and no way through a wall."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "llama_deploy_client": ROOT / "llama_deploy_client",
    "llama_deploy_api": ROOT / "generated" / "llama_deploy_api",
    "llama_agents_api": ROOT / "generated" / "llama_agents_api",
    "scripts": ROOT / "scripts",
}
LAYERS = [
    ["request", "_values", "settings", "types", "events", "errors"],
    ["_async.http", "_async.doubt", "_async.recognising"],
    ["_async.sending"],
    ["_async.handler_events", "_async.streams", "_async.base"],
    ["_async.model"],
    ["_async.batch", "_async.handlers", "_async.task"],
    ["_async.runs", "_async.workflow_runs"],
    ["_async.tasks", "_async.workflows"],
    ["_async.apiserver", "_async.services", "_async.core"],
    ["_async.client"],
    ["client"],
]
"""Modules import from higher rows of this table alone, or from their own."""


OF_WORKFLOWS = {"workflows", "workflow_runs", "handlers", "handler_events"}


def modules() -> dict[str, Path]:
    """All modules by their names."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in folder.rglob("*.py"):
            name = ".".join([package, *path.relative_to(folder).with_suffix("").parts])
            found[name.removesuffix(".__init__")] = path
    return found


MODULES = modules()


def imported(name: str) -> Iterator[str]:
    """The modules that one names in any import: at the top, for types, or in a function."""
    path = MODULES[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            within = [f"{source}.{alias.name}" for alias in node.names]
            yield from (each if each in MODULES else source for each in within)


# Without the packages that a module is in, which are there before it.
GRAPH = {
    name: {each for each in imported(name) if not f"{name}.".startswith(f"{each}.")}
    for name in MODULES
}


def test_no_modules_import_one_another_in_a_circle() -> None:
    try:
        TopologicalSorter(GRAPH).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


def test_layers_import_downwards() -> None:
    rank = {f"llama_deploy_client.{name}": n for n, row in enumerate(LAYERS) for name in row}
    assert rank.keys() <= MODULES.keys()
    sources = {name for name in MODULES if name.startswith("llama_deploy_client._async.")}
    assert sources <= {*rank, "llama_deploy_client._async.tracing"}
    upwards = [
        f"{name} imports {each}"
        for name in rank
        for each in GRAPH[name]
        if rank.get(each, 0) > rank[name]
    ]
    assert upwards == []


def test_only_clients_know_of_workflow_servers() -> None:
    """And what traces, or stands in for, every server."""
    own = {"_sse", "_workflows", "models.workflows", "sync.workflows", "testing.workflowserver"}
    own |= {f"{side}.{name}" for side in ("_async", "_sync") for name in OF_WORKFLOWS}
    own = {f"llama_deploy_client.{name}" for name in own}
    known_by = {
        name
        for name in MODULES
        if name.startswith("llama_deploy_client.")
        if any(each in own or each.startswith("llama_agents_api") for each in GRAPH[name])
    }
    sides = {"client", "base", "tracing"}
    others = {f"llama_deploy_client.{side}.{n}" for side in ("_async", "_sync") for n in sides}
    assert known_by - own == others | {"llama_deploy_client.testing.server"}


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("llama_deploy_client._transport", "llama_deploy_client"),
        ("llama_deploy_client._transport", "llama_deploy_api"),
        ("llama_deploy_api", "llama_deploy_client._async"),
        ("llama_deploy_api", "llama_deploy_client._sync"),
        ("scripts", "tests"),
        ("llama_deploy_api", "llama_agents_api"),
        ("llama_agents_api", "llama_deploy_api"),
        ("llama_agents_api", "llama_deploy_client._async"),
    ],
)
def test_walls_hold(inside: str, outside: str) -> None:
    through = [
        f"{name} imports {each}"
        for name in MODULES
        if f"{name}.".startswith(f"{inside}.")
        for each in GRAPH[name]
        if f"{each}.".startswith(f"{outside}.") and not f"{each}.".startswith(f"{inside}.")
    ]
    assert through == []
