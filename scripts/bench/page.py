"""The page that a run writes, with its chart."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from scripts.release.project import ROOT

from .chart import svg
from .environments import CONSTRAINTS, OTHERS, SHIPPED, Environments, versions
from .jobs import OURS
from .tables import Table

PAGE = ROOT / "docs" / "bench.md"
CHART = PAGE.with_suffix(".svg")

HEAD = """\
---
search:
  exclude: true
---

# Speed

Of many calls at once, this client makes at least 3 times as many per second as httpx, and 30 times
as many as the client that LlamaDeploy ships. One after the other they are at least 25 times as
quick as there, and events come at least 1.25 times as quickly. Importing it and making a client
takes about twice as long as importing httpx, pydantic and attrs.

These are goals, beside the figures below; one that was missed says so there.

Written by `make bench`. Everything is measured in one run: each client in an environment and a
process of its own, by the same code, against the same local server, which is faster than any
client. The clients take turns, in another order each round. A figure is the median of the
rounds, with the lowest and the highest; a ratio is that of two clients in the same round, again the
median of the rounds.
"""


def write(tables: Sequence[Table], environments: Environments) -> None:
    """Write the page and the chart."""
    CHART.write_text(svg(tables, OURS))
    chart = f"![Medians on a logarithmic scale]({CHART.name})\n"
    PAGE.write_text(f"{HEAD}\n{machine(environments)}\n{chart}\n{text(tables)}")


def text(tables: Sequence[Table]) -> str:
    """Return all tables as Markdown."""
    return "\n".join(table.markdown() for table in tables)


def machine(environments: Environments) -> str:
    """Return what it was measured on, and which versions."""
    others = versions(environments["others"])
    shown = ", ".join(
        f"{name} {others[name]}" for name in sorted({*OTHERS, "httpx", "httpcore", "pydantic"})
    )
    shipped = ", ".join(
        f"{version} (httpx {versions(environments[version])['httpx']})" for version in SHIPPED
    )
    pins = " and ".join(f"`{file.relative_to(ROOT)}`" for file in CONSTRAINTS)
    return (
        f"Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}. Versions: {shown}; the clients that LlamaDeploy ships: "
        f"{shipped}. All others: {pins}.\n"
    )
