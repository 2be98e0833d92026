"""The classes behind the sync client's `apiserver` and `core`."""

from .._sync.client import SyncClient
from .._sync.model import Collection, Model

__all__ = ["Collection", "Model", "SyncClient"]
