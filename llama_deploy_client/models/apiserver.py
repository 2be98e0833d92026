"""The handles of the API server, for annotations and `isinstance`."""

from abc import ABCMeta

from .._async.apiserver import ApiServer, Deployment, DeploymentCollection, SessionCollection
from .._async.runs import TaskRun
from .._async.task import Task
from .._async.tasks import TaskCollection
from ..sync import apiserver as _sync
from ..types import EventDefinition as EventDefinition
from ..types import SessionDefinition as SessionDefinition
from ..types import Status as Status
from ..types import StatusEnum as StatusEnum
from ..types import TaskDefinition as TaskDefinition
from ..types import TaskResult as TaskResult
from .model import Collection as Collection
from .model import Model as Model

__all__ = [
    "ApiServer",
    "Deployment",
    "DeploymentCollection",
    "SessionCollection",
    "Task",
    "TaskCollection",
    "TaskRun",
]

# As in llama_deploy's client, `isinstance` accepts an object of the sync client here.
for _name in __all__:
    ABCMeta.register(globals()[_name], getattr(_sync, _name))
