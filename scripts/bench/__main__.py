"""Measure, print, and write `docs/bench.md`.

python -m scripts.bench                    # everything; writes the page
python -m scripts.bench --only streams     # some of it; prints
"""

from __future__ import annotations

import argparse
import sys

from . import page
from .environments import prepare
from .jobs import JOBS, Bench
from .measuring import canned_server


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Measure this client beside others.")
    parser.add_argument("--only", choices=JOBS, metavar="WHAT", help=f"one of {', '.join(JOBS)}")
    only = parser.parse_args().only
    environments = prepare()
    tables = []
    with canned_server(environments["others"]) as url:
        for name in [only] if only else JOBS:
            for job in JOBS[name](Bench(environments, url)):
                print(f"measuring: {job.title}", file=sys.stderr, flush=True)
                tables.append(job.measure())
    print(page.text(tables))
    if not only:
        page.write(tables, environments)


if __name__ == "__main__":
    main()
