"""The handles of the control plane of `client.sync` and `SyncClient`, for annotations."""

from .._sync.core import Core, Session, SessionCollection
from .._sync.services import Service, ServiceCollection

__all__ = [
    "Core",
    "Service",
    "ServiceCollection",
    "Session",
    "SessionCollection",
]
