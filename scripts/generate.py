"""Write all generated files: `make generate`.

1. A package in `generated/` from each document in `openapi/`, by openapi-python-client.
2. Every `_sync/` folder from the `_async/` folder beside it.

`--check` writes into a temporary copy and fails where the checkout differs from it in any way:
a changed, a missing or an orphaned file.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
APIS = {
    Path("generated/llama_deploy_api"): Path("openapi/llama_deploy.yaml"),
    Path("generated/llama_agents_api"): Path("openapi/llama_agents.yaml"),
}
"""The generated packages, each with its document."""

TWINNED = [Path("llama_deploy_client"), Path("tests")]
"""The folders in which every `_async/` has a `_sync/` twin."""

SENT_AND_RECEIVED = {"TaskDefinition": "NewTask", "ServiceDefinition": "ServiceRegistration"}
"""Schemas of which users hold one class, by that of what is sent, which requires less."""

BANNER = "# Made by `make generate` from {source}: do not edit.\n"

# Names that differ between async and blocking. Longer names first: the first match counts.
TOKENS = {
    "async def": "def",
    "async with": "with",
    "async for": "for",
    "await ": "",
    "asyncio.sleep": "time.sleep",
    "sleep_async": "sleep_sync",
    "aside_async": "aside_sync",
    "is_in_loop_async": "is_in_loop_sync",
    "import asyncio": "import time",
    "_async": "_sync",
    "StopAsyncIteration": "StopIteration",
    "ag_frame": "gi_frame",
    "Awaitable[bool]": "bool",
    "Awaitable[str | None]": "str | None",
    "Awaitable[Any]": "Any",
    "Awaitable[T]": "T",
    "Awaitable[E]": "E",
    "AsyncAnswer": "SyncAnswer",
    "ask_async": "ask_sync",
    "AsyncIterator": "Iterator",
    "AsyncGenerator": "Generator",
    "httpx.AsyncClient": "httpx.Client",
    "AsyncClient": "SyncClient",
    "AsyncBaseTransport": "BaseTransport",
    "AsyncHTTPTransport": "HTTPTransport",
    "AsyncOpenTelemetryTransport": "SyncOpenTelemetryTransport",
    "AsyncByteStream": "SyncByteStream",
    "AsyncSocket": "SyncSocket",
    "AsyncWaiter": "SyncWaiter",
    "as_finished_async": "as_finished_sync",
    "read_async": "read_sync",
    "check_async": "check_sync",
    "check_hook_async": "check_hook_sync",
    "AsyncInputs": "SyncInputs",
    "asend": "send",
    "async_auth_flow": "sync_auth_flow",
    "PerLoop": "PerProcess",
    "handle_async_request": "handle_request",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aclose": "close",
    "aclosing": "closing",
    "asynccontextmanager": "contextmanager",
    "aread": "read",
    "anext": "next",
}
_TOKEN = re.compile("|".join(rf"(?<![A-Za-z]){re.escape(name)}(?:(?<=\W)|\b)" for name in TOKENS))


def to_sync(text: str) -> str:
    """The blocking twin of async source text, comments and docstrings included."""
    return _TOKEN.sub(lambda match: TOKENS[match.group()], text)


def run(*command: str | Path, cwd: Path) -> None:
    # The generator calls ruff by its name: it has to be the pinned one.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{result.stdout}{result.stderr}")


def tool(name: str) -> Path:
    """The command `name` of the environment that runs this script."""
    return Path(sys.executable).with_name(name)


def generate_api(root: Path, package: Path, document: Path) -> None:
    shutil.rmtree(root / package, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        contract = Path(scratch) / "contract.json"
        contract.write_text(json.dumps(contract_to_generate(root / document)))
        run(
            *(tool("openapi-python-client"), "generate", "--meta", "none", "--fail-on-warning"),
            *("--path", contract, "--config", "openapi/generator.yaml"),
            *("--custom-template-path", "openapi/templates", "--output-path", package),
            cwd=root,
        )
    remove_unused(root / package)
    for path in sorted((root / package).rglob("*.py")):
        text = path.read_text()
        path.write_text(BANNER.format(source=document.as_posix()) + text)
    shutil.rmtree(root / package / ".ruff_cache", ignore_errors=True)


def contract_to_generate(path: Path) -> dict[str, Any]:
    """The document as the generator needs it.

    Its operations have the successful response alone, since other code raises errors. A description
    names the generations that have the operation, since templates do not see extensions.
    """
    document: dict[str, Any] = YAML(typ="safe").load(path)
    schemas = document["components"]["schemas"]
    merged = {received: sent for received, sent in SENT_AND_RECEIVED.items() if received in schemas}
    for received, sent in merged.items():
        schemas[received] = {**schemas.pop(sent), "title": received}
    for operation in operations(document):
        operation["responses"] = {"200": operation["responses"]["200"]}
        if generations := operation.get("x-llama-deploy-generations"):
            operation["description"] = f"LlamaDeploy {generations[0]} to {generations[-1]}."
            if len(generations) == 1:
                operation["description"] = f"LlamaDeploy {generations[0]}."
    text = json.dumps(document)
    for received, sent in merged.items():
        text = text.replace(f"#/components/schemas/{sent}", f"#/components/schemas/{received}")
    adapted: dict[str, Any] = json.loads(text)
    return adapted


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from (value for name, value in item.items() if name in ("get", "post"))


def remove_unused(package: Path) -> None:
    """Remove the generator's own client, and the schemas that no operation names."""
    for name in ("client.py", "errors.py", "types.py"):
        (package / name).unlink()
    while True:
        text = "\n".join(path.read_text() for path in package.rglob("*.py"))
        imported = set(re.findall(r"^from \S*\.(\w+) import", text, re.MULTILINE))
        unused = [
            path for path in (package / "models").glob("[!_]*.py") if path.stem not in imported
        ]
        if not unused:
            return
        for path in unused:
            path.unlink()


