"""The chart: for each table a row of dots on a logarithmic scale, as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from statistics import median

from .tables import Table, number

LABELS, PLOT, FIGURES = 230, 420, 90
"""Widths: of the peers' names, of the scale, of the figures beside it."""
ROW, HEADING, MARGIN = 20, 46, 16
INK, FAINT, DOT, OURS = "ink", "faint", "dot", "ours"
"""Classes, whose colours depend on whether the reader's screen is dark."""
LIGHT = {INK: "#24292f", FAINT: "#d0d7de", DOT: "#6e7781", OURS: "#0969da"}
DARK = {INK: "#e6edf3", FAINT: "#3d444d", DOT: "#9198a1", OURS: "#4493f8"}


def svg(tables: Sequence[Table], emphasized: str) -> str:
    """The charted columns of these tables; rows whose label begins with `emphasized` stand out."""
    parts = []
    top = MARGIN
    for table in tables:
        if table.charted is not None:
            panel, height = _panel(table, table.charted, emphasized, top)
            parts.append(panel)
            top += height + MARGIN
    width = LABELS + PLOT + FIGURES + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" '
        f'viewBox="0 0 {width} {top}" font-family="sans-serif" font-size="12">\n'
        f"<style>{_style()}</style>\n" + "".join(parts) + "</svg>\n"
    )


def _style() -> str:
    return f"{_rules(LIGHT)}@media (prefers-color-scheme: dark) {{{_rules(DARK)}}}"


def _rules(colours: dict[str, str]) -> str:
    rules = [f".{name} {{fill: {colour}; stroke: {colour}}}" for name, colour in colours.items()]
    return "".join([f"text {{fill: {colours[INK]}}}", *rules])


def _panel(table: Table, title: str, emphasized: str, top: int) -> tuple[str, int]:
    """A table's column, and how high it is."""
    rows = table.columns[title]
    low = math.floor(math.log10(min(map(min, rows.values()))))
    high = math.ceil(math.log10(max(map(max, rows.values()))))
    left = MARGIN + LABELS

    def x(value: float) -> float:
        return round(left + PLOT * (math.log10(value) - low) / max(1, high - low), 1)

    bottom = top + HEADING + ROW * len(rows)
    heading = f"{table.title}: {title}"
    lines = [f'<text x="{MARGIN}" y="{top + 12}" font-weight="bold">{escape(heading)}</text>']
    for power in range(low, high + 1):
        at = x(10**power)
        lines.append(_line(at, top + HEADING - 8, at, bottom, FAINT))
        lines.append(_text(at, top + HEADING - 14, f"{10**power:,g}", "middle"))
    for index, (label, figures) in enumerate(rows.items()):
        middle = top + HEADING + ROW * index + ROW // 2
        colour = OURS if label.startswith(emphasized) else DOT
        at = x(median(figures))
        lines.append(_text(left - 10, middle + 4, label, "end"))
        lines.append(_line(x(min(figures)), middle, x(max(figures)), middle, colour, 3))
        lines.append(f'<circle cx="{at}" cy="{middle}" r="5" class="{colour}"/>')
        lines.append(_text(left + PLOT + 10, middle + 4, number(median(figures)), "start"))
    return "\n".join(lines) + "\n", bottom - top


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int = 1) -> str:
    ends = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
    return f'<line {ends} class="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
