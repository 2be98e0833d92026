"""Ask PyPI's advisories about every version that constraints.txt names.

pip-audit skips a package of which PyPI knows nothing, and succeeds. Here such an audit counts as
not made: its exit status is 2, that of an advisory 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from .project import CONSTRAINTS, ROOT

FOUND, NOT_MADE = 1, 2


def judge(dependencies: list[dict[str, Any]]) -> int:
    """Print what an audit's report means, and return its exit status."""
    for dependency in dependencies:
        for advisory in dependency.get("vulns", ()):
            fixed = ", ".join(advisory["fix_versions"]) or "no version"
            where = f"{dependency['name']} {dependency['version']}"
            print(f"  {where}: {advisory['id']}, fixed in {fixed}")
    advisories = sum(len(dependency.get("vulns", ())) for dependency in dependencies)
    skipped = [dependency["name"] for dependency in dependencies if "skip_reason" in dependency]
    audited = len(dependencies) - len(skipped)
    if advisories:
        print(f"Vulnerability audit: {advisories} advisories.")
        return FOUND
    if not audited:
        print("Vulnerability audit: NOT MADE. PyPI's advisories cannot be reached from here.")
        return NOT_MADE
    if skipped:
        print(f"Vulnerability audit: NOT COMPLETE. PyPI knows nothing of {', '.join(skipped)}.")
        return NOT_MADE
    print(f"Vulnerability audit: no advisories for {audited} packages.")
    return 0


def ask() -> list[dict[str, Any]]:
    """The report of pip-audit; empty, if it could not reach PyPI."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(CONSTRAINTS)]
    options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    ran = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    if not ran.stdout:
        print(ran.stderr.strip().splitlines()[-1])
        return []
    dependencies: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    return dependencies


if __name__ == "__main__":
    sys.exit(judge(ask()))
