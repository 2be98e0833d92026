"""Programs that use the package pay nothing for its command line."""

from __future__ import annotations

import json
import subprocess
import sys


def test_the_package_imports_nothing_of_the_command_line() -> None:
    program = (
        "import json, sys, llama_deploy_client, llama_deploy_client.sync\n"
        "llama_deploy_client.SyncClient(); print(json.dumps(sorted(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    modules = set(json.loads(ran.stdout))
    assert "llama_deploy_client" in modules
    assert not modules & {"typer", "llama_deploy_client.cli"}  # httpx imports click and rich itself
