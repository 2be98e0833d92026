"""What pyproject.toml and constraints.txt say, and environments to install that into."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
DIST = ROOT / "dist"


def metadata() -> dict[str, Any]:
    """The `[project]` table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


def requirements() -> list[Requirement]:
    """What the package needs, its extras' needs included, but for extras that name others."""
    project = metadata()
    extras: dict[str, list[str]] = project.get("optional-dependencies", {})
    every = [Requirement(line) for line in chain(project["dependencies"], *extras.values())]
    return [requirement for requirement in every if requirement.name != project["name"]]


def pinned(names: Iterable[str]) -> list[str]:
    """`names` with the versions that constraints.txt gives them."""
    lines = [Requirement(line) for line in CONSTRAINTS.read_text().splitlines() if "==" in line]
    pins = {canonicalize_name(pin.name): str(pin) for pin in lines}
    return [pins[canonicalize_name(name)] for name in names]


def create_environment(folder: Path, packages: Iterable[str], python: str = sys.executable) -> Path:
    """Install `packages` into a new environment, and return its interpreter.

    Raises:
        SystemExit: pip could not install it, and said why.
    """
    subprocess.run([python, "-m", "venv", "--clear", "--without-pip", str(folder)], check=True)
    interpreter = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "install", "--quiet"]
    ran = subprocess.run([*pip, *packages], cwd=ROOT, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"pip install {' '.join(packages)} failed:\n{ran.stderr}")
    return interpreter
