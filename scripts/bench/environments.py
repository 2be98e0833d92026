"""The environments of the clients that are measured, each with exact versions."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.release.project import ROOT, create_environment
from scripts.releases import install

FOLDER = ROOT / ".bench"
CONSTRAINTS = (ROOT / "constraints.txt", Path(__file__).with_name("constraints.txt"))
OTHERS = ("aiohttp", "httpx-aiohttp", "orjson", "sniffio", "uvloop")
"""What is measured beside this client, or measures it. httpx is quicker where sniffio is there."""
SHIPPED = ("0.6.1", "0.9.2")

Environments = dict[str, Path]
"""Interpreters. "ours" has the built wheel with its dependencies, and nothing else; "others" has
the other clients, too; each version of LlamaDeploy has the client that it ships."""


def prepare() -> Environments:
    """Build the wheel, and install whatever is not there yet."""
    wheel = _build()
    return {
        "ours": _install("ours", wheel),
        "others": _install("others", wheel, *OTHERS),
        **{version: install(version) for version in SHIPPED},
    }


def versions(python: Path) -> dict[str, str]:
    """Return the versions of all that is installed beside an interpreter."""
    code = (
        "import importlib.metadata as m, json;"
        "print(json.dumps({d.metadata['Name'].lower(): d.version for d in m.distributions()}))"
    )
    versions: dict[str, str] = json.loads(subprocess.check_output([python, "-c", code]))
    return versions


def _build() -> Path:
    folder = FOLDER / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    options = ("--quiet", "--wheel", "--outdir", folder, ROOT)
    subprocess.run([sys.executable, "-m", "build", *options], check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def _install(name: str, wheel: Path, *packages: str) -> Path:
    environment = FOLDER / name
    marker = environment / ".installed"
    digest = hashlib.sha256(sys.version.encode())
    for file in (wheel, *CONSTRAINTS):
        digest.update(file.read_bytes())
    if marker.exists() and marker.read_text() == digest.hexdigest():
        return environment / "bin" / "python"
    pins = [argument for file in CONSTRAINTS for argument in ("--constraint", str(file))]
    python = create_environment(environment, [*pins, str(wheel), *packages])
    marker.write_text(digest.hexdigest())
    return python
