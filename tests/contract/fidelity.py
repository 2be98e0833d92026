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
        generations = {recording.generation for recording in recordings}
        self.halves = [half for half in HALVES if half.generation in generations]
        self.rules = {half: Rules(document, half) for half in self.halves}
        self.exchanges = [one for recording in recordings for one in recording.exchanges]

    @cached_property
    def problems(self) -> list[str]:
        """How responses differ from the document."""
        return [text for one in self.exchanges for text in self.rules[one.half].problems(one)]

    @cached_property
    def claims(self) -> Claims:
        """The document's claims, and which were seen in a response that is as documented."""
        claims = Claims(self.document, self.rules)
        for exchange in self.exchanges:
            claims.observe(exchange)
        return claims

    @property
    def unseen(self) -> set[str]:
        """The claims that no response shows."""
        return {str(claim) for claim in self.claims.made - self.claims.seen}

    def operations(self, half: Half) -> list[Operation]:
        """Those that the document gives a server."""
        return [one for one in self.document.operations.values() if one.is_on(half)]

    def statuses(self, half: Half, operation: Operation) -> dict[int, bool]:
        """The documented statuses of an operation on a server, and whether they were seen."""
        result = {}
        for text in operation.definition["responses"]:
            response = self.document.response(operation, int(text), half)
            if response is not None:
                types = response.get("content") or {"": {}}
                claims = [status_claim(half, operation, text, one) for one in types]
                result[int(text)] = self.claims.seen.issuperset(claims)
        return result

    def succeeds(self, half: Half, operation: Operation) -> bool:
        """Whether a success of an operation was seen on a server."""
        statuses = self.statuses(half, operation)
        return any(seen and 200 <= status < 300 for status, seen in statuses.items())

    def without_success(self) -> list[str]:
        """Operations that were not seen to succeed."""
        return [
            f"{half} {operation.id}"
            for half in self.halves
            for operation in self.operations(half)
            if not self.succeeds(half, operation)
        ]


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
    `openapi/llama_deploy.yaml`, and holds every response against the
    document: its status, its content type, and its body, in which no field may be missing or too
    many. A stream is read line by line. The tests fail if a response is not as documented, if an
    operation was never seen to succeed, if something documented was not seen and is not listed
    below with its reason, or if this page changes.
"""


def table(fidelity: Fidelity) -> Iterator[str]:
    """What was seen, counted."""
    yield "| Server | Operations seen to succeed | Documented statuses seen |"
    yield "|---|---|---|"
    for half in fidelity.halves:
        operations = fidelity.operations(half)
        successes = [fidelity.succeeds(half, one) for one in operations]
        statuses = [seen for one in operations for seen in fidelity.statuses(half, one).values()]
        yield f"| {half} | {_of(successes)} | {_of(statuses)} |"
    yield ""
    claims = fidelity.claims
    in_schemas = [one in claims.seen for one in claims.made if not _is_of_a_server(one)]
    yield (
        "What the response schemas say (a place may have this type or value, or be absent): "
        f"{_of(in_schemas)} seen."
    )


def _is_of_a_server(claim: Claim) -> bool:
    return claim.where.startswith(GENERATIONS)


def _of(seen: list[bool]) -> str:
    return f"{sum(seen)} of {len(seen)}"


def page(fidelity: Fidelity, unseen: Sequence[Unseen]) -> str:
    """The whole page. It holds nothing that differs from run to run."""
    parts = [dedent(HEAD), *table(fidelity), "", "## Not seen", ""]
    for entry in unseen:
        parts.append(f"- {entry.reason.strip()}")
        parts += [f"    - `{claim}`" for claim in entry.claims]
    parts += ["", "## Statuses by operation", ""]
    parts += ["Those in parentheses are documented and were not seen.", ""]
    parts += [*_operation_rows(fidelity), ""]
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
    statuses = fidelity.statuses(half, operation) if half in fidelity.rules else {}
    shown = (str(status) if seen else f"({status})" for status, seen in statuses.items())
    return " ".join(shown) or "-"
