"""The project's links: filled in in pyproject.toml, and the same on the site."""

from __future__ import annotations

from scripts.links import ROOT, read_links, write_links


def test_the_site_has_the_links_of_the_package() -> None:
    site = (ROOT / "zensical.toml").read_text()
    assert write_links(site, read_links((ROOT / "pyproject.toml").read_text())) == site


def test_links_are_replaced_and_removed() -> None:
    project = (
        "[project]\n"
        "[project.urls]\n"
        'Repository = "https://example.org/code"\nDocumentation = "https://example.org/docs"\n'
    )
    site = "[project]\n# links: begin\n# links: end\nfont = false\n"
    written = write_links(site, read_links(project))
    assert 'repo_url = "https://example.org/code"\n' in written
    assert 'site_url = "https://example.org/docs"\n' in written
    assert write_links(written, read_links("[project]\n")) == site
