"""What it takes before the first call."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from ..bench import Bench, in_turn
from ..environments import installed_bytes
from ..peers import clean_environment
from ..tables import Goal, Table, column
from .labels import OURS, SHIPPED_06, SHIPPED_09

LIBRARIES = "httpx, pydantic and attrs alone"
MILLISECONDS, MIB = "ms", "MiB"

PROGRAM = """\
import time
start = time.perf_counter()
{code}
took = time.perf_counter() - start
from worker import memory
print({{"ms": took * 1000, "mib": memory.peak()}})
"""


def start(bench: Bench) -> list[Table]:
    """Importing and making a client in a fresh interpreter, and what is installed for it."""
    environments = bench.environments
    ours, shipped = environments.ours, environments.shipped
    make_shipped = "from llama_deploy.client import Client; Client()"
    programs = {
        OURS: (ours, "from llama_deploy_client import Client; Client()"),
        LIBRARIES: (ours, "import httpx, pydantic, attrs"),
        SHIPPED_06: (shipped["0.6.1"], make_shipped),
        SHIPPED_09: (shipped["0.9.2"], make_shipped),
    }

    def measure(label: str) -> dict[str, float]:
        return _once(*programs[label])

    in_turn(programs, 1, measure)
    answers = in_turn(programs, bench.rounds(15), measure)
    sizes = {
        label: [installed_bytes(python) / 1024 / 1024]
        for label, (python, _) in programs.items()
        if label != LIBRARIES
    }
    return [
        Table(
            "Start",
            "Importing `Client` and making one, in a fresh interpreter, without the interpreter's "
            "own start; the most memory that the process had; and the size of all that is "
            "installed, but for pip and compiled files.",
            {
                MILLISECONDS: column(answers, "ms"),
                f"peak memory, {MIB}": column(answers, "mib"),
                f"installed, {MIB}": sizes,
            },
            (
                Goal((MILLISECONDS, OURS), (MILLISECONDS, LIBRARIES), at_most=2.0),
                Goal((MILLISECONDS, OURS), (MILLISECONDS, SHIPPED_09)),
            ),
        )
    ]


def _once(python: Path, code: str) -> dict[str, float]:
    # The last line: what is imported may print, too.
    printed = subprocess.run(
        [python, "-P", "-W", "ignore", "-c", PROGRAM.format(code=code)],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()[-1]
    figures: dict[str, float] = json.loads(printed.replace("'", '"'))
    return figures
