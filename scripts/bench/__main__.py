"""Measure, print, and write `docs/bench.md`.

python -m scripts.bench                    # everything; writes the page
python -m scripts.bench --only streams     # one job; prints
python -m scripts.bench --quick            # everything, in less time and less exactly; prints
"""

from __future__ import annotations

import argparse
import time

from . import report
from .bench import Bench, canned_server, say
from .environments import prepare
from .jobs import JOBS


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Measure this client beside others.")
    parser.add_argument("--only", choices=JOBS, metavar="JOB", help=f"one of {', '.join(JOBS)}")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    options = parser.parse_args()
    say("installing")
    environments = prepare()
    tables = []
    with (
        canned_server(environments.others) as url,
        Bench(environments, url, options.quick) as bench,
    ):
        for name in [options.only] if options.only else JOBS:
            start = time.monotonic()
            tables += JOBS[name](bench)
            say(f"{name}: {time.monotonic() - start:.0f} s")
    print(report.text(tables))
    if not (options.only or options.quick):
        report.write(tables, environments)
        say(f"wrote {report.PAGE} and {report.CHART}")


if __name__ == "__main__":
    main()
