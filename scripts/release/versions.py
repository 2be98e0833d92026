"""Run the tests with the oldest and the newest versions of what the package needs.

    python -m scripts.release.versions            # with every Python
    python -m scripts.release.versions --ends     # the oldest with the oldest, the newest likewise

The oldest ones are the lower bounds in pyproject.toml, with the oldest Python; the newest ones are
those of the package index, with every supported Python that is installed here. Pythons are
looked for on the PATH, then among pyenv's.

The tests run in an environment that is unlike a developer's. Its path, and that of the files that
tests make, have a space.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement

from .project import ROOT, create_environment, pinned, requirements

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Those that run a real server see no more of them, and would install it again for each Python.
TESTS = ("tests/unit", "tests/connections", "tests/cli", "-m", "not real")
# What these tests import beside the package. Their own versions are not at stake: they are pinned.
TOOLS = (
    "freezegun",
    "hypothesis",
    "pytest",
    "pytest-asyncio",
    "pytest-timeout",
    "pytest-xdist",
    "respx",
    "trustme",
    "vcrpy",
)
UNUSUAL = {
    "COLUMNS": "60",
    "HOME": "/proc",  # where not even root can write
    "LC_ALL": "C",
    "LLAMA_DEPLOY_API_SERVER_URL": "http://elsewhere.invalid",
    "LLAMA_DEPLOY_TIMEOUT": "0.001",
    "NO_COLOR": "1",
    "PYTHONUNBUFFERED": "1",
    "TZ": "Pacific/Kiritimati",
    "http_proxy": "http://127.0.0.1:9",
}
# Their versions follow those of what is at stake.
FOLLOWING = ("fastapi", "opentelemetry-sdk", "trio")


def lowest(requirement: Requirement) -> str:
    """The requirement narrowed to its lower bound.

    Raises:
        ValueError: it has none.
    """
    bounds = [bound.version for bound in requirement.specifier if bound.operator == ">="]
    if len(bounds) != 1:
        raise ValueError(f"{requirement} should have one lower bound, written with >=")
    return f"{requirement.name}=={bounds[0]}"


def find_python(version: str) -> str | None:
    """An interpreter of this version that starts."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = shutil.which(f"python{version}")
    for candidate in (on_path, *pyenv.glob(f"versions/{version}.*/bin/python")):
        if candidate is None:
            continue
        # A shim of pyenv is on the PATH, and fails, for versions that are not switched on.
        if subprocess.run([candidate, "--version"], capture_output=True).returncode == 0:
            return str(candidate)
    return None


def passes(python: str, needed: list[str]) -> bool:
    """Whether the tests pass in a new environment of `python` that holds `needed`."""
    with tempfile.TemporaryDirectory(prefix="a path ") as folder:
        interpreter = create_environment(
            Path(folder), ["--editable", ".", *needed, *pinned(TOOLS), *FOLLOWING], python
        )
        # httpx brings anyio, whose plugin may be older than this pytest.
        options = ["--quiet", "--no-header", "-p", "no:cacheprovider", "-p", "no:anyio", "-n", "3"]
        temporary = Path(folder, "tmp")
        temporary.mkdir()
        tested = subprocess.run(
            [str(interpreter), "-m", "pytest", *options, *TESTS],
            cwd=ROOT,
            env=os.environ | UNUSUAL | {"TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            text=True,
        )
    if tested.returncode:
        print(tested.stdout)
    return tested.returncode == 0


def main() -> int:
    """Run every combination that can be run here; 1 if one fails."""
    parser = argparse.ArgumentParser(description="Run the tests with other versions.")
    parser.add_argument("--ends", action="store_true", help="only the oldest and the newest")
    ends = parser.parse_args().ends
    newest = [requirement.name for requirement in requirements()]
    oldest = [lowest(requirement) for requirement in requirements()]
    runs = [(PYTHONS[0], "lowest", oldest), *((python, "newest", newest) for python in PYTHONS)]
    if ends:
        runs = [runs[0], [run for run in runs if find_python(run[0])][-1]]
    failed = False
    for version, kind, needed in runs:
        python = find_python(version)
        verdict = "NOT RUN, no such Python here"
        if python:
            verdict = "passes" if passes(python, needed) else "FAILS"
        failed |= verdict == "FAILS"
        print(f"Python {version}, {kind} dependencies: {verdict}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
