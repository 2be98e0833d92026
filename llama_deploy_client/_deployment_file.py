"""A deployment file in the forms that users have it in."""

from __future__ import annotations

import os
from inspect import iscoroutinefunction
from pathlib import Path
from typing import IO

DeploymentFile = IO[str] | IO[bytes] | os.PathLike[str] | str | bytes


def read_deployment_file(config: DeploymentFile) -> bytes:
    """The file's bytes.

    Args:
        config: an open file, a path, or the text itself. A string is text if it has a line break
            or `": "`, as any YAML mapping does, or nothing, and otherwise a path.

    Raises:
        FileNotFoundError: no such file.
        ValueError: there is nothing in it.
        TypeError: `config` is none of these.
    """
    if isinstance(config, bytes | bytearray):
        content: str | bytes = bytes(config)
    elif isinstance(config, str) and (not config or "\n" in config or ": " in config):
        content = config
    elif isinstance(config, str | os.PathLike):
        content = Path(config).read_bytes()
    elif hasattr(config, "read") and not iscoroutinefunction(config.read):
        content = config.read()
    else:
        raise TypeError(
            f"a deployment file is an open file, a path, text or bytes, not {type(config).__name__}"
        )
    if isinstance(content, str):
        content = content.encode()
    if not content.strip():
        raise ValueError("the deployment file is empty (was the open file read before?)")
    return content
