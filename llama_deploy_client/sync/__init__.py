"""The classes behind the sync client's `apiserver` and `core`."""

from .._sync.batch import Batch
from .._sync.client import SyncClient
from .._sync.model import Collection, Model
from .._sync.runs import TaskRun
from .._sync.streams import EventStream

__all__ = ["Batch", "Collection", "EventStream", "Model", "SyncClient", "TaskRun"]
