"""What clients read from the same bytes, side by side; and the differences that were judged.

`judgements.md` lists each of them with the reason why this client is right, or does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from .clients import Outcome, Refusal, Response

FILE = Path(__file__).with_name("judgements.md")
_LONGEST = 48


def judged() -> dict[str, str]:
    """The rows of the tables, by the names of responses."""
    rows = [line for line in FILE.read_text().splitlines() if line.startswith("| `")]
    by_name = {row.split("`")[1]: row for row in rows}
    assert len(by_name) == len(rows), "a response is judged twice"
    return by_name


def differences(outcomes: Mapping[str, Mapping[str, Outcome]]) -> dict[str, str]:
    """A row for each response that not all clients read alike."""
    return {
        name: _row(name, by_client)
        for name, by_client in outcomes.items()
        if len(set(by_client.values())) > 1
    }


def _row(name: str, by_client: Mapping[str, Outcome]) -> str:
    read = {outcome for outcome in by_client.values() if isinstance(outcome, Response)}
    look_alike = len({(response.status, response.body) for response in read}) < len(read)
    cells = (_cell(outcome, in_full=look_alike) for outcome in by_client.values())
    return f"| `{name}` | " + " | ".join(cells) + " |"


def _cell(outcome: Outcome, *, in_full: bool) -> str:
    if not isinstance(outcome, Response):
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


# --- Responses by chance --------------------------------------------------------------------------

# They have no line in `judgements.md`. A difference is known if the response has something in it
# that one of the tables there is about.

_LINE = rb"[^\r\n]*\r\n"
STRICTER = {
    "Informational responses": rb"HTTP/1\.0 1\d\d|HTTP/1\.1 1\d\d(?s:.*?)"
    rb"(?i:connection: *close|content-length|transfer-encoding)",
    "Versions": rb"HTTP/(1\.[2-9]|0\.9|2\.\d)",
    "Line ends": rb"(?<!\r)\n|\r(?!\n)",
    "Lengths": rb"(?is)content-length.*content-length|content-length:[^\r\n]*(,|\r\n[ \t])",
    "A length beside chunks": rb"(?is)content-length.*transfer-enc|transfer-enc.*content-length",
    "Transfer encodings": rb"(?i)transfer-encoding:[^\r\n]*\t",
    "Chunk extensions": rb"\n[0-9a-fA-F]+[ \t]*;",
}
"""What this client refuses and httpx may accept, by the table's heading."""
LAXER = {
    "Empty lines before a response": rb"(\A|\r\n\r\n)[\r\n]+HTTP/",
    "Controls in values": rb"[\x0b\x0c]",
    "Leading zeros": rb"0{17}",
    "A space after a chunk's size": rb"\n[0-9a-fA-F]+ +(;|\r\n)",
    "Trailers": rb"\n0+" + _LINE + rb"(" + _LINE + rb")*?(?i:transfer-encoding)",
}
"""What this client accepts and httpx may refuse."""


def is_known(response: bytes, ours: Outcome, httpx: Outcome) -> bool:
    """Whether the two agree, or differ where that was judged."""
    if ours == httpx:
        return True
    if not isinstance(ours, Refusal) and not isinstance(httpx, Refusal):
        return False
    habits = STRICTER if isinstance(ours, Refusal) else LAXER
    return any(re.search(pattern, response) for pattern in habits.values())
