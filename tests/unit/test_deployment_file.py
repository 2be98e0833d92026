"""A deployment file, in whatever form a user has it, is the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from llama_deploy_client._deployment_file import read_deployment_file

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
    with pytest.raises(TypeError, match=f"not {type(config).__name__}"):
        read_deployment_file(config)
