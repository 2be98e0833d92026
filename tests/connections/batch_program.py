"""A program that runs a batch: URL, colour, how many tasks, and its results file.

At the end it writes how many results were in the file already, how many are right, and by how many
KiB its memory grew after the first thousand tasks.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Iterator

from llama_deploy_client import Client, Outcome, SyncClient
from llama_deploy_client.models.apiserver import TaskCollection
from llama_deploy_client.sync.apiserver import TaskCollection as SyncTaskCollection


def inputs(tasks: int) -> Iterator[dict[str, object]]:
    return ({"n": number, "text": "x" * 1000} for number in range(tasks))


class Tally:
    def __init__(self) -> None:
        self.resumed = self.right = self.count = self.thousand = 0

    def add(self, outcome: Outcome) -> None:
        self.count += 1
        self.resumed += outcome.resumed
        self.right += outcome.unwrap()["n"] == outcome.index
        if self.count == 1000:
            self.thousand = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def show(self) -> None:
        growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self.thousand
        print(self.resumed, self.right, growth)


async def run(url: str, tasks: int, path: str) -> None:
    tally = Tally()
    collection = TaskCollection(client=Client(api_server_url=url), deployment_id="d")
    async for outcome in collection.run_many(inputs(tasks), results_file=path):
        tally.add(outcome)
    tally.show()


def run_sync(url: str, tasks: int, path: str) -> None:
    tally = Tally()
    collection = SyncTaskCollection(client=SyncClient(api_server_url=url), deployment_id="d")
    for outcome in collection.run_many(inputs(tasks), results_file=path):
        tally.add(outcome)
    tally.show()


if __name__ == "__main__":
    url, colour, tasks, path = sys.argv[1:]
    if colour == "async":
        asyncio.run(run(url, int(tasks), path))
    else:
        run_sync(url, int(tasks), path)
