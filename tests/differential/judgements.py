"""What clients read from the same bytes, side by side; and the differences that were judged.

`judgements.md` lists each of them with the reason why this client is right, or does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .clients import Answer, Outcome

FILE = Path(__file__).with_name("judgements.md")
_LONGEST = 48


def judged() -> dict[str, str]:
    """The rows of the tables, by the names of answers."""
    rows = [line for line in FILE.read_text().splitlines() if line.startswith("| `")]
    by_name = {row.split("`")[1]: row for row in rows}
    assert len(by_name) == len(rows), "an answer is judged twice"
    return by_name


def differences(outcomes: Mapping[str, Mapping[str, Outcome]]) -> dict[str, str]:
    """A row for each answer of which not all clients make the same."""
    return {
        name: _row(name, by_client)
        for name, by_client in outcomes.items()
        if len(set(by_client.values())) > 1
    }


def _row(name: str, by_client: Mapping[str, Outcome]) -> str:
    answers = [outcome for outcome in by_client.values() if isinstance(outcome, Answer)]
    look_alike = len({(answer.status, answer.body) for answer in answers}) < len(set(answers))
    cells = (_cell(outcome, in_full=look_alike) for outcome in by_client.values())
    return f"| `{name}` | " + " | ".join(cells) + " |"


def _cell(outcome: Outcome, *, in_full: bool) -> str:
    if not isinstance(outcome, Answer):
        return "refused"
    text = f"{outcome.status} {_text(outcome.body)}"
    if in_full:
        lines = b", ".join(b"%s: %s" % header for header in outcome.headers)
        text += f", reason {_text(outcome.reason)}, headers {_text(lines)}"
    return text


def _text(content: bytes) -> str:
    shown = content if len(content) <= _LONGEST else content[:_LONGEST] + b"..."
    return "`" + ascii(shown.decode("latin-1"))[1:-1].replace("|", "\\|").replace("`", "'") + "`"


def unlike(judged: Mapping[str, str], observed: Mapping[str, str]) -> str:
    """What the tables lack, and what they have that is not so; empty if they are right."""
    missing = [row for name, row in observed.items() if judged.get(name) != row]
    wrong = [row for name, row in judged.items() if observed.get(name) != row]
    return "\n".join(
        [f"+ {row}" for row in sorted(missing)] + [f"- {row}" for row in sorted(wrong)]
    )
