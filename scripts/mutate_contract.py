#!/usr/bin/env python3
"""Make mistakes in the OpenAPI document and see whether the checks notice every one.

    python -m scripts.mutate_contract              # every mistake at every place
    python -m scripts.mutate_contract --each 3     # at most three places of each kind of mistake

The mistaken documents are held against recordings of real servers, which `pytest tests/contract`
leaves in `.cache/contract/`; those that are missing are made first, in about a minute each. Exits
with 1 if a mistake goes unnoticed, or if the document as it is does not pass.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.contract.document import GENERATIONS, Document
from tests.contract.exchange import Recording
from tests.contract.judge_mutants import Judge, distinct
from tests.contract.mutations import Mutant, mutants
from tests.contract.record import cached, record


@dataclass(frozen=True)
class Outcome:
    """What became of one mistake."""

    kind: str
    where: str
    verdict: str | None
    """What gave it away; None if nothing did."""


def choose(found: Iterable[Mutant], each: int | None) -> list[int]:
    """The numbers of the mistakes to make: of each kind at most `each`, evenly spread."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for number, mutant in enumerate(found):
        by_kind[mutant.kind].append(number)
    chosen = []
    for numbers in by_kind.values():
        step = 1.0 if each is None else max(1.0, len(numbers) / each)
        chosen += [numbers[int(i * step)] for i in range(int(len(numbers) / step))]
    return sorted(chosen)


class Bench:
    """Judges mistakes by their numbers, for they cannot travel between processes."""

    def __init__(self, document: Document, recordings: Sequence[Recording]) -> None:
        self.document = document.without_examples()
        self.mutants = list(mutants(self.document))
        self.judge = Judge([distinct(recording) for recording in recordings])

    def judge_one(self, number: int) -> Outcome:
        """Make one mistake and see."""
        mutant = self.mutants[number]
        verdict = self.judge.verdict(mutant.document(self.document))
        return Outcome(mutant.kind, mutant.where, verdict)


_bench: Bench


def _prepare(document: Document, recordings: Sequence[Recording]) -> None:
    global _bench
    _bench = Bench(document, recordings)


def _judge_one(number: int) -> Outcome:
    return _bench.judge_one(number)


def run(
    document: Document, recordings: Sequence[Recording], each: int | None, processes: int
) -> list[Outcome]:
    """Make the mistakes, in several processes.

    Raises:
        ValueError: the document does not pass as it is.
    """
    bench = Bench(document, recordings)
    wrong = bench.judge.verdict(document)
    if wrong is not None:
        raise ValueError(f"The document does not pass without any mistake: {wrong}")
    numbers = choose(bench.mutants, each)
    with ProcessPoolExecutor(processes, None, _prepare, (document, recordings)) as pool:
        return list(pool.map(_judge_one, numbers, chunksize=8))


def describe(outcomes: Sequence[Outcome]) -> str:
    """The outcomes for people: a line a kind, then every mistake that went unnoticed."""
    made = Counter(outcome.kind for outcome in outcomes)
    survived = [outcome for outcome in outcomes if outcome.verdict is None]
    unnoticed = Counter(outcome.kind for outcome in survived)
    lines = [f"{'mistake':42} made  noticed"]
    lines += [
        f"{kind:42} {made[kind]:4}  {made[kind] - unnoticed[kind]:7}" for kind in sorted(made)
    ]
    lines.append(f"{len(made)} kinds; {len(outcomes)} made, {len(survived)} unnoticed")
    lines += [f"  unnoticed: {outcome.kind}: {outcome.where}" for outcome in survived]
    return "\n".join(lines)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description="See whether mistakes in the document are noticed."
    )
    parser.add_argument("--each", type=int, help="places of each kind of mistake (default: all)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="tell what gave each one away")
    options = parser.parse_args()
    document = Document.load()
    recordings = [cached(one) or record(one, document) for one in GENERATIONS]
    try:
        outcomes = run(document, recordings, options.each, options.processes)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if options.verbose:
        for outcome in outcomes:
            print(f"{outcome.kind}: {outcome.where}\n  {outcome.verdict or 'UNNOTICED'}")
    print(describe(outcomes))
    return 1 if any(outcome.verdict is None for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
