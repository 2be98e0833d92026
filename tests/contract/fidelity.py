"""How much of the document real servers have shown: the table, and the page in docs/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import dedent

from ruamel.yaml import YAML

from scripts.contract.conformance import Claim, Claims, Rules, status_claim
from scripts.contract.document import CORE, GENERATIONS, HALVES, Document, Half, Operation
from scripts.contract.exchange import Recording

UNSEEN = Path(__file__).with_name("unseen.yaml")
PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"


@dataclass(frozen=True)
class Unseen:
    """Claims that no test server shows, and why they are in the document all the same."""

    reason: str
    claims: tuple[str, ...]


def load_unseen(path: Path = UNSEEN) -> list[Unseen]:
    """The unseen claims that a file lists."""
    return [
        Unseen(entry["reason"], tuple(entry["claims"])) for entry in YAML(typ="safe").load(path)
    ]


class Fidelity:
    """The document compared with what was recorded."""

    def __init__(self, document: Document, recordings: Sequence[Recording]) -> None:
        self.document = document
        self.halves = [half for half in HALVES if half.generation in _generations(recordings)]
        self.rules = {half: Rules(document, half) for half in self.halves}
        self.exchanges = [one for recording in recordings for one in recording.exchanges]
        self.served = {
            half: recording.served[half.tag]
            for recording in recordings
            for half in self.halves
            if half.generation == recording.generation and half.tag in recording.served
        }

    @cached_property
    def problems(self) -> list[str]:
        """How answers differ from the document."""
        return [text for one in self.exchanges for text in self.rules[one.half].problems(one)]

    @cached_property
    def claims(self) -> Claims:
        """The document's claims, and which were borne out by an answer that is as documented."""
        claims = Claims(self.document, self.rules)
        for exchange in self.exchanges:
            if not self.rules[exchange.half].problems(exchange):
                claims.observe(exchange)
        return claims

    @property
    def unseen(self) -> set[str]:
        """The claims that nothing bears out."""
        return {str(claim) for claim in self.claims.made - self.claims.seen}

    def without_success(self) -> list[str]:
        """Operations that no test server answered with a success."""
        return [
            f"{half} {operation.id}"
            for half, operation in self.pairs()
            if not any(200 <= status < 300 for status in self.statuses(half, operation)[0])
        ]

    def pairs(self) -> Iterator[tuple[Half, Operation]]:
        """Every server with every operation that the document gives it."""
        for half in self.halves:
            for operation in self.document.operations.values():
                if operation.is_on(half):
                    yield half, operation

    def statuses(self, half: Half, operation: Operation) -> tuple[list[int], list[int]]:
        """The documented statuses of an operation on a server: those seen, and the others."""
        seen: list[int] = []
        unseen: list[int] = []
        for text in operation.definition["responses"]:
            response = self.document.response(operation, int(text), half)
            if response is not None:
                types = response.get("content") or {"": {}}
                claims = [status_claim(half, operation, text, one) for one in types]
                (seen if self.claims.seen.issuperset(claims) else unseen).append(int(text))
        return seen, unseen

    def counts(self, half: Half) -> tuple[tuple[int, int], tuple[int, int]]:
        """Of a server: operations seen to succeed and all; statuses seen and all."""
        seen = unseen = operations = succeeded = 0
        for other, operation in self.pairs():
            if other == half:
                shown, rest = self.statuses(half, operation)
                operations += 1
                succeeded += any(200 <= status < 300 for status in shown)
                seen += len(shown)
                unseen += len(rest)
        return (succeeded, operations), (seen, seen + unseen)

    def schema_counts(self) -> tuple[int, int]:
        """Claims of response schemas: those seen, and all."""
        made = {claim for claim in self.claims.made if not _is_of_a_server(claim)}
        return len(made & self.claims.seen), len(made)


def _generations(recordings: Sequence[Recording]) -> set[str]:
    return {recording.generation for recording in recordings}


def _is_of_a_server(claim: Claim) -> bool:
    return claim.where.startswith(GENERATIONS)


# --- The table and the page -----------------------------------------------------------------------

HEAD = """\
    ---
    search:
      exclude: true
    ---

    <!-- Written by `python -m pytest tests/contract --pages`. Do not edit. -->
    # How true the OpenAPI document is

    `python -m pytest tests/contract`, a part of `make test`, runs the real
    servers of every generation, sends them hand-picked requests and ones that
    [Schemathesis](https://schemathesis.io) generates from
    `openapi/llama_deploy.yaml`, and holds every answer against the
    document: its status, its content type, and its body, in which no field may be missing or too
    many. A stream is read line by line. The tests fail if an answer is not as documented, if an
    operation was never seen to succeed, if something documented was not seen and is not listed
    below with its reason, or if this page changes.
"""


def table(fidelity: Fidelity) -> str:
    """What was seen, counted."""
    rows = ["| Server | Operations seen to succeed | Documented statuses seen |", "|---|---|---|"]
    for half in fidelity.halves:
        operations, statuses = fidelity.counts(half)
        rows.append(f"| {half} | {_of(operations)} | {_of(statuses)} |")
    schemas = fidelity.schema_counts()
    rows.append("")
    rows.append(
        f"What the response schemas say (a place may have this type or value, or be absent): "
        f"{_of(schemas)} seen."
    )
    return "\n".join(rows)


def _of(pair: tuple[int, int]) -> str:
    return f"{pair[0]} of {pair[1]}"


def page(fidelity: Fidelity, unseen: Sequence[Unseen]) -> str:
    """The whole page. It holds nothing that differs from run to run."""
    parts = [dedent(HEAD), table(fidelity), ""]
    parts += ["## Not seen", ""]
    for entry in unseen:
        parts.append(f"- {entry.reason.strip()}")
        parts += [f"    - `{claim}`" for claim in entry.claims]
    parts += ["", "## Statuses by operation", ""]
    parts.append("Those in parentheses are documented and were not seen.")
    parts += ["", *_operation_rows(fidelity), ""]
    return "\n".join(parts)


def _operation_rows(fidelity: Fidelity) -> Iterator[str]:
    yield f"| Operation | {' | '.join(GENERATIONS)} |"
    yield "|---" * (len(GENERATIONS) + 1) + "|"
    for operation in fidelity.document.operations.values():
        for tag in operation.definition["tags"]:
            of_two = len(operation.definition["tags"]) > 1
            where = " of the control plane" if of_two and tag == CORE else ""
            cells = [
                _cell(fidelity, Half(generation, tag), operation) for generation in GENERATIONS
            ]
            yield f"| `{operation.route}`{where} | {' | '.join(cells)} |"


def _cell(fidelity: Fidelity, half: Half, operation: Operation) -> str:
    seen, unseen = fidelity.statuses(half, operation) if half in fidelity.rules else ([], [])
    return " ".join([*map(str, seen), *(f"({status})" for status in unseen)]) or "-"
