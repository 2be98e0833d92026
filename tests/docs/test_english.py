"""Pages, docstrings, messages and names are free of phrases that have to be read twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .pages import ROOT

NOT_EXISTENCE = r"(?<!\bthere )(?<!\bThere )(?<!\bthere can )"
"""`there is no file 'x'` is plain English; `'x' is no file` is not."""

PHRASES = {
    NOT_EXISTENCE + r"\b(?:is|are|was|were|be) no (?!longer\b|more\b)": "is not a …",
    NOT_EXISTENCE + r"\b(?:is|are|was|were|be) none\b": "say what it is: invalid, missing, …",
    r"\bno success\b": "an error status",
    r"\bnone of its lines\b": "not a batch record",
    r"\b(?:both|two|other|each|of a) colou?rs?\b": "async and blocking",
    r"\b(?:asks?|asked|asking) again\b": "polls (for news), or retries (after a failure)",
    r"\bbetween two questions\b": "between polls",
    r"\bput to `?answer\b": "`answer` is called",
    r"\bin a row as run at once\b": "after N failures in a row (N = concurrency)",
    r"\b[Mm]akes? of (?:it|an?|the)\b": "converts … to …",
    r"\bwas told\b": "name who told what to whom",
    r"\bsays? again\b": "echoes, or repeats",
    r"\bwho goes away\b": "disconnects",
    r"\bbetter (?:do )?not\b": "do not …",
    r"\banew\b": "again; replaces",
    r"\bgoes on on\b": "is still running on",
    r"\bhow the (?:API )?server is\b": "the server's status",
    r"\b(?:became|becomes|came|comes) of (?:it|them|the|an?|each|all)\b": "the outcome of",
    r"\b(?:is|are|was|were) made of (?:it|an?|the)\b": "becomes; is converted to",
    r"\bno answer (?:with)?in\b": "no response within",
    r"\b[Tt]he last (?:try|answer):": "the last attempt, the last response",
    r"\btr(?:y|ies|ied|ying) again in\b": "retries in",
    r"\b(?:is|are|was|were) told (?:apart|by|from|of|to|where|with)\b": "name who says it",
    r"\bwithout a word\b": "silently, unannounced",
    r"\bput again\b": "`answer` is called again",
    r"\b[Ww]hoever\b": "name who it is",
}

KINDS = {".py", ".md", ".html", ".yaml", ".toml", ".jinja", ".ipynb"}
FOLDERS = ("docs", "llama_deploy_client", "openapi", "scripts", "tests")
WRITTEN = ("docs/faults.md", "docs/fidelity.md", "docs/bench.md")
"""Files that programs write."""


def read_prose(text: str) -> str:
    """The text on one line: comments and literals that are split join up, names become words."""
    joined = re.sub(r"(?: ?[\"'])?\s*\n\s*(?:#+:? |[rf]?[\"'])?", " ", text)
    return joined.replace("_", " ")


def files() -> list[str]:
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    names = [path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*"), *paths]]
    return [
        name
        for name in names
        if Path(name).suffix in KINDS
        and name not in WRITTEN
        and "/_sync/" not in name
        and name != "tests/docs/test_english.py"
    ]


def find_phrases(text: str) -> list[str]:
    """Each forbidden phrase in a text, with the words around it and what to say."""
    prose = read_prose(text)
    return [
        f"…{prose[max(0, match.start() - 30) : match.end() + 30]}… (better: {advice})"
        for phrase, advice in PHRASES.items()
        for match in re.finditer(phrase, prose)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "raise ValueError('the URL is none')",
        "# the body is no\n# JSON",
        'f"{path!r} is "\n    f"no results file"',
        "def test_a_file_that_is_no_directory() -> None:",
        "written once, for both colours",
        "def test_a_failure_is_told_by_the_result() -> None:",
    ],
)
def test_a_phrase_is_found_wherever_it_is_split(text: str) -> None:
    assert find_phrases(text)


@pytest.mark.parametrize(
    "text", ["there is no file 'x'", "the task is no longer there", "if value is None:"]
)
def test_plain_english_passes(text: str) -> None:
    assert not find_phrases(text)


def test_no_file_has_a_phrase_that_must_be_read_twice() -> None:
    phrases = {name: find_phrases((ROOT / name).read_text()) for name in files()}
    assert {name: each for name, each in phrases.items() if each} == {}
