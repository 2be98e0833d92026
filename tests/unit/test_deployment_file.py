"""Deployment files: read in every form that users have, and checked before they are sent."""

from __future__ import annotations

import io
from collections.abc import Callable
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


FORMS: dict[str, tuple[Callable[[Path], Any], bool]] = {
    "a path": (lambda path: path, True),
    "a path as text": (str, True),
    "a text file": (lambda path: path.open(encoding="utf-8"), True),
    "a binary file": (lambda path: path.open("rb"), True),
    "text in memory": (lambda path: io.StringIO(TEXT), False),
    "bytes in memory": (lambda path: io.BytesIO(CONTENT), False),
    "the text itself": (lambda path: TEXT, False),
    "its bytes": (lambda path: CONTENT, False),
}


@pytest.mark.parametrize(("form", "has_a_name"), FORMS.values(), ids=FORMS)
def test_every_form_of_a_file_gives_the_same_bytes(
    form: Callable[[Path], Any], has_a_name: bool, path: Path
) -> None:
    config = form(path)
    assert name_of(config) == (str(path) if has_a_name else "the deployment file")
    assert read_deployment_file(config) == CONTENT
    if hasattr(config, "close"):
        with config, pytest.raises(ValueError, match="was the open file read before"):
            read_deployment_file(config)


class Upload:
    """A file as web frameworks have it."""

    async def read(self) -> bytes:
        return b"name: d"


@pytest.mark.parametrize(
    ("config", "error", "message"),
    [
        *(
            (empty, ValueError, "the deployment file is empty")
            for empty in (b"", "", " \n ", "\n", io.StringIO(""), io.BytesIO(b" "))
        ),
        *((path, FileNotFoundError, r"no\.yml") for path in ("no.yml", Path("no.yml"))),
        *(
            (other, TypeError, f"got {type(other).__name__}")
            for other in (None, 5, {"name": "d"}, object(), Upload())
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_values_are_refused(config: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_deployment_file(config)


@pytest.mark.parametrize("text", ["name: d", "a\nb"])
def test_a_text_with_a_colon_or_a_line_break_is_not_a_path(text: str) -> None:
    assert read_deployment_file(text) == text.encode()


SERVICE = "name: demo\nservices:\n  a:\n    source: {type: local, name: .}\n"
INVALID = [
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
    ("[" * 500, "FILE is nested too deeply"),
]


@pytest.mark.parametrize(
    ("text", "message"), INVALID, ids=[message.replace("\\", "") for _, message in INVALID]
)
def test_an_error_that_every_server_would_have_names_file_and_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message.replace('FILE', 'd.yml')}"):
        check(text, "d.yml")
    with pytest.raises(ValueError, match=f"^{message.replace('FILE', 'the deployment file')}"):
        check(text.encode())


SOURCE = ["the source of the service 'a' has no `type` or no `location`"]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        (SERVICE, ["the service 'a' has no `name`", "the service 'a' has no `import-path`, such"]),
        (SERVICE + "    name: a\n    path: m:w\n", []),
        (SERVICE + "    name: a\n    import-path: m:w\n", []),
        ("name: d\nservices: {a: {name: a, path: m:w, source: {name: .}}}", SOURCE),
        ("name: d\nservices: {a: {name: a, path: m:w, source: {type: git}}}", SOURCE),
        *((text, []) for text in ("name: d\nservices: {}\n", "not: one", "[")),
    ],
)
def test_a_failure_names_what_the_file_lacks_for_the_server(text: str, lacks: list[str]) -> None:
    causes = list(lacking(text.encode()))
    assert len(causes) == len(lacks)
    assert all(cause.startswith(start) for cause, start in zip(causes, lacks, strict=True))


@pytest.mark.parametrize(
    ("positional", "options"),
    [
        ([], (".", False, False)),
        ([True], (".", True, False)),
        (["/dir"], ("/dir", False, False)),
        (["/dir", True, True], ("/dir", True, True)),
    ],
)
def test_options_can_have_the_order_of_06_and_that_of_09(
    positional: list[str | bool], options: tuple[str, bool, bool]
) -> None:
    assert deployment_options(positional, base_path=".", reload=False, local=False) == options


@pytest.mark.parametrize(
    ("positional", "base_path", "message"),
    [
        ([True, "/dir"], ".", "create takes"),
        (["/dir", "/dir"], ".", "reload must be bool, got '/dir'"),
        (["/dir"], "/srv", "base_path is given twice"),
        ([5], ".", "base_path must be str, got 5"),
    ],
)
def test_options_in_another_order_are_a_type_error(
    positional: list[Any], base_path: str, message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        deployment_options(positional, base_path=base_path, reload=False, local=False)
