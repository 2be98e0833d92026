"""The pages for users, and the programs in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scripts.servers import NEWEST

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])

_PROGRAM = re.compile(
    r"(?:^<!-- server: (?P<server>[\d.]+) -->\n)?"
    r"^```python[^\n]*\n(?P<code>.*?)^```$"
    r'(?:\n+^```text title="prints"\n(?P<prints>.*?)^```$)?',
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Program:
    """A block of Python in a page."""

    page: Path
    line: int
    code: str
    server: str
    """The version, or the generation, of the server that it runs against."""
    prints: str | None
    """What it prints, where the page says so."""

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def programs() -> list[Program]:
    """Every block of Python in every page, those for one server side by side."""
    found = [
        Program(
            page=page,
            line=text.count("\n", 0, match.start("code")),
            code=match["code"],
            server=match["server"] or NEWEST,
            prints=match["prints"],
        )
        for page in PAGES
        for text in [page.read_text()]
        for match in _PROGRAM.finditer(text)
    ]
    return sorted(found, key=lambda program: program.server)
