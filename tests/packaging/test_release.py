"""A release: the same packages from the same sources, and no break without a version for it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from scripts.release import api, audit, versions
from scripts.release.project import metadata, requirements
from tests.support.running import ROOT, copy_sources

EPOCH = "1700000000"
SOURCES = ["llama_deploy_client", "generated", "openapi", "pyproject.toml", "README.md"]
SOURCES += ["CHANGELOG.md", "LICENSE", ".gitignore"]


def build(sources: Path, umask: int) -> dict[str, bytes]:
    """The packages made from a copy of `sources`, by name."""
    command = [sys.executable, "-m", "build", "--quiet", "--no-isolation"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    subprocess.run(command, cwd=sources, env=environment, umask=umask, check=True)
    return {path.name: path.read_bytes() for path in (sources / "dist").iterdir()}


def test_the_same_sources_make_the_same_bytes(tmp_path: Path) -> None:
    builds = []
    for umask in (0o022, 0o077):  # and another folder, and other times of the files
        builds.append(build(copy_sources(tmp_path / str(umask), *SOURCES), umask))
    assert len(builds[0]) == 2
    assert builds[0] == builds[1]
    (sdist,) = (tmp_path / str(0o022) / "dist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        assert {member.mtime for member in archive} == {int(EPOCH)}


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## \[(\d.*?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == metadata()["version"]
    assert headings == sorted(headings, key=Version, reverse=True)


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A repository of a package whose version 0.1.0 is tagged."""
    (tmp_path / api.PACKAGE).mkdir()
    module = tmp_path / api.PACKAGE / "__init__.py"
    module.write_text("from ._hidden import greet\n__all__ = ['greet']\n")
    hidden = module.with_name("_hidden.py")
    hidden.write_text("def greet(name: str) -> str: ...\ndef _secret() -> None: ...\n")
    raise_version(tmp_path, "0.1.0")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "The first release")
    git(tmp_path, "tag", "v0.1.0")
    return tmp_path


def git(repository: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.invalid"]
    subprocess.run(["git", *identity, *arguments], cwd=repository, check=True)


def raise_version(repository: Path, version: str) -> None:
    (repository / "pyproject.toml").write_text(f"[project]\nversion = '{version}'\n")


def rewrite(repository: Path, before: str, after: str) -> None:
    for module in (repository / api.PACKAGE).iterdir():
        module.write_text(module.read_text().replace(before, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: str", "name: str, polite: bool = False"),
        ("def _secret", "def _other"),
        ("def _secret", "def more() -> None: ...\ndef _secret"),
    ],
)
def test_a_compatible_change_passes(
    released: Path, before: str, after: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(released, before, after)
    assert api.compare(released) == 0
    assert "0 breaking changes from v0.1.0 to 0.1.0" in capsys.readouterr().out


@pytest.mark.parametrize(("version", "status"), [("0.1.1", 1), ("0.2.0", 0), ("1.0.0", 0)])
@pytest.mark.parametrize(
    ("before", "after", "name"),
    [("greet", "salute", "greet"), ("name: str", "who: str", "greet(name)")],
)
def test_a_break_is_named_and_needs_a_version_that_allows_it(
    released: Path,
    before: str,
    after: str,
    name: str,
    version: str,
    status: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rewrite(released, before, after)
    raise_version(released, version)
    assert api.compare(released) == status
    assert name in capsys.readouterr().out


def test_after_1_0_only_a_major_version_allows_breaks() -> None:
    assert not api.allows_breaks(Version("1.0.0"), Version("1.1.0"))
    assert api.allows_breaks(Version("1.1.0"), Version("2.0.0"))


def test_a_checkout_without_tags_says_that_it_was_not_compared(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(released, "tag", "--delete", "v0.1.0")
    assert api.compare(released) == 0
    assert "NOT COMPARED" in capsys.readouterr().out


CLEAN = {"name": "a", "version": "1", "vulns": []}
SKIPPED = {"name": "b", "skip_reason": "Dependency not found on PyPI"}
FINDING = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}


@pytest.mark.parametrize(
    ("report", "status", "message"),
    [
        ([CLEAN], 0, "no advisories for 1 packages"),
        ([CLEAN, SKIPPED], 2, "NOT COMPLETE. PyPI knows nothing of b."),
        ([SKIPPED], 2, "NOT MADE"),
        ([], 2, "NOT MADE"),
        ([FINDING, SKIPPED], 1, "c 2: PYSEC-1, fixed in 3"),
    ],
)
def test_an_audit_of_which_pypi_knows_nothing_does_not_pass(
    report: list[dict[str, object]], status: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.judge(report) == status
    assert message in capsys.readouterr().out


def test_every_requirement_has_a_lowest_version() -> None:
    assert versions.lowest(Requirement("httpx>=0.27.2,<0.29")) == "httpx==0.27.2"
    for requirement in requirements():
        assert "==" in versions.lowest(requirement)
    with pytest.raises(ValueError, match="lower bound"):
        versions.lowest(Requirement("httpx<0.29"))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="later Pythons need other packages beside")
def test_pinned_versions_install_on_the_first_release_of_the_oldest_python() -> None:
    """A pin may need a later patch release than a distribution of Linux has."""
    environments = [*sys.path, *map(str, ROOT.glob(".servers/*/lib/python*/site-packages"))]
    too_new = {
        f"{installed.name}=={installed.version}"
        for installed in distributions(path=environments)
        if "Requires-Python" in installed.metadata
        and f"{versions.PYTHONS[0]}.0" not in SpecifierSet(installed.metadata["Requires-Python"])
    }
    assert too_new == set()


def test_the_supported_pythons_are_those_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    prefix = "Programming Language :: Python :: 3."
    claimed = [line.rpartition(" ")[2] for line in project["classifiers"] if prefix in line]
    assert project["requires-python"] == f">={versions.PYTHONS[0]}"
    assert claimed == [python for python in versions.PYTHONS if python in claimed]
