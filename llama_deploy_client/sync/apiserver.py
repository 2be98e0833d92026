"""The handles of the API server of `client.sync` and `SyncClient`, for annotations."""

from .._sync.apiserver import ApiServer, Deployment, DeploymentCollection, SessionCollection
from .._sync.runs import TaskRun
from .._sync.task import Task
from .._sync.tasks import TaskCollection

__all__ = [
    "ApiServer",
    "Deployment",
    "DeploymentCollection",
    "SessionCollection",
    "Task",
    "TaskCollection",
    "TaskRun",
]
