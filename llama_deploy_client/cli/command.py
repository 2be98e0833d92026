"""What all commands have in common: how they are declared, their client, and how they end."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import define, fields
from typer.core import TyperCommand, TyperGroup

from . import PROGRAM
from .exits import NothingThereError, UsageError
from .options import Options
from .profiles import readable_by_others, suggestion
from .settings import API_SERVER, Settings, make_client, resolve

if TYPE_CHECKING:
    from ..models.apiserver import Deployment as AsyncDeployment
    from ..sync import SyncClient
    from ..sync.apiserver import Deployment, Task

_SHARED = [each.name for each in fields(Options)]


@define(slots=False)
class Invocation:
    """One command as it was called."""

    options: Options
    server: str = API_SERVER
    """The setting with the URL of the server that the command talks to."""
    warned: bool = False

    @property
    def as_json(self) -> bool:
        """Whether it is to print JSON."""
        return self.options.json

    @cached_property
    def settings(self) -> Settings:
        """The settings of this call."""
        return resolve(self.options)

    @contextmanager
    def client(self, server: str = API_SERVER) -> Iterator[SyncClient]:
        """The client for this call, which talks to the server whose URL is that setting."""
        from ..sync import SyncClient

        self.server = server
        with make_client(SyncClient, self.settings, server=server) as client:
            self._warn()
            yield client

    def _warn(self) -> None:
        """Warn once of files with secrets that others can read."""
        from .output import warn

        files = [] if self.warned else [f for each in self.settings.sources for f in each.files]
        self.warned = True
        for path in readable_by_others(files):
            warn(f"other users of this machine can read {path}: chmod 600 {path}")

    @contextmanager
    def deployment(self, name: str | None) -> Iterator[Deployment]:
        """The deployment of that name; without one, that of the settings, or the only one."""
        from ..errors import NotFoundError
        from ..sync.apiserver import Deployment

        name = name or self.settings.get("deployment")
        with self.client() as client:
            target = Deployment(client=client, id=name) if name else _only_deployment(client)
            try:
                yield target
            except NotFoundError as error:
                if error.detail != "Deployment not found":
                    raise
                raise NothingThereError(_unknown_deployment(client, target.id)) from error

    async def in_deployment(
        self, name: str, act: Callable[[AsyncDeployment], Awaitable[None]]
    ) -> None:
        """Do something with the async client: it leaves at once where Ctrl-C is pressed."""
        from .. import Client
        from ..models.apiserver import Deployment as AsyncDeployment

        async with make_client(Client, self.settings) as client:
            await act(AsyncDeployment(client=client, id=name))

    def command(self, words: str, task: Task, *more: str) -> str:
        """A command to go on with a task, to paste into a shell."""
        line = [*words.split(), task.id, *more, "--deployment", task.deployment_id]
        if task.session_id:
            line += ["--session", task.session_id]
        return self.options.command(*line)

    @contextmanager
    def going_on(self, task: Task) -> Iterator[None]:
        """Have an error that leaves the task running say how to go on with it."""
        from ..errors import ConnectionLostError

        try:
            yield
        except (KeyboardInterrupt, TimeoutError, ConnectionLostError) as error:
            error.add_note(
                f"Task {task.id} is still running on the server. To wait for its result: "
                f"{self.command('tasks wait', task)}"
            )
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


def _unknown_deployment(client: SyncClient, name: str) -> str:
    try:
        names = _names(client)
    except Exception:  # whatever is wrong with this call, the name is wrong
        return f"there is no deployment {name!r}: `deployments list` shows them"
    there = f"The server has: {', '.join(names)}" if names else "The server has none"
    return f"there is no deployment {name!r}{suggestion(name, names)}. {there}"


def find_task(deployment: Deployment, id: str, session_id: str | None) -> Task:
    """The task of that id. Servers want its session as well (0.6 to 0.8); their list has it.

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


