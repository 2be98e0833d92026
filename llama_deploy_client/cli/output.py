"""Print results, lists, events and errors: for people on a terminal, for programs in a pipe.

On a terminal, lists are tables, and JSON has colors. In a pipe, a list is one line per row, with
tabs between the columns and no heading. With `--json`, everything is JSON.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.table import Table
from rich.text import Text

from .._texts import OBEYED, harmless, on_one_line
from .texts import write_line

_LONGEST_IN_COLOR = 100_000
"""Longest JSON, in characters, that gets colors: coloring 30 MB takes minutes."""


class _Console(Console):
    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, emoji=False, markup=False)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # rich would exit with another code


def _out() -> Console:
    return _Console()


def err() -> Console:
    """Return a console on stderr, for errors, questions and progress."""
    return _Console(stderr=True)


def show_error(message: str) -> None:
    """Print an error as one line of stderr."""
    _labelled("error:", "bold red", message)


def warn(message: str) -> None:
    """Print a warning as one line of stderr."""
    _labelled("warning:", "bold yellow", message)


def _labelled(label: str, style: str, message: str) -> None:
    _tell(Text.assemble((label, style), " ", on_one_line(message)))


def note(message: str) -> None:
    """Print a line for people on stderr."""
    _tell(Text(on_one_line(message), style="dim"))


def _tell(text: Text, *, end: str = "\n") -> None:
    """Print on stderr. If its disk is full, drop the text; result and exit code stay the same."""
    try:
        err().print(text, end=end, soft_wrap=True)
    except BrokenPipeError:
        raise
    except OSError:
        pass


def note_on_terminal(message: str) -> None:
    """Print a line on stderr, if that is a terminal."""
    if err().is_terminal:
        note(message)


def ask(question: str) -> str:
    """Ask the user at the terminal for a line.

    The question goes to stderr, so that stdout has only the result.

    Raises:
        EOFError: standard input has ended.
    """
    while True:
        try:
            _tell(Text(f"{on_one_line(question)} > ".lstrip(), style="bold"), end="")
            reply = input()
            reply.encode()
        except UnicodeError:
            warn("the reply is not UTF-8 text: type it again")
        except (EOFError, KeyboardInterrupt):  # end the line of the question
            _tell(Text())
            raise
        else:
            return reply


def somebody_is_there() -> bool:
    """Return whether a user at a terminal can reply to questions."""
    return sys.stdin is not None and sys.stdin.isatty() and err().is_terminal


def is_file(stream: Any) -> bool:
    """Return whether a stream is a file; a pipe may end at the same terminal as stderr."""
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not stream.isatty())


def waiting(message: str) -> AbstractContextManager[object]:
    """Show a spinner with this message on stderr inside the block, if that is a terminal."""
    console = err()
    return console.status(message) if console.is_terminal else nullcontext()


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Return a value as readable JSON, with characters escaped that a terminal would act on."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def show_json(value: Any) -> None:
    """Print a value as indented JSON; on a terminal in color, unless it is long."""
    console, text = _out(), to_json(value, indent=2)
    if console.is_terminal and len(text) < _LONGEST_IN_COLOR:
        console.print(JSONHighlighter()(text), soft_wrap=True)
    else:
        show_line(text)


def show_line(text: str) -> None:
    """Print a line at once and unchanged, for programs that read it from a pipe."""
    if _out().is_terminal:
        text = harmless(text.replace("\r\n", "\n"))
    write_line(sys.stdout, text)


def show_value(value: Any, *, as_json: bool) -> None:
    """Print a workflow's result: text unchanged, anything else as JSON."""
    if isinstance(value, str) and not as_json:
        show_line(value)
    else:
        show_json(value)


def show_rows(
    rows: Sequence[Mapping[str, Any]], *, as_json: bool, columns: Sequence[str], nothing: str
) -> None:
    """Print a list.

    Args:
        rows: the entries, each a dict by the names of the columns.
        as_json: print the rows as JSON, with all of their columns.
        columns: the columns to print otherwise.
        nothing: the message for an empty list, on a terminal.
    """
    cells = [{column: _cell(row[column]) for column in columns} for row in rows]
    if as_json:
        show_json(rows)
    elif not _out().is_terminal:
        for row in cells:
            show_line("\t".join(row.values()))
    elif cells:
        _show_table(cells)
    else:
        note(nothing)


def _show_table(rows: Sequence[Mapping[str, str]]) -> None:
    console = _out()
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for column in rows[0]:
        table.add_column(column.upper())
    for row in rows:
        table.add_row(*map(Text, row.values()))
    unbounded = console.options.update_width(sys.maxsize)
    if console.measure(table, options=unbounded).minimum <= console.width:
        console.print(table)
    else:  # ids must stay on one line, to be copied
        for row in rows:
            console.print(
                *(f"{name}: {value}" for name, value in row.items()), sep="\n", soft_wrap=True
            )
            console.print()


def show_facts(facts: Mapping[str, Any], *, style: str = "") -> None:
    """Print names and values, one pair per line; the first value in `style`."""
    console = _out()
    if not console.is_terminal:
        for name, value in facts.items():
            show_line(f"{name}\t{_cell(value)}")
        return
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(name, Text(_cell(value), style=style))
        style = ""
    console.print(table)


def _cell(value: Any) -> str:
    return "-" if value is None else on_one_line(str(value))


class EventPrinter:
    """Prints each event on one line.

    Args:
        as_json: print JSON Lines.
        aside: print on stderr, so that stdout has only the result.
    """

    def __init__(self, *, as_json: bool, aside: bool = False) -> None:
        self._as_json = as_json
        self._aside = aside

    def __call__(self, event: Any) -> None:
        if self._as_json and not self._aside:
            show_line(to_json(event))
        elif self._as_json:
            _tell(Text(to_json(event)))
        elif self._aside:
            _tell(_event_line(event))
        else:
            _out().print(_event_line(event), soft_wrap=True)


def _event_line(event: Any) -> Text:
    """Return the fields of an event, on one line."""
    fields = dict(event) if isinstance(event, Mapping) else {"value": event}
    if isinstance(fields.get("_data"), Mapping):  # fields that the event's class does not declare
        fields |= fields.pop("_data")
    line = Text()
    for name, value in fields.items():
        line.append(f"{on_one_line(name)}=", style="cyan")
        line.append(f"{_logged(value)}  ")
    line.rstrip()
    return line or Text("end", style="dim")


def _logged(value: Any) -> str:
    """Return a value in the style of logs: JSON, without quotes around a plain word."""
    if (
        isinstance(value, str)
        and value
        and value == on_one_line(value)
        and not set(value) & set(" \"='")
    ):
        return value
    return to_json(value)
