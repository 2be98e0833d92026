"""Runs `llamactl` of an installed LlamaDeploy with this package in place of its client.

python -m tests.servers.llamactl SITE_PACKAGES [ARGUMENT …]
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

OURS = {
    "client": "llama_deploy_client",
    "types": "llama_deploy_client.types",
    "types.core": "llama_deploy_client.types.core",
    "types.apiserver": "llama_deploy_client.types.apiserver",
}


def replace_client(site_packages: str) -> None:
    """Have `llama_deploy.client` and `llama_deploy.types` be ours; the rest stays as installed."""
    sys.path.append(site_packages)  # behind ours: what both have is ours
    package = ModuleType("llama_deploy")
    package.__path__ = [f"{site_packages}/llama_deploy"]
    sys.modules["llama_deploy"] = package
    for theirs, ours in OURS.items():
        sys.modules[f"llama_deploy.{theirs}"] = importlib.import_module(ours)
    package.__dict__["Client"] = importlib.import_module("llama_deploy_client").Client


if __name__ == "__main__":
    replace_client(sys.argv.pop(1))
    importlib.import_module("llama_deploy.cli").llamactl(prog_name="llamactl")
