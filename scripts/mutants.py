#!/usr/bin/env python3
"""Make mistakes in the facade, one at a time, and see whether the tests notice every one.

    python -m scripts.mutants            # all of them
    python -m scripts.mutants --again    # those that survived unexplained, and what is new

mutmut makes them, and runs for each the tests that reach its function (`[tool.mutmut]` in
pyproject.toml). `mutants.toml` beside this file explains those that no test can notice, or should.
The result is docs/mutants.md. Exits with 1 if a survivor has no explanation there, or an
explanation no survivor.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

FACADE = Path("llama_deploy_client")
LEFT_OUT = {"_sync", "cli", "testing", "pytest_plugin.py"}  # as in pyproject.toml
MODULES = sorted(path for path in FACADE.rglob("*.py") if LEFT_OUT.isdisjoint(path.parts))
WORK = Path("mutants")
PAGE = Path("docs/mutants.md")
KILLED = {"killed", "timeout", "segfault"}
SURVIVED = {"survived", "no tests"}

INTRODUCTION = """\
# Mistakes in the facade, and whether the tests notice them

Written by `make mutants`: mutmut makes one mistake at a time in a function of the package and runs
the unit and connection tests that reach this function. A mutant is *killed* if a test fails or runs
out of time; it has *survived* if all pass, or if no test reaches it. mutmut changes neither what
stands outside functions nor functions with a decorator (but class and static methods). `_sync/` is
made from `_async/` and left out; so are `cli/`, `testing/` and `pytest_plugin.py`, whose tests run
the command line and servers and would take too long to be run for each mistake.
"""


@dataclass(frozen=True)
class Mutant:
    """One mistake: the lines that it changes, as they were and are; what the tests made of it."""

    name: str
    module: str
    before: str
    after: str
    status: str


def load(path: Path) -> SourceFileMutationData:
    """What mutmut knows of a module's mutants."""
    data = SourceFileMutationData(path=path)
    data.load()
    return data


def mutants_of(path: Path) -> Iterator[Mutant]:
    """The mutants of one module."""
    for name, exit_code in load(path).exit_code_by_key.items():
        diff = get_diff_for_mutant(name, path=path).splitlines()[2:]
        before, after = (
            " ".join(line[1:].strip() for line in diff if line[0] == sign) for sign in "-+"
        )
        module = path.relative_to(FACADE).as_posix()
        yield Mutant(name, module, before, after, status_by_exit_code[exit_code])


@cache
def explanations() -> dict[tuple[str, str, str | None], str]:
    """Why mutants survive, by module and line before and after; None: whatever it becomes."""
    known = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        (module, entry["line"], after): entry["why"]
        for module, entries in known.items()
        for entry in entries
        for after in entry.get("mutants", [None])
    }


def why_it_survives(mutant: Mutant) -> str:
    """The explanation, if there is one."""
    known = explanations()
    of_module, before = mutant.module, mutant.before
    return known.get((of_module, before, mutant.after)) or known.get((of_module, before, None), "")


def forget_survivors() -> None:
    """Have mutmut try those once more that survived unexplained, with the tests as they are now."""
    (WORK / "mutmut-stats.json").unlink(missing_ok=True)  # which tests reach which function
    for path in MODULES:
        data = load(path)
        for mutant in mutants_of(path):
            if mutant.status in SURVIVED and not why_it_survives(mutant):
                data.exit_code_by_key[mutant.name] = None
        data.save()


def commit() -> str:
    """The commit that is checked out, marked if files were changed since."""
    describe = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(describe, check=True, capture_output=True, text=True).stdout.strip()


def describe(mutants: Sequence[Mutant], survivors: dict[Mutant, str]) -> str:
    """The result for people: a line a module, then every survivor."""
    killed = Counter(mutant.module for mutant in mutants if mutant.status in KILLED)
    survived = Counter(mutant.module for mutant in survivors)
    made = Counter(mutant.module for mutant in mutants)
    rows = [(f"`{name}`", made[name], killed[name], survived[name]) for name in sorted(made)]
    rows.append(("all", made.total(), killed.total(), survived.total()))
    lines = [f"{INTRODUCTION}\nRun over commit `{commit()}`.\n"]
    lines.append("| module | mutants | killed | survived | not tried | share killed |")
    lines.append("|---|---:|---:|---:|---:|---:|")
    for name, n, dead, alive in rows:
        share = dead / max(1, dead + alive)
        lines.append(f"| {name} | {n} | {dead} | {alive} | {n - dead - alive} | {share:.1%} |")
    timeouts = sum(mutant.status == "timeout" for mutant in mutants)
    lines.append(f"\n{timeouts} of those killed ran out of time.\n\n## Survivors")
    for module, those in groupby(survivors, lambda mutant: mutant.module):
        lines.append(f"\n### `{module}`\n")
        for mutant in those:
            lines.append(f"- `` {mutant.before} `` → `` {mutant.after or 'nothing'} ``  ")
            lines.append(f"  {survivors[mutant] or '**Not explained.**'}")
    return "\n".join(lines) + "\n"


def report() -> int:
    """Write the page; 1 if there is something left to do."""
    mutants = [mutant for path in MODULES for mutant in mutants_of(path)]
    survivors = {each: why_it_survives(each) for each in mutants if each.status in SURVIVED}
    changes = {
        (each.module, each.before, after) for each in survivors for after in (each.after, None)
    }
    unused = explanations().keys() - changes
    PAGE.write_text(describe(mutants, survivors), encoding="utf-8")
    for key in unused:
        print("There is no such survivor (any more):", *key)
    unexplained = sum(not why for why in survivors.values())
    print(f"{len(mutants)} mutants, {len(survivors)} survived, {unexplained} not explained")
    tried = all(mutant.status in KILLED | SURVIVED for mutant in mutants)
    return 1 if unexplained or unused or not tried else 0


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="See whether mistakes in the facade are noticed.")
    parser.add_argument(
        "--again", action="store_true", help="only what survived unexplained, and what is new"
    )
    if parser.parse_args().again:
        forget_survivors()
    else:
        shutil.rmtree(WORK, ignore_errors=True)
    mutmut = Path(sys.executable).with_name("mutmut")
    subprocess.run([mutmut, "run", "--max-children", "1"], check=True)
    return report()


if __name__ == "__main__":
    sys.exit(main())
