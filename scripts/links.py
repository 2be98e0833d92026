"""Copy the project's links from pyproject.toml into the site's settings: `python -m scripts.links`.

The table `[project.urls]` of pyproject.toml is the one place where the owner fills them in.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
BEGIN, END = "# links: begin", "# links: end"


def read_links(pyproject: str) -> dict[str, str]:
    """The site's settings that follow from `[project.urls]`."""
    urls = tomllib.loads(pyproject)["project"].get("urls", {})
    settings = {"site_url": urls.get("Documentation"), "repo_url": urls.get("Repository")}
    return {name: url for name, url in settings.items() if url}


def write_links(site: str, links: dict[str, str]) -> str:
    """The text of zensical.toml with these links between its two marks."""
    lines = "".join(f'{name} = "{url}"\n' for name, url in links.items())
    between = re.compile(rf"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)}\n)", re.DOTALL)
    return between.sub(lambda _: lines, site, count=1)


def main() -> None:
    site = ROOT / "zensical.toml"
    links = read_links((ROOT / "pyproject.toml").read_text())
    site.write_text(write_links(site.read_text(), links))


if __name__ == "__main__":
    main()
