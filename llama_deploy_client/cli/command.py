"""What all commands have in common: their options, their client, and how they end."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Any

import typer
from attrs import fields, frozen
from rich.markup import escape

from .. import Client
from ..models.apiserver import Deployment as AsyncDeployment
from ..sync import SyncClient
from ..sync.apiserver import Deployment, Task
from . import PROGRAM
from .exits import NothingThereError, UsageError, report
from .output import show_line
from .settings import Options, make_client, resolve

_SHARED = [each.name for each in fields(Options)]
_COMPLETION_SECONDS = 1.0
_PLAIN_WORD = re.compile(r"\w[\w.-]*", re.ASCII)


@frozen
class Invocation:
    """One command as it was called."""

    options: Options

    @property
    def as_json(self) -> bool:
        """Whether it is to print JSON."""
        return self.options.json

    @contextmanager
    def client(self) -> Iterator[SyncClient]:
        """The client with the settings of this call."""
        with make_client(SyncClient, resolve(self.options)) as client:
            yield client

    @contextmanager
    def deployment(self, name: str | None) -> Iterator[Deployment]:
        """The deployment of that name; without one, that of the settings, or the only one."""
        settings = resolve(self.options)
        name = name or settings.get("deployment")
        with make_client(SyncClient, settings) as client:
            yield Deployment(client=client, id=name) if name else _only_deployment(client)

    async def in_deployment(
        self, name: str, act: Callable[[AsyncDeployment], Awaitable[None]]
    ) -> None:
        """Do something with the async client: it leaves at once where Ctrl-C is pressed."""
        async with make_client(Client, resolve(self.options)) as client:
            await act(AsyncDeployment(client=client, id=name))


def _only_deployment(client: SyncClient) -> Deployment:
    found = client.apiserver.deployments.list()
    if not found:
        raise NothingThereError(
            "the server has no deployments: `deployments create FILE` makes one"
        )
    if len(found) > 1:
        names = ", ".join(sorted(each.id for each in found))
        raise UsageError(f"there are several deployments: name one with --deployment: {names}")
    return found[0]


def find_task(deployment: Deployment, id: str, session_id: str | None) -> Task:
    """The task of that id. Servers want its session as well (0.6 to 0.8); their list tells it."""
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


def complete_deployment(ctx: typer.Context, incomplete: str) -> list[str]:
    """The names of deployments that begin so, where the server tells them at once.

    Shells evaluate what is offered, so a name that is more than a plain word is not.
    """
    try:
        settings = resolve(_options(ctx))
        with make_client(
            SyncClient, settings, timeout=_COMPLETION_SECONDS, max_retries=0
        ) as client:
            names = [deployment.id for deployment in client.apiserver.deployments.list()]
    except Exception:  # nobody wants to read of it in the middle of a line
        return []
    return [name for name in names if name.startswith(incomplete) and _PLAIN_WORD.fullmatch(name)]


DeploymentName = Annotated[
    str | None,
    typer.Option(
        "--deployment",
        "-d",
        metavar="NAME",
        help="The deployment. Needed where there are several.",
        autocompletion=complete_deployment,
    ),
]


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
        options = _options(ctx)
        own = {key: value for key, value in given.items() if key not in _SHARED}
        with _ending(options.debug):
            function(Invocation(options), **own)

    _, *own = inspect.signature(function, eval_str=True).parameters.values()
    command.__signature__ = _signature(own)  # type: ignore[attr-defined]
    command.__doc__ = _paragraphs(function)
    app.command(name, epilog=teach("Examples", examples))(command)


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
    app.callback()(root)


def _tell_version(wanted: bool) -> None:
    if wanted:
        show_line(f"{PROGRAM} {version('llama_deploy_client')}")
        raise typer.Exit


_Version = Annotated[
    bool,
    typer.Option(
        "--version", is_eager=True, callback=_tell_version, help="Show the version and exit."
    ),
]


def _options(ctx: typer.Context) -> Options:
    """The shared options of a command, over those that stand before its name."""
    here = Options(**{name: ctx.params[name] for name in _SHARED if name in ctx.params})
    outer: Any = ctx.parent  # typer's annotation names a class of its own that is private
    return here if outer is None else here.over(_options(outer))


def _paragraphs(function: Callable[..., None]) -> str:
    """The docstring without its line breaks, which a help page would keep."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def teach(heading: str, text: str) -> str:
    """The end of a help page: a heading, and lines below it as they are."""
    lines = inspect.cleandoc(text).splitlines()
    # The empty line in front has typer keep the indentation.
    return "\n".join(["", f"[bold]{heading}[/]", *(f"  {escape(line)}" for line in lines)])


@contextmanager
def _ending(debug: bool) -> Iterator[None]:
    if debug:
        logging.basicConfig(format="%(name)s: %(message)s")
        logging.getLogger("llama_deploy_client").setLevel(logging.DEBUG)
    try:
        yield
    except (typer.Exit, typer.TyperException):
        raise
    except (Exception, KeyboardInterrupt) as error:
        raise typer.Exit(report(error, debug=debug)) from None
