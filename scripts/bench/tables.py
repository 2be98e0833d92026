"""Tables of what was measured, and the goals beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Cell = tuple[str, str]
"""A column's title and a row's label."""


@dataclass(frozen=True)
class Goal:
    """What the ratio of two cells has to be, round by round: at least, or at most, its limit."""

    over: Cell
    under: Cell
    at_least: float | None = None
    at_most: float | None = None

    def markdown(self, ratios: Sequence[float]) -> str:
        """Return its line beside what was measured."""
        (over_title, over), (under_title, under) = self.over, self.under
        name = f"{over_title}: {over} ÷ {under}"
        if over == under:
            name = f"{over}: {over_title} ÷ {under_title}"
        ratio = median(ratios)
        if self.at_least is not None:
            limit, met = f"≥ {self.at_least:g}", ratio >= self.at_least
        else:
            limit, met = f"≤ {self.at_most:g}", ratio <= (self.at_most or 0)
        return f"| {name} | {limit} | {shown(ratios)} | {'met' if met else '**falls short**'} |\n"


@dataclass(frozen=True)
class Table:
    """Figures of some clients, one for each round.

    Attributes:
        title, text: its heading, and what was measured.
        columns: by title; the figures of each client, by its label.
        goals: what they are compared with.
        charted: the title of the column that the chart shows, if it shows this table.
    """

    title: str
    text: str
    columns: dict[str, dict[str, list[float]]]
    goals: Sequence[Goal]
    charted: str | None = None

    def ratios(self, goal: Goal) -> list[float]:
        """Return the ratio of each round."""
        over, under = (self.columns[title][label] for title, label in (goal.over, goal.under))
        return [a / b for a, b in zip(over, under, strict=True)]

    def markdown(self) -> str:
        """Return the figures, and the goals below them."""
        text = f"## {self.title}\n\n{self.text}\n\n"
        text += f"| | {' | '.join(self.columns)} |\n|---|{'---:|' * len(self.columns)}\n"
        for label in next(iter(self.columns.values())):
            cells = (shown(rows[label]) for rows in self.columns.values())
            text += f"| {label} | {' | '.join(cells)} |\n"
        text += "\n| ratio | goal | measured | |\n|---|---|---:|---|\n"
        return text + "".join(goal.markdown(self.ratios(goal)) for goal in self.goals)


def shown(figures: Sequence[float]) -> str:
    """Return the median, and the lowest and the highest."""
    low, middle, high = map(number, (min(figures), median(figures), max(figures)))
    return middle if low == high else f"{middle} ({low} to {high})"


def number(value: float) -> str:
    """Return a figure with three digits, or all before the point."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"
