"""The chart: for each table a row of dots on a logarithmic scale, as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from statistics import median

from .tables import Table, number

LABELS, PLOT, FIGURES = 230, 420, 90
"""Widths: of the clients' names, of the scale, of the figures beside it."""
ROW, HEADING, MARGIN = 20, 46, 16
LEFT, WIDTH = MARGIN + LABELS, LABELS + PLOT + FIGURES + 2 * MARGIN
LIGHT = {"ink": "#24292f", "faint": "#d0d7de", "dot": "#6e7781", "ours": "#0969da"}
DARK = {"ink": "#e6edf3", "faint": "#3d444d", "dot": "#9198a1", "ours": "#4493f8"}
"""Colors by class, for light and for dark screens."""


def svg(tables: Sequence[Table], emphasized: str) -> str:
    """Draw the charted columns of these tables; rows whose label is `emphasized` stand out."""
    parts, top = "", MARGIN
    for table in tables:
        if table.charted is not None:
            panel, height = _panel(table, table.charted, emphasized, top)
            parts += panel
            top += height + MARGIN
    style = f"{_rules(LIGHT)}@media (prefers-color-scheme: dark) {{{_rules(DARK)}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top}" '
        f'viewBox="0 0 {WIDTH} {top}" font-family="sans-serif" font-size="12">\n'
        f"<style>{style}</style>\n{parts}</svg>\n"
    )


def _rules(colors: dict[str, str]) -> str:
    rules = (f".{name} {{fill: {color}; stroke: {color}}}" for name, color in colors.items())
    return f"text {{fill: {colors['ink']}}}" + "".join(rules)


def _panel(table: Table, title: str, emphasized: str, top: int) -> tuple[str, int]:
    """Draw a column; return how high it is, too."""
    rows = table.columns[title]
    low = math.floor(math.log10(min(map(min, rows.values()))))
    high = math.ceil(math.log10(max(map(max, rows.values()))))

    def x(value: float) -> float:
        return round(LEFT + PLOT * (math.log10(value) - low) / max(1, high - low), 1)

    scale, bottom = top + HEADING, top + HEADING + ROW * len(rows)
    bold = 'start" font-weight="bold'
    lines = [_text(MARGIN, top + 12, f"{table.title}: {title}", bold)]
    for power in range(low, high + 1):
        at = x(10**power)
        lines.append(_line(at, scale - 8, at, bottom, "faint"))
        lines.append(_text(at, scale - 14, f"{10**power:,}", "middle"))
    for index, (label, figures) in enumerate(rows.items()):
        middle, at = scale + ROW * index + ROW // 2, x(median(figures))
        name = "ours" if label.startswith(emphasized) else "dot"
        lines += [
            _text(LEFT - 10, middle + 4, label, "end"),
            _line(x(min(figures)), middle, x(max(figures)), middle, name, 3),
            f'<circle cx="{at}" cy="{middle}" r="5" class="{name}"/>',
            _text(LEFT + PLOT + 10, middle + 4, number(median(figures)), "start"),
        ]
    return "\n".join(lines) + "\n", bottom - top


def _line(x1: float, y1: float, x2: float, y2: float, name: str, width: int = 1) -> str:
    ends = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
    return f'<line {ends} class="{name}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
