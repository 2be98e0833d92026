"""The site that `make docs` builds: whole, and loading nothing from elsewhere."""

from __future__ import annotations

import ast
import json
import posixpath
import re
import subprocess
import sys
import zlib
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import griffe
import pytest

from llama_deploy_client import Settings
from tests.support.running import copy_sources

from .pages import DOCS, ROOT

HOOKS = {"apply", "settings_customise_sources"}
"""Methods that the in-memory server and pydantic call, not users."""
MODULES = ["models", "models.apiserver", "models.core", "sync", "sync.apiserver", "sync.core"]
MODULES += ["testing", "testing.faults"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from a copy: the generator writes into the folder that it runs in."""
    names = ("docs", "generated", "llama_deploy_client", "zensical.toml", "CHANGELOG.md")
    folder = copy_sources(tmp_path_factory.mktemp("checkout"), *names)
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / "build" / "site"


@dataclass
class Page(HTMLParser):
    """What a page refers to, and what can be referred to in it."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and values.get("rel") not in ("canonical", "next", "prev"):
            self.loads.append(values["href"])
        elif "src" in values:
            self.loads.append(values["src"])


@cache
def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text())
    return page


def built(source: Path) -> str:
    """Where the site has the page that is made of `source`."""
    name = "index" if source.stem == "README" else source.stem
    return source.relative_to(DOCS).with_name(f"{name}.html").as_posix()


def pages(site: Path) -> list[Path]:
    return [site / built(source) for source in DOCS.rglob("*.md")]


def broken(page: Path, reference: str) -> bool:
    """Whether a reference within the site leads nowhere."""
    parts = urlsplit(reference)
    target = page.parent / unquote(parts.path) if parts.path else page
    if not target.is_file():
        return True
    if not parts.fragment or target.suffix != ".html":
        return False
    return unquote(parts.fragment) not in read(target).anchors


def is_elsewhere(reference: str) -> bool:
    return bool(urlsplit(reference).scheme or urlsplit(reference).netloc)


def test_every_link_has_its_target(site: Path) -> None:
    wrong = [
        f"{page.relative_to(site)}: {reference}"
        for page in pages(site)
        for reference in [*read(page).links, *read(page).loads]
        if not is_elsewhere(reference) and broken(page, reference)
    ]
    assert wrong == []


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    loaded = {reference for page in pages(site) for reference in read(page).loads}
    assert [reference for reference in loaded if is_elsewhere(reference)] == []
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", style.read_text()), style


def test_every_page_is_in_the_navigation(site: Path) -> None:
    front = site / "index.html"
    linked = {posixpath.normpath(urlsplit(link).path) for link in read(front).links}
    assert {built(source) for source in DOCS.rglob("*.md")} - linked == set(), (
        "name these pages in zensical.toml"
    )


def test_the_search_finds_guides_and_no_measurements(site: Path) -> None:
    items = json.loads((site / "search.json").read_text())["items"]
    pages = {item["location"].partition("#")[0] for item in items}
    assert "guides/streams.html" in pages
    measured = {"fidelity.html", "faults.html", "bench.html"}
    assert not pages & {*measured, "architecture.html", "changelog.html"}


def test_the_settings_have_their_types_and_defaults_in_the_reference() -> None:
    page = (DOCS / "reference" / "clients.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| `(.+?)`", page, re.MULTILINE)
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in Settings.model_fields.items()
    }
    documented = {name: ast.literal_eval(default) for name, _, default in rows}
    assert {name: documented.get(name, "missing") for name in defaults} == defaults


def test_no_private_name_is_shown_in_the_reference(site: Path) -> None:
    for page in (site / "reference").glob("*.html"):
        text = re.sub("<[^>]+>", "", page.read_text())
        assert not re.findall(r"\b_[A-Z]\w*|\b__\w+__|options: Any", text), page.name


def test_what_all_handles_have_is_in_the_reference_once(site: Path) -> None:
    for page in (site / "reference").glob("*.html"):
        assert len(re.findall(r'id="[\w.]+\.model_dump"', page.read_text())) <= 1, page.name


@cache
def public() -> dict[str, griffe.Object | griffe.Alias]:
    """What the public modules export, and the public methods of these classes, by their paths."""
    package = griffe.load(
        "llama_deploy_client",
        search_paths=[ROOT, ROOT / "generated"],
        resolve_aliases=True,
        resolve_external=True,
    )
    modules = [package[module] for module in MODULES]
    names: dict[str, griffe.Object | griffe.Alias] = {}
    for module in (package, *modules):
        for name in module.exports or ():
            thing = names[f"{module.path}.{name}"] = module[str(name)]
            for member in thing.all_members.values() if thing.is_class else ():
                is_private = member.name.startswith("_") or member.name in HOOKS
                if member.is_function and not is_private:
                    names[f"{module.path}.{name}.{member.name}"] = member
    assert len(names) > 150
    return names


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    inventory = zlib.decompress((site / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode()
    documented = {line.split(" ")[0] for line in inventory.splitlines()}
    absent = [
        path for path, thing in public().items() if not {path, thing.canonical_path} & documented
    ]
    assert absent == []


def test_every_public_name_has_a_docstring() -> None:
    assert [path for path, thing in public().items() if not thing.has_docstring] == []


def test_every_section_of_a_docstring_is_known() -> None:
    """A misspelt one, such as `Example:`, would become a box with its text run together."""
    odd = [
        f"{path}: {section.title}"
        for path, thing in public().items()
        if thing.docstring is not None
        for section in thing.docstring.parse("google")
        if section.kind is griffe.DocstringSectionKind.admonition
    ]
    assert odd == []
