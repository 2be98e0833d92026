"""A start is light: what a program does not use yet is not imported yet."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import llama_deploy_client
from tests.support.running import run_python

LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)))"


def modules_after(program: str) -> set[str]:
    """What a fresh interpreter has imported after `program`."""
    ran = run_python(f"{program}\n{LOADED}")
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stdout))


def test_a_client_is_built_without_network_generated_modules_or_payloads() -> None:
    modules = modules_after("from llama_deploy_client import Client; Client()")
    assert not modules & {
        "httpcore",
        "httptools",
        "llama_deploy_api",
        "llama_deploy_client.types",
        "llama_deploy_client._sync.client",
        "msgspec",
        "opentelemetry",
    }


FIRST_CALL = """
import asyncio, sys
from asyncio.events import Handle
from contextlib import suppress
from llama_deploy_client import Client

nowhere = "http://127.0.0.1:1"
client = Client(
    api_server_url=nowhere, control_plane_url=nowhere, workflow_server_url=nowhere, max_retries=0
)
run, imported = Handle._run, []

def run_and_count(step):
    before = len(sys.modules)
    run(step)
    imported.append(len(sys.modules) - before)

async def first_call():
    with suppress(Exception):
        await {call}.list()

Handle._run = run_and_count
asyncio.run(first_call())
print(sum(imported), max(imported))
"""


@pytest.mark.parametrize(
    "call", ["client.apiserver.deployments", "client.core.sessions", "client.workflows"]
)
def test_no_step_of_a_first_call_stalls_the_loop_with_all_imports(call: str) -> None:
    """Of a client that was made before the loop ran: one made in a loop imports them itself."""
    imported, at_once = map(int, run_python(FIRST_CALL.format(call=call)).stdout.split())
    assert imported > 60
    assert at_once < 80


def test_programs_on_llama_deploy_pay_nothing_for_llama_agents() -> None:
    modules = modules_after(
        "from llama_deploy_client import Client, SyncClient\n"
        "for client in (Client(), SyncClient()):\n"
        "    client.apiserver.deployments, client.core.sessions\n"
        "import llama_deploy_client.models.apiserver, llama_deploy_client.models.core"
    )
    assert "llama_deploy_client._async.tasks" in modules
    names = ("llama_agents_api", "workflow", "handler", "_sse")
    ours = [name for name in modules if name.startswith("llama_")]
    assert [name for name in ours if any(part in name for part in names)] == []


def test_opentelemetrys_own_command_finds_the_tracing() -> None:
    program = (
        "from llama_deploy_client.opentelemetry import LlamaDeployInstrumentor\n"
        "print(LlamaDeployInstrumentor().is_instrumented_by_opentelemetry)"
    )
    command = Path(sys.executable).with_name("opentelemetry-instrument")
    ran = subprocess.run(
        [command, sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert ran.stdout == "True\n"


@pytest.mark.parametrize("name", llama_deploy_client.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(llama_deploy_client, name).__name__ == name


@pytest.mark.parametrize("name", ["client", "errors", "events", "settings", "types"])
def test_modules_that_type_checkers_see_are_there(name: str) -> None:
    program = f"import llama_deploy_client; llama_deploy_client.{name}"
    assert f"llama_deploy_client.{name}" in modules_after(program)


def test_completion_offers_every_public_name() -> None:
    program = (
        "import llama_deploy_client as package\n"
        "assert {*package.__all__, 'types'} <= {*dir(package)}, dir(package)"
    )
    assert "llama_deploy_client.types" not in modules_after(program)


def test_a_misspelt_name_is_an_import_error() -> None:
    with pytest.raises(ImportError, match="cannot import name 'Clinet'"):
        from llama_deploy_client import Clinet  # type: ignore[attr-defined]  # noqa: F401
