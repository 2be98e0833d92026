"""The base classes of handles, at the path of `llama_deploy.client.models.model`."""

from typing import Any

from .._async.model import Collection, Model
from .._legacy import missing

__all__ = ["Collection", "Model"]


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
