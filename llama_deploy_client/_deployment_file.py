"""Read and check a deployment file before it is sent.

Servers do not say what is wrong with one. They parse it with PyYAML, so the check does the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from inspect import iscoroutinefunction
from pathlib import Path
from typing import IO, Any, Literal

from attrs import frozen
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ._texts import shorten

DeploymentFile = IO[str] | IO[bytes] | os.PathLike[str] | str | bytes

LARGEST = 1 << 18
"""Bytes. Larger files are sent unchecked: PyYAML needs a second for half a MiB."""


def read_deployment_file(config: DeploymentFile) -> bytes:
    """Return the file's bytes.

    Args:
        config: an open file, a path, or the text itself. A string is text if it is empty or has a
            line break or `": "`, as any YAML mapping has; otherwise it is a path.

    Raises:
        FileNotFoundError: no such file.
        ValueError: the file is empty.
        TypeError: `config` has another type.
    """
    if isinstance(config, bytes | bytearray):
        content: str | bytes = bytes(config)
    elif isinstance(config, str) and _is_text(config):
        content = config
    elif isinstance(config, str | os.PathLike):
        content = Path(config).read_bytes()
    elif hasattr(config, "read") and not iscoroutinefunction(config.read):
        content = config.read()
    else:
        raise TypeError(
            "a deployment file must be an open file, a path, text or bytes, "
            f"got {type(config).__name__}"
        )
    if isinstance(content, str):
        content = content.encode()
    if not content.strip():
        raise ValueError("the deployment file is empty (was the open file read before?)")
    return content


@frozen
class CheckedFile:
    """A deployment file that a server can read.

    Attributes:
        content: the file.
        name: the name of the deployment.
        paths: its local sources on the server, as written in the file.
    """

    content: bytes
    name: str
    paths: Sequence[str]

    def found_in(self, folder: Path) -> bool:
        """Return whether there are relative sources, and all are in this folder."""
        relative = [path for path in self.paths if not Path(path).is_absolute()]
        return bool(relative) and all((folder / path).exists() for path in relative)


def check(content: str | bytes, file: str = "the deployment file") -> CheckedFile:
    """Check a deployment file.

    Args:
        content: its text, or its bytes.
        file: its name, for messages.

    Raises:
        ValueError: the text is not YAML, or lacks something that every server needs.
    """
    import yaml  # type: ignore[import-untyped]  # whose stubs are a package of their own

    try:
        loader = yaml.SafeLoader(content)  # not libyaml's loader, which crashes on deep nesting
        root = loader.get_single_node()
        data: Any = None if root is None else loader.construct_document(root)
    except RecursionError:
        raise ValueError(f"{file} is nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:  # an impossible date is a ValueError
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1} of {file}" if mark else file
        problem = getattr(error, "problem", None) or "it has characters that YAML does not allow"
        if not isinstance(error, yaml.YAMLError):
            problem = str(error)
        raise ValueError(f"{where} is not valid YAML: {problem}") from None
    for path, problem in _problems(data):
        raise ValueError(f"line {_line(root, path)} of {file}: {problem}")
    sources = [service["source"] for service in data["services"].values()]
    locations = [
        source.get("location", source.get("name"))
        for source in sources
        if source.get("type") == "local"
    ]
    paths = [str(path) for path in dict.fromkeys(locations) if path is not None]
    if isinstance(content, str):
        content = content.encode()
    return CheckedFile(content, data["name"], paths)


def _problems(data: Any) -> Iterator[tuple[list[str], str]]:
    """Yield each problem, with the keys that lead to it."""
    if not isinstance(data, dict):
        yield [], "a deployment file must be a mapping that begins with `name: …`"
        return
    name = data.get("name")
    if not isinstance(name, str) or not name:
        what = "add `name: my-deployment`" if name in (None, "") else f"put {name!r} in quotes"
        yield ["name"], f"the deployment has no name: {what}"
    services = data.get("services")
    if not isinstance(services, dict):
        problem = "the deployment has no services: add `services:` and at least one"
        if services is not None:
            problem = f"services must be a mapping of their names, not {type(services).__name__}"
        yield ["services"], problem
        return
    for name, service in services.items():
        if not isinstance(service, dict) or not isinstance(service.get("source"), dict):
            example = "source: {type: local, location: .}"
            yield ["services", name], f"the service {name!r} has no source: add `{example}`"
    try:
        _File.model_validate(data)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            yield [str(part) for part in each["loc"]], _misfit(each)


class _Part(BaseModel):
    model_config = ConfigDict(defer_build=True)  # pydantic builds it when the first file is checked


class _Source(_Part):
    type: Literal["git", "docker", "local"] | None = None
    location: str | None = None
    name: str | None = None


class _Service(_Part):
    name: str | None = None
    source: _Source
    import_path: str | None = Field(None, alias="import-path")
    path: str | None = None
    host: str | None = None
    port: int | None = None
    env: dict[str, str] | None = None
    env_files: list[str] | None = Field(None, alias="env-files")
    python_dependencies: list[str] | None = Field(None, alias="python-dependencies")
    ts_dependencies: dict[str, str] | None = Field(None, alias="ts-dependencies")

    @field_validator("import_path", "path")
    @classmethod
    def _names_a_workflow(cls, path: str | None) -> str | None:
        if path is not None and path.count(":") != 1:
            raise ValueError("it must be module:workflow")
        return path


class _File(_Part):
    """The types that every server requires of a file's values; some servers require more values."""

    name: str
    default_service: str | None = Field(None, alias="default-service")
    services: dict[str, _Service]


