"""Hold the public interface against the last release.

A breaking change needs a version that allows it: after 1.0.0 a new major version, before it a new
minor one. The last release is the newest `v…` tag that the history of the working tree holds.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import griffe
from packaging.version import Version

PACKAGE = "llama_deploy_client"


def last_tag(checkout: Path) -> str | None:
    """The newest release that the checked out commit goes back to."""
    command = ["git", "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"]
    ran = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    return ran.stdout.strip() if ran.returncode == 0 else None


def breaking_changes(checkout: Path, tag: str) -> list[str]:
    """Changes that can break programs written for `tag`, one line for each object."""
    before = griffe.load_git(PACKAGE, ref=tag, repo=checkout)
    now = griffe.load(PACKAGE, search_paths=[checkout], try_relative_path=False)
    return [
        change.explain(griffe.ExplanationStyle.MARKDOWN)
        for change in griffe.find_breaking_changes(before, now)
    ]


def allows_breaks(before: Version, now: Version) -> bool:
    """Whether semantic versioning lets `now` break what `before` promised."""
    if before.major == now.major == 0:
        return now.minor > before.minor
    return now.major > before.major


def compare(checkout: Path) -> int:
    """Compare the working tree with the last release; 1 if it breaks more than it may."""
    tag = last_tag(checkout)
    if tag is None:
        print("Public interface: NOT COMPARED. This checkout holds no tag of a release (v…).")
        return 0
    version = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]["version"]
    changes = breaking_changes(checkout, tag)
    print(f"Public interface: {len(changes)} breaking changes from {tag} to {version}.")
    for change in changes:
        print(change)
    if changes and not allows_breaks(Version(tag), Version(version)):
        print(f"Version {version} does not allow them: raise it in pyproject.toml.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(compare(Path.cwd()))
