"""The handles of the control plane as `client.sync` and `SyncClient` have them, for annotations."""

from .._sync.core import Core, Session, SessionCollection
from .._sync.services import Service, ServiceCollection

__all__ = [
    "Core",
    "Service",
    "ServiceCollection",
    "Session",
    "SessionCollection",
]
