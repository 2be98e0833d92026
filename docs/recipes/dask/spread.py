"""Run a workflow once for each line of a JSON Lines file, on the worker processes of Dask.

    python spread.py inputs.jsonl results --service echo

After failures, Ctrl-C or a lost machine, run it again: it runs only what has no result yet.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from dask.distributed import Client as Dask
from dask.distributed import LocalCluster, as_completed

from llama_deploy_client import SyncClient, TaskDefinition


class Partition(NamedTuple):
    """Some lines of the inputs, and the file that gets their results."""

    inputs: Path
    first: int
    """Number of its first line, from 0."""
    offset: int
    """Bytes before that line."""
    size: int
    results: Path

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield the arguments of each line."""
        with self.inputs.open("rb") as lines:
            lines.seek(self.offset)
            for line in islice(lines, self.size):
                yield json.loads(line)


class Report(NamedTuple):
    """The outcome of a partition, whose results are in its file."""

    succeeded: int
    errors: dict[int, str]
    """By the number of the line."""


def split(inputs: Path, folder: Path, size: int) -> Iterator[Partition]:
    """Split the inputs. The same inputs and size give the same partitions, so files fit again."""
    with inputs.open("rb") as lines:
        first = offset = 0
        while part := list(islice(lines, size)):
            results = folder / f"part-{first // size:05}.jsonl"
            yield Partition(inputs, first, offset, len(part), results)
            first += len(part)
            offset += sum(map(len, part))


def run_partition(partition: Partition, args: Namespace) -> Report:
    """Run the lines of a partition that have no result in its file. This runs on a worker.

    The worker's own environment has the server's URL and the credentials (`LLAMA_DEPLOY_…`): they
    never travel through Dask. If a worker dies, Dask calls this again on another one.
    """
    with SyncClient() as client:
        deployment = client.apiserver.deployments.get(args.deployment)
        tasks = (TaskDefinition.of(args.service, **arguments) for arguments in partition.read())
        succeeded, errors = 0, {}
        with deployment.tasks.run_many(
            tasks, concurrency=args.concurrency, results_file=partition.results
        ) as batch:
            for outcome in batch:
                if outcome.error is None:
                    succeeded += 1
                else:
                    errors[partition.first + outcome.index] = str(outcome.error)
    return Report(succeeded, errors)


def run_all(dask: Dask, partitions: list[Partition], args: Namespace) -> dict[int, str]:
    """Run all partitions, show the progress, and return the errors by line."""
    futures = {
        dask.submit(run_partition, partition, args, pure=False, retries=args.retries): partition
        for partition in partitions
    }
    succeeded, errors = 0, dict[int, str]()
    for number, future in enumerate(as_completed(futures), 1):
        partition = futures[future]
        try:
            report = future.result()
        except Exception as error:  # whatever a worker raises, the other partitions continue
            lines = range(partition.first, partition.first + partition.size)
            report = Report(0, dict.fromkeys(lines, f"{type(error).__name__}: {error}"))
        succeeded += report.succeeded
        errors |= report.errors
        progress = f"{number} of {len(partitions)} partitions"
        print(f"{progress}: {succeeded} succeeded, {len(errors)} failed", file=sys.stderr)
    return errors


def write_table(table: Path, partitions: list[Partition], errors: dict[int, str]) -> None:
    """Write one row per input, in order. Readers of the file never see half of it."""
    unfinished = table.with_suffix(".unfinished")
    with unfinished.open("w") as file:
        for partition in partitions:
            results = read_results(partition.results)
            for index, arguments in enumerate(partition.read()):
                row = {
                    "index": partition.first + index,
                    "input": arguments,
                    "result": results.get(index),
                    "error": errors.get(partition.first + index) if index not in results else None,
                }
                file.write(json.dumps(row) + "\n")
    unfinished.replace(table)


def read_results(path: Path) -> dict[int, Any]:
    if not path.exists():
        return {}
    records = map(json.loads, path.read_text().splitlines())
    return {record["index"]: record["result"] for record in records if "result" in record}


def parse() -> Namespace:
    parser = ArgumentParser(description="Run a workflow once for each line of a JSON Lines file.")
    parser.add_argument("inputs", type=Path, help="each line is an object with the arguments")
    parser.add_argument("folder", type=Path, help="for results; workers must see both paths")
    parser.add_argument("--deployment", default="demo", help="default: demo")
    parser.add_argument("--service", default="echo", help="default: echo")
    parser.add_argument("--scheduler", help="address; default: worker processes on this machine")
    parser.add_argument("--workers", type=int, default=2, help="without --scheduler (default: 2)")
    parser.add_argument(
        "--size", type=int, default=1000, help="lines per partition (default: 1000)"
    )
    parser.add_argument(
        "--concurrency", type=int, default=10, help="tasks per worker (default: 10)"
    )
    parser.add_argument("--retries", type=int, default=2, help="per partition (default: 2)")
    return parser.parse_args()


def connect(args: Namespace) -> Dask:
    if args.scheduler:
        return Dask(args.scheduler)
    options: dict[str, Any] = {
        "n_workers": args.workers,
        "threads_per_worker": 1,
        "dashboard_address": "127.0.0.1:0",  # any free port
    }
    return Dask(LocalCluster(**options, processes=True))


def main() -> int:
    args = parse()
    folder: Path = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    partitions = list(split(args.inputs.resolve(), folder, args.size))
    try:
        with connect(args) as dask:
            errors = run_all(dask, partitions, args)
            if dask.cluster is not None:
                dask.cluster.close()
    except KeyboardInterrupt:
        print("Interrupted. Run the same command to continue.", file=sys.stderr)
        return 130
    write_table(folder / "table.jsonl", partitions, errors)
    total = sum(partition.size for partition in partitions)
    print(f"{total - len(errors)} of {total} inputs have a result in {args.folder}/table.jsonl")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