def _misfit(error: Mapping[str, Any]) -> str:
    """Describe a value that servers refuse, with its keys as in the file."""
    keys = [str(part) for part in error["loc"] if part != "[key]"]
    what = "the key " if "[key]" in error["loc"] else ""
    where, value = f"{what}{'.'.join(keys)}", error["input"]
    if error["type"] == "string_type":  # without the value, which may be a secret
        return f"{where} must be text, not {type(value).__name__}: put it in quotes"
    return f"{where}: {error['msg'].removeprefix('Value error, ')}; got {shorten(repr(value))}"


def lacking(content: bytes) -> Iterator[str]:
    """Yield what a checked file lacks, if some servers refuse it for that."""
    import yaml

    try:
        services = yaml.safe_load(content)["services"]
        for key, service in services.items():
            source = service["source"]
            if "name" not in service:
                yield f"the service {key!r} has no `name`"
            if not source.keys() & {"location", "name"} or "type" not in source:
                yield f"the source of the service {key!r} has no `type` or no `location`"
            if not service.keys() & {"import-path", "path"}:
                yield f"the service {key!r} has no `import-path`, such as module:workflow"
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return  # it was too large to be checked


def _line(node: Any, path: Sequence[str]) -> int:
    """Return the line of the key at a path, or of the last key of the path that exists."""
    line: int = node.start_mark.line + 1 if node is not None else 1
    for key in path:
        value = getattr(node, "value", None)
        pairs = value if isinstance(value, list) else []
        match = [(name, value) for name, value in pairs if name.value == str(key)]
        if not match:
            break
        line, node = match[0][0].start_mark.line + 1, match[0][1]
    return line


def deployment_options(
    positional: Sequence[str | os.PathLike[str] | bool],
    *,
    base_path: str | os.PathLike[str],
    reload: bool,
    local: bool,
) -> tuple[str, bool, bool]:
    """Return `base_path`, `reload` and `local` from positional and keyword arguments.

    The positional order of the 0.6 and 0.7 client is `reload`; that of 0.8 and 0.9 is `base_path,
    reload, local`.

    Raises:
        TypeError: the arguments fit neither order, or one is given twice.
    """
    old = bool(positional) and isinstance(positional[0], bool)
    names = ("reload",) if old else ("base_path", "reload", "local")
    kinds = {"base_path": str, "reload": bool, "local": bool}
    base_path = os.fspath(base_path)
    options: dict[str, Any] = {"base_path": base_path, "reload": reload, "local": local}
    defaults = {"base_path": ".", "reload": False, "local": False}
    if len(positional) > len(names):
        raise TypeError("create takes (config, reload) or (config, base_path, reload, local)")
    for name, value in zip(names, positional, strict=False):
        value = os.fspath(value) if isinstance(value, os.PathLike) else value
        if not isinstance(value, kinds[name]):
            raise TypeError(f"{name} must be {kinds[name].__name__}, got {value!r}")
        if options[name] != defaults[name]:
            raise TypeError(f"{name} is given twice")
        options[name] = value
    return options["base_path"], options["reload"], options["local"]


def name_of(config: DeploymentFile) -> str:
    """Return the name of the file for messages."""
    if isinstance(config, os.PathLike) or (isinstance(config, str) and not _is_text(config)):
        return os.fspath(config)
    name = getattr(config, "name", None)
    return name if isinstance(name, str) else "the deployment file"


def _is_text(config: str) -> bool:
    return not config or "\n" in config or ": " in config
