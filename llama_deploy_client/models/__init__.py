"""The classes behind `client.apiserver` and `client.core`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .._async.model import Collection, Model
from .._legacy import missing

if TYPE_CHECKING:
    from .apiserver import ApiServer as ApiServer
    from .core import Core as Core

__all__ = ["Collection", "Model"]

_HOMES = {"ApiServer": "apiserver", "Core": "core"}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name in _HOMES:
            return getattr(import_module(f".{_HOMES[name]}", __name__), name)
        raise missing(__name__, name)
