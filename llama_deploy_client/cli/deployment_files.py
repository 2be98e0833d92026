"""Deployment files, checked before they are sent: servers do not say what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from .exits import UsageError


@frozen
class CheckedFile:
    """A deployment file that a server can read.

    Attributes:
        text: the file.
        name: the name of the deployment.
        paths: its sources on the server's disk, as they are written.
    """

    text: str
    name: str
    paths: Sequence[str]

    def found_in(self, folder: Path) -> bool:
        """Whether all relative sources are in this folder, and there are some."""
        relative = [path for path in self.paths if not Path(path).is_absolute()]
        return bool(relative) and all((folder / path).exists() for path in relative)


def check(text: str, file: str) -> CheckedFile:
    """Check a deployment file.

    Args:
        text: its content.
        file: its name, for messages.

    Raises:
        UsageError: it is not YAML, or it lacks what every server needs.
    """
    import yaml  # type: ignore[import-untyped]

    try:
        root, content = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1} of {file}" if mark else file
        problem = getattr(error, "problem", None) or "it has characters that YAML does not allow"
        raise UsageError(f"{where} is not valid YAML: {problem}") from None
    for path, problem in _problems(content):
        raise UsageError(f"line {_line(root, path)} of {file}: {problem}")
    sources = [service["source"] for service in content["services"].values()]
    locations = [
        source.get("location", source.get("name"))
        for source in sources
        if source.get("type") == "local"
    ]
    return CheckedFile(text, content["name"], [str(path) for path in dict.fromkeys(locations)])


def _problems(content: Any) -> Iterator[tuple[list[str], str]]:
    """What is wrong, and the keys that lead there."""
    if not isinstance(content, dict):
        yield [], "a deployment file must be a mapping that begins with `name: …`"
        return
    if not isinstance(content.get("name"), str) or not content["name"]:
        yield ["name"], "the deployment has no name: add `name: my-deployment`"
    services = content.get("services")
    if not isinstance(services, dict) or not services:
        yield ["services"], "the deployment has no services: add `services:` and at least one"
        return
    for name, service in services.items():
        if not isinstance(service, dict) or not isinstance(service.get("source"), dict):
            example = "source: {type: local, location: .}"
            yield ["services", name], f"the service {name!r} has no source: add `{example}`"


def _line(node: Any, path: Sequence[str]) -> int:
    """The line of the key that a path leads to, or of the last key on the way that exists."""
    line: int = node.start_mark.line + 1 if node is not None else 1
    for key in path:
        value = getattr(node, "value", None)
        pairs = value if isinstance(value, list) else []
        match = [(name, value) for name, value in pairs if name.value == str(key)]
        if not match:
            break
        line, node = match[0][0].start_mark.line + 1, match[0][1]
    return line
