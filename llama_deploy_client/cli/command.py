"""Declare commands, call them, and report their errors."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from typing import Annotated, Any

import typer
from attrs import fields
from typer.core import TyperCommand, TyperGroup

from . import PROGRAM
from .exits import UsageError
from .invocation import Invocation
from .options import Options

_ANY_NUMBER = -1
_NARROW = 60
"""Columns. In a narrower terminal, help pages are plain text."""
_WHOLE = 1_000
"""Characters. No short help of a command is longer."""
_SHARED = [each.name for each in fields(Options)]


class _Plain:
    """Makes a command's help look alike in all versions of typer."""

    # A mixin in front of a class of typer's, whose methods it calls.
    rich_markup_mode: Any
    epilog: str | None

    def get_params(self, ctx: Any) -> Any:
        parameters = super().get_params(ctx)  # type: ignore[misc]
        for each in parameters:
            if getattr(each, "is_flag", False):
                each.metavar = ""  # newer versions show `<bool>` for a flag
            if each.nargs == _ANY_NUMBER:
                each.display_type_rich = _text  # newer versions show `<list[str]>`
        return parameters

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)  # type: ignore[misc]
        # Older versions do not show that these can repeat.
        return [f"{piece}..." if piece in ("[KEY=VALUE]", "[REPLY]") else piece for piece in pieces]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from rich.console import Console

        if (width := Console().width) < _NARROW:  # tables would cut the names of options
            formatter.width = width
            # Each help text is below its option, not beside it.
            formatter.write_dl = partial(formatter.write_dl, col_max=2)
            self.rich_markup_mode = None
        super().format_help(ctx, formatter)  # type: ignore[misc]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            commands = getattr(self, "commands", {}).items()
            formatter.write_dl([(name, each.get_short_help_str(_WHOLE)) for name, each in commands])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        from rich.text import Text

        for line in Text.from_markup(self.epilog or "").plain.splitlines():
            formatter.write(f"{line}\n")


def _text(ctx: Any) -> str:
    return "<str>"


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

    def command(ctx: typer.Context, **values: Any) -> None:
        options = options_of(ctx)
        call = Invocation(options)
        own = {key: value for key, value in values.items() if key not in _SHARED}
        with _ending(call):
            _refuse_empty(ctx)
            function(call, **own)

    _, *own = inspect.signature(function, eval_str=True).parameters.values()
    # `inspect` reads this attribute, which functions do not have by default.
    command.__signature__ = _signature(own)  # type: ignore[attr-defined]
    command.__doc__ = _paragraphs(function)
    app.command(name, cls=Command, epilog=heading("Examples", examples))(command)


def _signature(own: list[inspect.Parameter]) -> inspect.Signature:
    """Return the signature for typer: the context, the command's parameters, the shared ones."""
    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    shared = inspect.signature(Options, eval_str=True).parameters.values()
    return inspect.Signature([context, *own, *shared])


def take_shared_options(app: typer.Typer) -> None:
    """Accept the shared options before the name of a command, too."""

    def root(ctx: typer.Context, **_: Any) -> None:
        pass  # commands read them from the context

    own = inspect.Parameter(
        "version", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=_Version, default=False
    )
    root.__signature__ = _signature([own])  # type: ignore[attr-defined]  # as above
    app.callback(cls=Group)(root)


def _show_version(asked_for: bool) -> None:
    if asked_for:
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
    """Return the shared options of a command; they override those before its name."""
    here = Options(**{name: ctx.params[name] for name in _SHARED if name in ctx.params})
    outer: Any = ctx.parent  # typer's annotation is a private class
    return here if outer is None else here.over(options_of(outer))


def _refuse_empty(ctx: typer.Context) -> None:
    """Refuse empty values: an unset variable in a script would otherwise change the command."""
    outer: Any = ctx
    while outer is not None:
        for parameter in outer.command.params:
            if outer.params.get(parameter.name) == "":
                name = next((each for each in parameter.opts if each[:2] == "--"), None)
                raise UsageError(f"{name or parameter.metavar} is empty: give a value")
        outer = outer.parent


def _paragraphs(function: Callable[..., None]) -> str:
    """Return the docstring with each paragraph on one line: help pages would keep its breaks."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def heading(title: str, text: str) -> str:
    """Format the end of a help page: a heading, and lines below it, unwrapped."""
    lines = inspect.cleandoc(text).replace("[", r"\[").splitlines()
    # With an empty first line, typer keeps the indentation.
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
