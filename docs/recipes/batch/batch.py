"""Run a workflow once for each row of a CSV file, whose columns are the workflow's arguments.

    python batch.py rows.csv results.jsonl --service echo

After failures or Ctrl-C, run it again: it runs only the rows that have no result yet.
"""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from llama_deploy_client import LlamaDeployError, SyncClient, TaskDefinition


def read_tasks(rows: Path, service: str) -> Iterator[TaskDefinition]:
    """Yield the task of each row. The batch reads a row when a task can start."""
    with rows.open(newline="") as file:
        for row in csv.DictReader(file):
            yield TaskDefinition.of(service, **row)


def run(rows: Path, results: Path, deployment_name: str, service: str, concurrency: int) -> int:
    """Run the rows without a result, and return how many failed."""
    succeeded = resumed = failed = 0
    with SyncClient() as client:  # finds the server in LLAMA_DEPLOY_API_SERVER_URL
        deployment = client.apiserver.deployments.get(deployment_name)
        with deployment.tasks.run_many(
            read_tasks(rows, service), concurrency=concurrency, results_file=results
        ) as batch:
            for outcome in batch:
                if outcome.error is not None:
                    failed += 1
                    print(f"row {outcome.index + 1}: {outcome.error}", file=sys.stderr)
                else:
                    succeeded += 1
                    resumed += outcome.resumed
    print(f"{succeeded} rows have a result, {resumed} had one before; {failed} failed")
    return failed


def main() -> int:
    parser = ArgumentParser(description="Run a workflow once for each row of a CSV file.")
    parser.add_argument("rows", type=Path, help="CSV file; its header names the arguments")
    parser.add_argument("results", type=Path, help="JSON Lines file that results are added to")
    parser.add_argument("--deployment", default="demo")
    parser.add_argument("--service", default="echo")
    parser.add_argument("--concurrency", type=int, default=10)
    args = parser.parse_args()
    try:
        failed = run(args.rows, args.results, args.deployment, args.service, args.concurrency)
    except LlamaDeployError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "Interrupted. Results so far are in the file: run the same command to continue.",
            file=sys.stderr,
        )
        return 130
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