def convert(root: Path) -> None:
    twins = []
    for source in sorted(each for base in TWINNED for each in (root / base).rglob("_async")):
        twin = source.with_name("_sync")
        shutil.rmtree(twin, ignore_errors=True)
        if paths := sorted(source.rglob("*.py")):  # where the files have moved, caches stay behind
            twins.append(twin)
        for path in paths:
            target = twin / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            banner = BANNER.format(source=path.relative_to(root).as_posix())
            target.write_text(banner + to_sync(path.read_text()))
    run(tool("ruff"), "check", "--quiet", "--fix-only", "--select", "I,F401", *twins, cwd=root)
    run(tool("ruff"), "format", "--quiet", *twins, cwd=root)


def generate(root: Path) -> None:
    for package, document in APIS.items():
        generate_api(root, package, document)
    convert(root)


def generated_files(root: Path) -> Iterator[Path]:
    """Every generated file, relative to `root`."""
    folders = [
        *APIS,
        *(path.relative_to(root) for base in TWINNED for path in (root / base).rglob("_sync")),
    ]
    for folder in folders:
        for path in (root / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(root)


def check(root: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        shutil.copy(root / "pyproject.toml", fresh)
        for folder in ("openapi", *map(str, TWINNED)):
            shutil.copytree(root / folder, fresh / folder)
        generate(fresh)
        here, there = set(generated_files(root)), set(generated_files(fresh))
        wrong = [f"orphaned: {path}" for path in sorted(here - there)]
        wrong += [f"missing: {path}" for path in sorted(there - here)]
        wrong += [
            f"differs: {path}"
            for path in sorted(here & there)
            if not filecmp.cmp(root / path, fresh / path, shallow=False)
        ]
    if wrong:
        sys.exit("\n".join([*wrong, "Run `make generate` and commit what it writes."]))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write all generated files.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail on a difference")
    check(ROOT) if parser.parse_args().check else generate(ROOT)


if __name__ == "__main__":
    main()
