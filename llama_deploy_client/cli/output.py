"""What is printed: for people on a terminal, for programs in a pipe.

On a terminal lists are tables, and JSON has colors. In a pipe a list is a line for each row, with
tabs between the columns and no heading. With `--json` everything is JSON, everywhere.
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

_COLOURED = 100_000
"""Characters of JSON from which on it has no colours: they take minutes for a result of 30 MB."""


class _Console(Console):
    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, emoji=False, markup=False)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # rich's own way out is an exit code of its own


def _out() -> Console:
    return _Console()


def err() -> Console:
    """The terminal's other stream: errors, questions, progress."""
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
    """Print a line for people beside the output, on stderr."""
    _tell(Text(on_one_line(message), style="dim"))


def _tell(text: Text, *, end: str = "\n") -> None:
    """Print on stderr. If its disk is full, that is lost; the result and the exit code are not."""
    try:
        err().print(text, end=end, soft_wrap=True)
    except BrokenPipeError:
        raise
    except OSError:
        pass


def note_on_terminal(message: str) -> None:
    """Print a line for people who are there, on stderr."""
    if err().is_terminal:
        note(message)


def ask(question: str) -> str:
    """Ask the user at the terminal for a line.

    The question is on stderr, so that stdout has the result alone.

    Raises:
        EOFError: there is no more to read.
    """
    while True:
        try:
            _tell(Text(f"{on_one_line(question)} > ".lstrip(), style="bold"), end="")
            reply = input()
            reply.encode()
        except UnicodeError:
            warn("the reply is not UTF-8 text: type it again")
        except (EOFError, KeyboardInterrupt):  # what is said next has a line of its own
            _tell(Text())
            raise
        else:
            return reply


def somebody_is_there() -> bool:
    """Whether somebody sits at a terminal, who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and err().is_terminal


def is_file(stream: Any) -> bool:
    """Whether what is printed goes to a file: a pipe may end at the same terminal as stderr."""
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not stream.isatty())


def waiting(message: str) -> AbstractContextManager[object]:
    """A sign of life on stderr for as long as something takes; on a terminal only."""
    console = err()
    return console.status(message) if console.is_terminal else nullcontext()


def to_json(value: Any, *, indent: int | None = None) -> str:
    """A value as JSON that people can read and no terminal obeys."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def show_json(value: Any) -> None:
    """A value as JSON: indented, in colours on a terminal unless it is long."""
    console, text = _out(), to_json(value, indent=2)
    if console.is_terminal and len(text) < _COLOURED:
        console.print(JSONHighlighter()(text), soft_wrap=True)
    else:
        show_line(text)


def show_line(text: str) -> None:
    """Print a line at once and unchanged, for programs that read it from a pipe."""
    if _out().is_terminal:
        text = harmless(text.replace("\r\n", "\n"))
    write_line(sys.stdout, text)


def show_value(value: Any, *, as_json: bool) -> None:
    """A workflow's result: a text as it is, anything else as JSON."""
    if isinstance(value, str) and not as_json:
        show_line(value)
    else:
        show_json(value)


def show_rows(
    rows: Sequence[Mapping[str, Any]], *, as_json: bool, columns: Sequence[str], nothing: str
) -> None:
    """A list.

    Args:
        rows: its entries, by the names of their columns.
        as_json: print all that the rows hold.
        columns: what is shown otherwise.
        nothing: what is said on a terminal of an empty list.
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
    else:  # a folded id could not be copied
        for row in rows:
            console.print(
                *(f"{name}: {value}" for name, value in row.items()), sep="\n", soft_wrap=True
            )
            console.print()


def show_facts(facts: Mapping[str, Any], *, style: str = "") -> None:
    """What is known of one thing, a line each; the first in a style of its own."""
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
    """Prints events as they come: a line each.

    Args:
        as_json: as JSON Lines.
        aside: on stderr, beside a result.
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
    """The fields of an event, on one line."""
    fields = dict(event) if isinstance(event, Mapping) else {"value": event}
    if isinstance(fields.get("_data"), Mapping):  # what the event's class does not declare
        fields |= fields.pop("_data")
    line = Text()
    for name, value in fields.items():
        line.append(f"{on_one_line(name)}=", style="cyan")
        line.append(f"{_logged(value)}  ")
    line.rstrip()
    return line or Text("end", style="dim")


def _logged(value: Any) -> str:
    """A value as logs have it: JSON, without quotes around a plain word."""
    if (
        isinstance(value, str)
        and value
        and value == on_one_line(value)
        and not set(value) & set(" \"='")
    ):
        return value
    return to_json(value)
