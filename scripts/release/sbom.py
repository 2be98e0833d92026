"""Write a CycloneDX bill of materials of the built wheel alone, and of it with each extra."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as _plain

from .project import CONSTRAINTS, DIST, ROOT, create_environment, metadata


def write(extra: str | None) -> Path:
    """Install the wheel, with `extra` alone, and list what that brings.

    Raises:
        SystemExit: something that the package asks for is not in the list.
    """
    project = metadata()
    name = f"{project['name']}-{project['version']}"
    (wheel,) = DIST.glob("*.whl")
    package = f"{wheel}[{extra}]" if extra else str(wheel)
    path = DIST / (f"{name}-{extra}.cdx.json" if extra else f"{name}.cdx.json")
    with tempfile.TemporaryDirectory() as folder:
        python = create_environment(Path(folder), [package, "--constraint", str(CONSTRAINTS)])
        command = [sys.executable, "-m", "cyclonedx_py", "environment", str(python)]
        options = ["--pyproject", "pyproject.toml", "--mc-type", "library", "--output-reproducible"]
        subprocess.run([*command, *options, "--output-file", str(path)], cwd=ROOT, check=True)
    listed = {_plain(part["name"]) for part in json.loads(path.read_text())["components"]}
    asked_for = [*project["dependencies"]]
    asked_for += project["optional-dependencies"][extra] if extra else []
    absent = (
        {_plain(Requirement(line).name) for line in asked_for} - listed - {_plain(project["name"])}
    )
    if absent:
        raise SystemExit(f"{path.name} does not list {', '.join(sorted(absent))}")
    return path


def main() -> None:
    """One document for the package, one for each extra."""
    for extra in (None, *metadata().get("optional-dependencies", {})):
        print(write(extra).relative_to(ROOT))


if __name__ == "__main__":
    main()
