"""A deployment file, in whatever form a user has it, is the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from llama_deploy_client._deployment_file import (
    check,
    deployment_options,
    lacking,
    name_of,
    read_deployment_file,
)

TEXT = "name: größe\nservices: {}\n"
CONTENT = TEXT.encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "deployment.yml"
    path.write_bytes(CONTENT)
    return path


def test_an_open_file(path: Path) -> None:
    with path.open(encoding="utf-8") as text, path.open("rb") as binary:
        assert read_deployment_file(text) == read_deployment_file(binary) == CONTENT


def test_a_file_in_memory() -> None:
    assert read_deployment_file(io.StringIO(TEXT)) == CONTENT
    assert read_deployment_file(io.BytesIO(CONTENT)) == CONTENT


def test_a_path(path: Path) -> None:
    assert read_deployment_file(path) == read_deployment_file(str(path)) == CONTENT


@pytest.mark.parametrize("config", [TEXT, CONTENT, "name: größe", "a\nb"])
def test_the_text_itself(config: str | bytes) -> None:
    assert read_deployment_file(config) == (
        config if isinstance(config, bytes) else config.encode()
    )


@pytest.mark.parametrize("config", [b"", "", " \n ", "\n", io.StringIO(""), io.BytesIO(b" ")])
def test_nothing_is_refused(config: Any) -> None:
    with pytest.raises(ValueError, match="the deployment file is empty"):
        read_deployment_file(config)


def test_a_file_that_was_read_before_is_refused(path: Path) -> None:
    with path.open() as file:
        file.read()
        with pytest.raises(ValueError, match="was the open file read before"):
            read_deployment_file(file)


@pytest.mark.parametrize("config", ["missing.yml", Path("missing.yml")])
def test_a_missing_file_is_named(config: str | Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"missing\.yml"):
        read_deployment_file(tmp_path / config)


class Upload:
    """A file as web frameworks have it."""

    async def read(self) -> bytes:
        return b"name: d"


@pytest.mark.parametrize("config", [None, 5, {"name": "d"}, object(), Upload()])
def test_anything_else_is_a_type_error(config: Any) -> None:
    with pytest.raises(TypeError, match=f"got {type(config).__name__}"):
        read_deployment_file(config)


SERVICE = "name: demo\nservices:\n  a:\n    source: {type: local, name: .}\n"
BROKEN = [
    ("name: demo\nservices: [", r"line 2 of FILE is not valid YAML: "),
    ("name: 2025-99-99\nservices: {}\n", r"FILE is not valid YAML: month must be in 1\.\.12"),
    ("- a\n- b\n", "line 1 of FILE: a deployment file must be a mapping"),
    ("\nname: 5\nservices: {}\n", "line 2 of FILE: the deployment has no name"),
    ("name: demo\nother: 1\n", "line 1 of FILE: the deployment has no services"),
    ("name: demo\nservices:\n  a:\n    port: 1\n", "line 3 of FILE: the service 'a' has no source"),
    ("name: demo\nservices:\n- a\n", "line 2 of FILE: services must be a mapping .* not list"),
    (SERVICE.replace("local", "s3"), r"line 4 of FILE: services\.a\.source\.type: .* got 's3'"),
    (SERVICE + "    port: high\n", r"line 5 of FILE: services\.a\.port: .* got 'high'"),
    (SERVICE + "    path: module\n", r"line 5 of FILE: services\.a\.path: it must be module:wor"),
    (SERVICE + "    import-path: a:b:c\n", r"line 5 of FILE: services\.a\.import-path: it must be"),
    (
        SERVICE + "    env:\n      KEY: 12345\n",
        r"line 6 of FILE: services\.a\.env\.KEY must be text, not int: put it in quotes$",
    ),
    (SERVICE + "    env: [KEY=1]\n", r"line 5 of FILE: services\.a\.env: .* dictionary"),
    (
        SERVICE + "    python-dependencies: numpy\n",
        r"line 5 of FILE: services\.a\.python-dep.* list",
    ),
    (SERVICE.replace("  a:", "  1:"), r"line 3 of FILE: the key services\.1 must be text, not int"),
    (
        SERVICE.replace("demo", "2025"),
        "line 1 of FILE: the deployment has no name: put 2025 in quotes",
    ),
    ("[" * 100_000, "FILE"),
]


@pytest.mark.parametrize(
    ("text", "said"), BROKEN, ids=[said.replace("\\", "") for _, said in BROKEN]
)
def test_an_error_that_every_server_would_have_names_file_and_line(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said.replace('FILE', 'd.yml')}"):
        check(text, "d.yml")
    with pytest.raises(ValueError, match=f"^{said.replace('FILE', 'the deployment file')}"):
        check(text.encode())


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        (SERVICE, ["the service 'a' has no `name`", "the service 'a' has no `import-path`, such"]),
        (SERVICE + "    name: a\n    path: m:w\n", []),
        (SERVICE + "    name: a\n    import-path: m:w\n", []),
        ("name: d\nservices: {a: {name: a, path: m:w, source: {name: .}}}", ["the source of"]),
        ("name: d\nservices: {a: {name: a, path: m:w, source: {type: git}}}", ["the source of"]),
        ("name: d\nservices: {}\n", []),
        ("not: one", []),
        ("[", []),
    ],
)
def test_a_failure_names_what_the_server_misses_in_the_file(text: str, lacks: list[str]) -> None:
    found = list(lacking(text.encode()))
    assert len(found) == len(lacks)
    assert all(one.startswith(start) for one, start in zip(found, lacks, strict=True))


def test_a_file_is_called_by_its_name(path: Path) -> None:
    assert name_of(path) == name_of(str(path)) == str(path)
    with path.open() as opened:
        assert name_of(opened) == str(path)
    assert name_of(TEXT) == name_of(CONTENT) == name_of(io.StringIO(TEXT)) == "the deployment file"


@pytest.mark.parametrize(
    ("positional", "options"),
    [
        ([], (".", False, False)),
        ([True], (".", True, False)),
        (["/dir"], ("/dir", False, False)),
        (["/dir", True], ("/dir", True, False)),
        (["/dir", True, True], ("/dir", True, True)),
    ],
)
def test_options_in_the_orders_of_06_and_09(
    positional: list[str | bool], options: tuple[str, bool, bool]
) -> None:
    assert deployment_options(positional, base_path=".", reload=False, local=False) == options


@pytest.mark.parametrize(
    ("positional", "base_path", "said"),
    [
        ([True, "/dir"], ".", "create takes"),
        (["/dir", "/dir"], ".", "reload must be bool, got '/dir'"),
        (["/dir"], "/srv", "base_path is given twice"),
        ([5], ".", "base_path must be str, got 5"),
    ],
)
def test_options_in_no_such_order_are_a_type_error(
    positional: list[Any], base_path: str, said: str
) -> None:
    with pytest.raises(TypeError, match=said):
        deployment_options(positional, base_path=base_path, reload=False, local=False)