class _Plain:
    """Has a command's help look alike in all versions of typer."""

    def get_params(self, ctx: Any) -> Any:
        parameters = super().get_params(ctx)  # type: ignore[misc]
        for each in parameters:
            if getattr(each, "is_flag", False):
                each.metavar = ""  # newer versions show `<bool>` for a flag
        return parameters

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)  # type: ignore[misc]
        # Older versions do not say that these repeat.
        return [f"{piece}..." if piece in ("[KEY=VALUE]", "[REPLY]") else piece for piece in pieces]


class Command(_Plain, TyperCommand):
    """A command, whose help looks alike in all versions of typer."""


class Group(_Plain, TyperGroup):
    """A group of commands, whose help looks alike in all versions of typer."""


def add_command(
    app: typer.Typer, function: Callable[..., None], *, name: str, examples: str
) -> None:
    """Add `function` to `app`, with the shared options beside its own.

    Args:
        app: the command or group that gets it.
        function: takes an `Invocation` first.
        name: what users type.
        examples: lines that show its use.
    """

    def command(ctx: typer.Context, **given: Any) -> None:
        options = options_of(ctx)
        call = Invocation(options)
        own = {key: value for key, value in given.items() if key not in _SHARED}
        with _ending(call):
            _refuse_empty(ctx)
            function(call, **own)

    _, *own = inspect.signature(function, eval_str=True).parameters.values()
    command.__signature__ = _signature(own)  # type: ignore[attr-defined]
    command.__doc__ = _paragraphs(function)
    app.command(name, cls=Command, epilog=heading("Examples", examples))(command)


def _signature(own: list[inspect.Parameter]) -> inspect.Signature:
    """What typer reads of a command: its own parameters between the context and the shared ones."""
    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    shared = inspect.signature(Options, eval_str=True).parameters.values()
    return inspect.Signature([context, *own, *shared])


def take_shared_options(app: typer.Typer) -> None:
    """The shared options before the name of a command, too."""

    def root(ctx: typer.Context, **_: Any) -> None:
        pass  # commands read them from the context

    own = inspect.Parameter(
        "version", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=_Version, default=False
    )
    root.__signature__ = _signature([own])  # type: ignore[attr-defined]
    app.callback(cls=Group)(root)


def _show_version(wanted: bool) -> None:
    if wanted:
        from .output import show_line

        show_line(f"{PROGRAM} {version('llama_deploy_client')}")
        raise typer.Exit


_Version = Annotated[
    bool,
    typer.Option(
        "--version",
        is_eager=True,
        callback=_show_version,
        help="Show the version and exit.",
    ),
]


def options_of(ctx: typer.Context) -> Options:
    """The shared options of a command, over those that stand before its name."""
    here = Options(**{name: ctx.params[name] for name in _SHARED if name in ctx.params})
    outer: Any = ctx.parent  # typer's annotation names a class of its own that is private
    return here if outer is None else here.over(options_of(outer))


def _refuse_empty(ctx: typer.Context) -> None:
    """An empty value is an unset variable of a script: without it, another thing would be done."""
    outer: Any = ctx
    while outer is not None:
        for parameter in outer.command.params:
            if outer.params.get(parameter.name) == "":
                name = next((each for each in parameter.opts if each[:2] == "--"), None)
                raise UsageError(f"{name or parameter.metavar} is empty: give a value")
        outer = outer.parent


def _paragraphs(function: Callable[..., None]) -> str:
    """The docstring without its line breaks, which a help page would keep."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def heading(title: str, text: str) -> str:
    """The end of a help page: a heading, and lines below it as they are."""
    lines = inspect.cleandoc(text).replace("[", r"\[").splitlines()
    # The empty line in front has typer keep the indentation.
    return "\n".join(["", f"[bold]{title}[/]", *(f"  {line}" for line in lines)])


@contextmanager
def _ending(call: Invocation) -> Iterator[None]:
    debug = call.options.debug
    if debug:
        logging.basicConfig(format="%(name)s: %(message)s")
        logging.getLogger("llama_deploy_client").setLevel(logging.DEBUG)
    try:
        yield
    except (typer.Exit, typer.TyperException, ModuleNotFoundError):
        raise
    except (Exception, KeyboardInterrupt) as error:
        from .reporting import report

        raise typer.Exit(report(error, call)) from None
