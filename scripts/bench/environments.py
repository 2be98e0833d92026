"""The environments that peers run in, each with exact versions."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.release.project import create_environment
from scripts.releases import install

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".bench"
CONSTRAINTS = (ROOT / "constraints.txt", Path(__file__).with_name("constraints.txt"))
OTHERS = ("aiohttp", "httpx-aiohttp", "orjson", "pyinstrument", "pyreqwest", "sniffio", "uvloop")
"""What is measured beside this client, or measures it. httpx is quicker where sniffio is there."""
SHIPPED = ("0.6.1", "0.8.1", "0.9.2")


@dataclass(frozen=True)
class Environments:
    """Interpreters.

    Attributes:
        ours: has the built wheel with its dependencies, and nothing else.
        others: has the wheel, too, and the other clients.
        shipped: has LlamaDeploy with the client that it ships, by its version.
    """

    ours: Path
    others: Path
    shipped: dict[str, Path]


def prepare() -> Environments:
    """Build the wheel, and install whatever is not there yet."""
    wheel = _build()
    return Environments(
        ours=_install("ours", wheel),
        others=_install("others", wheel, *OTHERS),
        shipped={version: install(version) for version in SHIPPED},
    )


def versions(python: Path) -> dict[str, str]:
    """The versions of all that is installed beside an interpreter."""
    code = (
        "import importlib.metadata as m, json;"
        "print(json.dumps({d.metadata['Name'].lower(): d.version for d in m.distributions()}))"
    )
    found: dict[str, str] = json.loads(_run(python, "-c", code))
    return found


def installed_bytes(python: Path) -> int:
    """The size of all that is installed beside an interpreter, but for pip and compiled files."""
    [packages] = python.parents[1].glob("lib/python*/site-packages")
    return sum(
        file.stat().st_size
        for file in packages.rglob("*")
        if file.is_file()
        and "__pycache__" not in file.parts
        and not file.relative_to(packages).parts[0].startswith(("pip", "setuptools", "pkg_res"))
    )


def _build() -> Path:
    folder = FOLDER / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "build", "--quiet", "--wheel", "--outdir", folder, ROOT)
    [wheel] = folder.glob("*.whl")
    return wheel


def _install(name: str, wheel: Path, *packages: str) -> Path:
    environment = FOLDER / name
    python = environment / "bin" / "python"
    marker = environment / ".installed"
    wanted = _fingerprint(wheel)
    if python.exists() and marker.exists() and marker.read_text() == wanted:
        return python
    pins = [argument for file in CONSTRAINTS for argument in ("--constraint", str(file))]
    create_environment(environment, [*pins, str(wheel), *packages])
    marker.write_text(wanted)
    return python


def _fingerprint(wheel: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in (wheel, *CONSTRAINTS):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _run(*command: str | Path) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        shown = " ".join(map(str, command))
        raise RuntimeError(f"{shown} ended with {result.returncode}:\n{result.stderr}")
    return result.stdout
