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
    ["http", "doubt", "recognising"],
    ["sending"],
    ["streams", "task_events", "handler_events"],
    ["base"],
    ["model"],
    ["batch", "handlers", "task"],
    ["runs"],
    ["workflow_runs"],
    ["services", "tasks", "workflows"],
    ["apiserver", "core"],
    ["client"],
    ["tracing"],
]
"""The modules of `_async/` and `_sync/`: each imports from higher rows of this table alone."""

ROWS = {module: number for number, row in enumerate(LAYERS, 1) for module in row}

ABOVE = {
    *("client", "models", "sync", "testing", "pytest_plugin", "opentelemetry", "cli", "__main__"),
    *("llama_deploy_client", "scripts"),
}
"""What is above them. All else is below them: values, settings, errors, logic without I/O."""

SIDES = {"_async", "_sync"}
OF_WORKFLOWS = {"workflows", "workflow_runs", "handlers", "handler_events"}


def modules() -> dict[str, Path]:
    """All modules by their names."""
    paths = {}
    for package, folder in PACKAGES.items():
        for path in folder.rglob("*.py"):
            name = ".".join([package, *path.relative_to(folder).with_suffix("").parts])
            paths[name.removesuffix(".__init__")] = path
    return paths


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


def test_no_imports_form_a_circle() -> None:
    try:
        TopologicalSorter(GRAPH).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


def rank(name: str) -> int:
    """How far up a module is."""
    top, _, module = name.removeprefix("llama_deploy_client.").partition(".")
    if top in ABOVE and name in MODULES:
        return len(LAYERS) + 1
    return ROWS[module] if top in SIDES and module else 0


def test_imports_point_downwards() -> None:
    upwards = [
        f"{name} imports {each}"
        for name in MODULES
        if rank(name) <= len(LAYERS)
        for each in GRAPH[name]
        if rank(each) >= max(rank(name), 1)
    ]
    assert upwards == []


def test_neither_side_imports_the_other() -> None:
    across = [
        f"{name} imports {each}"
        for name in MODULES
        for each in GRAPH[name]
        if {"_async", "_sync"} <= {*name.split("."), *each.split(".")}
    ]
    assert across == []


def test_errors_import_only_texts_and_types() -> None:
    ours = {each for each in GRAPH["llama_deploy_client.errors"] if each.startswith("llama_")}
    assert ours == {"llama_deploy_client._texts", "llama_deploy_client.types"}


@pytest.mark.parametrize(
    ("extra", "importers"), [("cli", {"__main__"}), ("testing", {"pytest_plugin"})]
)
def test_extras_are_imported_only_by_what_starts_them(extra: str, importers: set[str]) -> None:
    package = f"llama_deploy_client.{extra}"
    actual = {
        name.removeprefix("llama_deploy_client.")
        for name in MODULES
        if name.startswith("llama_") and not f"{name}.".startswith(f"{package}.")
        if any(f"{each}.".startswith(f"{package}.") for each in GRAPH[name])
    }
    assert actual == importers


def test_only_clients_import_code_of_workflow_servers() -> None:
    """And what traces, or stands in for, every server."""
    own = {"_sse", "_workflows", "models.workflows", "sync.workflows", "testing.workflowserver"}
    own |= {f"{side}.{name}" for side in SIDES for name in OF_WORKFLOWS}
    own = {f"llama_deploy_client.{name}" for name in own}
    importers = {
        name
        for name in MODULES
        if name.startswith("llama_deploy_client.")
        if any(each in own or each.startswith("llama_agents_api") for each in GRAPH[name])
    }
    sides = {"client", "base", "tracing"}
    others = {f"llama_deploy_client.{side}.{n}" for side in SIDES for n in sides}
    assert importers - own == others | {"llama_deploy_client.testing.server"}


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("llama_deploy_client._transport", "llama_deploy_client"),
        ("llama_deploy_client._transport", "llama_deploy_api"),
        ("scripts", "tests"),
        ("llama_deploy_api", "llama_agents_api"),
        ("llama_agents_api", "llama_deploy_api"),
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
