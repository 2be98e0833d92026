"""One call of a command: its settings, client, deployment and task."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from shlex import quote
from typing import TYPE_CHECKING

from attrs import define

from .._suggestions import suggestion
from .exits import NothingThereError, UsageError
from .options import Options
from .profiles import readable_by_others
from .settings import API_SERVER, Settings, make_client, resolve

if TYPE_CHECKING:
    from ..models.apiserver import Deployment as AsyncDeployment
    from ..sync import SyncClient
    from ..sync.apiserver import Deployment, Task


@define(slots=False)
class Invocation:
    """One call of a command."""

    options: Options
    server: str = API_SERVER
    """The setting with the URL of the server that the command talks to."""
    warned: bool = False

    @property
    def as_json(self) -> bool:
        """Whether to print JSON."""
        return self.options.json

    @cached_property
    def settings(self) -> Settings:
        """The settings of this call."""
        return resolve(self.options)

    @contextmanager
    def client(self, server: str = API_SERVER) -> Iterator[SyncClient]:
        """Yield a client for the server whose URL is the setting `server`."""
        from ..sync import SyncClient

        self.server = server
        with make_client(SyncClient, self.settings, server=server) as client:
            self._warn()
            yield client

    def _warn(self) -> None:
        """Warn once of files with secrets that other users can read."""
        from .output import warn

        files = [] if self.warned else [f for each in self.settings.sources for f in each.files]
        self.warned = True
        for path in readable_by_others(files):
            warn(f"other users of this machine can read {path}: chmod 600 {quote(str(path))}")

    @contextmanager
    def deployment(self, name: str | None) -> Iterator[Deployment]:
        """Yield the deployment with this name; by default, that in the settings or the only one."""
        from ..errors import NotFoundError
        from ..sync.apiserver import Deployment

        source = ""
        if not name and (name := self.settings.get("deployment")):
            source = f" (from {self.settings.origin('deployment')})"
        with self.client() as client:
            target = Deployment(client=client, id=name) if name else _only_deployment(client)
            try:
                yield target
            except NotFoundError as error:
                if error.detail != "Deployment not found":
                    raise
                missing = f"there is no deployment {target.id!r}{source}"
                raise NothingThereError(f"{missing}{_those_there(client, target.id)}") from error

    async def in_deployment(
        self, name: str, act: Callable[[AsyncDeployment], Awaitable[None]]
    ) -> None:
        """Act on a deployment of the async client, which Ctrl-C stops at once."""
        from .. import Client
        from ..models.apiserver import Deployment as AsyncDeployment

        async with make_client(Client, self.settings) as client:
            await act(AsyncDeployment(client=client, id=name))

    def command(self, words: str, task: Task, *more: str) -> str:
        """Return a command about the task, to paste into a shell."""
        line = [*words.split(), task.id, *more, "--deployment", task.deployment_id]
        if task.session_id:
            line += ["--session", task.session_id]
        return self.options.command(*line)

    @contextmanager
    def going_on(self, task: Task) -> Iterator[None]:
        """Add to errors that leave the task running how to wait for it."""
        from ..errors import ConnectionLostError

        how = f"running on the server. To wait for its result: {self.command('tasks wait', task)}"
        try:
            yield
        except ConnectionLostError as error:  # the task may be over
            error.add_note(f"Task {task.id} may still be {how}")
            raise
        except (KeyboardInterrupt, TimeoutError) as error:
            error.add_note(f"Task {task.id} is still {how}")
            raise


@contextmanager
def leaving_open(note: str) -> Iterator[None]:
    """Add the note to errors that leave open whether the server carried out the request."""
    from ..errors import ConnectionLostError

    try:
        yield
    except (KeyboardInterrupt, TimeoutError, ConnectionLostError) as error:
        error.add_note(note)
        raise


def _names(client: SyncClient) -> list[str]:
    return sorted(each.id for each in client.apiserver.deployments.list())


def _only_deployment(client: SyncClient) -> Deployment:
    deployments = client.apiserver.deployments.list()
    if not deployments:
        raise NothingThereError("the server has no deployments: `deployments create FILE` adds one")
    if len(deployments) > 1:
        names = ", ".join(sorted(each.id for each in deployments))
        raise UsageError(f"the server has several deployments: name one with --deployment: {names}")
    return deployments[0]


def _those_there(client: SyncClient, name: str) -> str:
    """Return a sentence about the deployments that the server has, with a suggestion."""
    try:
        names = _names(client)
    except Exception:  # report the wrong name, not this error
        return ": `deployments list` shows them"
    there = f"The server has: {', '.join(names)}" if names else "The server has none"
    return f"{suggestion(name, names)}. {there}"


def find_task(deployment: Deployment, id: str, session_id: str | None) -> Task:
    """Return the task with this id. 0.6 to 0.8 need its session, too, which their list reports.

    Raises:
        NothingThereError: the deployment has no such task.
    """
    from ..sync.apiserver import Task

    if session_id:
        return Task(
            client=deployment.client, deployment_id=deployment.id, id=id, session_id=session_id
        )
    for task in deployment.tasks.list():
        if task.id == id:
            return task
    raise NothingThereError(
        f"deployment {deployment.id!r} has no task {id!r}: `tasks list` shows those it has"
    )
