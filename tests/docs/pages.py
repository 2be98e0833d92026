"""The pages for users, and the programs in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from textwrap import dedent

from scripts.servers import NEWEST

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
TRANSLATED = sorted([ROOT / "README.zh-CN.md", *DOCS.rglob("*.zh-CN.md")])
PAGES = sorted({ROOT / "README.md", *DOCS.rglob("*.md")} - {*TRANSLATED})
"""Pages whose programs are run. Those of a translation are compared with them."""

_BLOCK = re.compile(
    r"(?:^ *<!-- (?P<kind>server|file|name): (?P<value>\S+) -->\n)?"
    r"^(?P<indent> *)```(?P<language>\w+)[^\n]*\n(?P<code>.*?)^(?P=indent)```$"
    r'(?:\n+^```text title="prints"\n(?P<prints>.*?)^```$)?',
    re.MULTILINE | re.DOTALL,
)

_NEXT_TAB = '=== "Blocking"'

SNIPPET = "--8<--"  # begins a block that shows a file, whose tests are elsewhere


@dataclass(frozen=True)
class Program:
    """A block of Python in a page."""

    page: Path
    line: int
    code: str
    server: str  # the version, or the generation, of the server that it runs against
    prints: str | None  # what it prints, where the page says so
    files: dict[str, str]  # that the page has the reader write, by name

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def programs() -> list[Program]:
    """Every block of Python in every page, those for one server side by side."""
    every = [program for page in PAGES for program in _programs(page, page.read_text())]
    return sorted(every, key=lambda program: program.server)


def _programs(page: Path, text: str) -> Iterator[Program]:
    files: dict[str, str] = {}
    blocks = list(_BLOCK.finditer(text))
    for block, following in zip_longest(blocks, blocks[1:]):
        prints = block["prints"]
        if following and text[block.end() : following.start()].strip() == _NEXT_TAB:
            prints = following["prints"]  # what both sides print stands below them
        code = dedent(block["code"])
        if block["kind"] == "file":
            files[block["value"]] = code
        elif block["language"] == "python" and not code.startswith(SNIPPET):
            yield Program(
                page=page,
                line=text.count("\n", 0, block.start("code")),
                code=code,
                server=block["value"] if block["kind"] == "server" else NEWEST,
                prints=prints,
                files=files,
            )
