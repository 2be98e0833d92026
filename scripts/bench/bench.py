"""A run: the server, the interpreters, and how peers take their turns."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from .environments import Environments
from .peers import Peer, Worker, clean_environment

K = TypeVar("K", bound=Hashable)

Answers = dict[str, list[dict[str, float]]]
"""What was measured of each peer, by its label: figures for each round."""

LITTLE = {"seconds": 0.05, "count": 20}
"""How much is done in the round that is not counted."""


@dataclass(frozen=True)
class Bench:
    """What jobs measure with; a context manager.

    Attributes:
        url: of the canned server.
        quick: whether fewer and shorter rounds will do.
    """

    environments: Environments
    url: str
    quick: bool
    _workers: dict[tuple[Peer, str], Worker] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def rounds(self, full: int, quick: int = 2) -> int:
        """How many rounds to measure."""
        return quick if self.quick else full

    def measure(
        self,
        peers: Sequence[Peer],
        measure: str,
        rounds: int,
        *,
        url: str | None = None,
        afresh: bool = False,
        **parameters: Any,
    ) -> Answers:
        """Have all peers measured in each of the rounds.

        Args:
            peers: whom.
            measure: what, in `worker/`.
            rounds: how often; one more, which is not counted, comes before.
            url: of another server.
            afresh: whether to do each round in a new process, without one before.
            parameters: of the measure.
        """
        server = url or self.url
        by_label = {peer.label: peer for peer in peers}

        def once(label: str) -> dict[str, float]:
            if afresh:
                with Worker(by_label[label], server) as worker:
                    return worker.ask(measure, **parameters)
            return self.worker(by_label[label], server).ask(measure, **parameters)

        if not afresh:
            short = {
                name: min(value, LITTLE[name])
                for name, value in parameters.items()
                if name in LITTLE
            }
            for peer in peers:
                self.worker(peer, server).ask(measure, **{**parameters, **short})
        return in_turn(by_label, rounds, once)

    def worker(self, peer: Peer, url: str) -> Worker:
        """The process of a peer; it stays until the end of the run, as starting some takes long."""
        if (peer, url) not in self._workers:
            self._workers[peer, url] = self._stack.enter_context(Worker(peer, url))
        return self._workers[peer, url]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)


def in_turn(
    keys: Mapping[K, object] | Sequence[K],
    rounds: int,
    measure: Callable[[K], dict[str, float]],
) -> dict[K, list[dict[str, float]]]:
    """Measure each in every round, each round in another order.

    So whatever else the machine does falls on all of them alike.
    """
    answers: dict[K, list[dict[str, float]]] = {key: [] for key in keys}
    for _ in range(rounds):
        for key in random.sample(list(keys), len(keys)):
            answers[key].append(measure(key))
    return answers


@contextmanager
def canned_server(python: Path) -> Iterator[str]:
    """The URL of a server with canned answers, which ends with the context."""
    program = Path(__file__).with_name("origin.py")
    with subprocess.Popen(
        [python, "-P", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=clean_environment(),
        text=True,
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise RuntimeError("the canned server did not start")
        yield f"http://127.0.0.1:{port}"


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)
