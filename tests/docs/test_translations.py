"""The Chinese pages have the programs, commands, tables and links of the English ones."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from .pages import ROOT, TRANSLATED

BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def original(page: Path) -> Path:
    return page.with_name(page.name.replace(".zh-CN", ""))


def without_words(kind: str, code: str) -> str:
    """A block without what is translated: docstrings, comments, and descriptions of files."""
    if kind.startswith("python"):
        tree = ast.parse(code)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and isinstance(node, ast.ClassDef | ast.FunctionDef):
                node.body = [part for part in body if not isinstance(part, ast.Expr)] or body[1:]
        return ast.unparse(tree)
    lines = [re.sub(r"\s+#.*", "", line) for line in code.splitlines()]
    return "\n".join(" ".join(re.findall(r"[!-~]+", line.split("  ")[0])) for line in lines)


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(kind, without_words(kind, code)) for kind, code in BLOCK.findall(page.read_text())]


def shape(page: Path) -> tuple[list[int], list[int], list[str]]:
    """Levels of headings, columns of the rows of tables, and the pages that links lead to."""
    text = BLOCK.sub("", page.read_text())
    headings = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    rows = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    links = re.findall(r"\]\(([^)]+)\)", text)
    return headings, rows, sorted(link.replace(".zh-CN", "") for link in links)


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.name)
def test_programs_and_commands_are_the_same(page: Path) -> None:
    assert blocks(page) == blocks(original(page))


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.name)
def test_headings_tables_and_links_are_the_same(page: Path) -> None:
    assert shape(page) == shape(original(page))


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.name)
def test_figures_are_the_same(page: Path) -> None:
    def figures(page: Path) -> list[str]:
        text = BLOCK.sub("", page.read_text()).replace("April 2026", "2026 4")
        return sorted(re.findall(r"\d+(?:\.\d+)*", text))

    missing = set(figures(original(page))) - set(figures(page))
    assert missing <= {"0"}, f"{page.relative_to(ROOT)} lacks figures of the English page"


def test_chinese_has_chinese_punctuation() -> None:
    for page in TRANSLATED:
        prose = re.sub(r"`[^`]*`|\]\([^)]*\)", "", BLOCK.sub("", page.read_text()))
        assert re.findall(r"[\u4e00-\u9fff][,:;?!]|[,:;][\u4e00-\u9fff]", prose) == []
