"""The handles of the control plane, for annotations and `isinstance`."""

from abc import ABCMeta

from .._async.core import Core, Session, SessionCollection
from .._async.services import Service, ServiceCollection
from ..sync import core as _sync
from ..types import EventDefinition as EventDefinition
from ..types import ServiceDefinition as ServiceDefinition
from ..types import TaskDefinition as TaskDefinition
from ..types import TaskResult as TaskResult
from .model import Collection as Collection
from .model import Model as Model

__all__ = [
    "Core",
    "Service",
    "ServiceCollection",
    "Session",
    "SessionCollection",
]

# As in llama_deploy's client, `isinstance` accepts an object of the sync client here.
for _name in __all__:
    ABCMeta.register(globals()[_name], getattr(_sync, _name))
