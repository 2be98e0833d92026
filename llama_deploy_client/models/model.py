"""What all handles have in common, where `llama_deploy.client.models.model` has it."""

from typing import Any

from .._async.model import Collection, Model
from .._legacy import missing

__all__ = ["Collection", "Model"]


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
