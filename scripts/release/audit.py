"""Ask PyPI's advisories about every version that constraints.txt names.

pip-audit takes a package that the service does not answer for as one to skip, and succeeds. Here
such an audit counts as not made, and says so: its exit status is 2, that of a finding 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from .project import CONSTRAINTS, ROOT

FOUND, NOT_MADE = 1, 2


def judge(dependencies: list[dict[str, Any]]) -> int:
    """Say what an audit's report means, and return the exit status that says the same."""
    for dependency in dependencies:
        for advisory in dependency.get("vulns", ()):
            mended = ", ".join(advisory["fix_versions"]) or "no version"
            where = f"{dependency['name']} {dependency['version']}"
            print(f"  {where}: {advisory['id']}, mended in {mended}")
    found = sum(len(dependency.get("vulns", ())) for dependency in dependencies)
    skipped = [dependency["name"] for dependency in dependencies if "skip_reason" in dependency]
    answered = len(dependencies) - len(skipped)
    if found:
        print(f"Vulnerability audit: {found} advisories.")
        return FOUND
    if not answered:
        print("Vulnerability audit: NOT MADE. PyPI's advisories cannot be reached from here.")
        return NOT_MADE
    if skipped:
        print(f"Vulnerability audit: NOT COMPLETE. No answer for {', '.join(skipped)}.")
        return NOT_MADE
    print(f"Vulnerability audit: no advisories for {answered} packages.")
    return 0


def ask() -> list[dict[str, Any]]:
    """What pip-audit reports; nothing, if it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(CONSTRAINTS)]
    options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    asked = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    if not asked.stdout:
        print(asked.stderr.strip().splitlines()[-1])
        return []
    dependencies: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    return dependencies


if __name__ == "__main__":
    sys.exit(judge(ask()))
