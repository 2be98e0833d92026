"""Tables of what was measured, and the goals beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Cell = tuple[str, str]
"""A column's title and a row's label."""


@dataclass(frozen=True)
class Goal:
    """A ratio of two cells, and what it is to be.

    Attributes:
        over, under: the cells; the ratio is that of their figures, round by round.
        at_least, at_most: its limit; without one it is only shown.
    """

    over: Cell
    under: Cell
    at_least: float | None = None
    at_most: float | None = None

    def wanted(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return "" if self.at_most is None else f"≤ {self.at_most:g}"

    def is_met(self, ratio: float) -> bool:
        enough = self.at_least is None or ratio >= self.at_least
        return enough and (self.at_most is None or ratio <= self.at_most)


@dataclass(frozen=True)
class Table:
    """Figures of some peers, one for each round.

    Attributes:
        title: its heading.
        text: what was measured.
        columns: by title; the figures of each peer, by its label.
        goals: what they are compared with.
        charted: the title of the column that the chart shows, if it shows this table.
    """

    title: str
    text: str
    columns: dict[str, dict[str, list[float]]]
    goals: Sequence[Goal] = ()
    charted: str | None = None

    def ratios(self, goal: Goal) -> list[float]:
        """The ratio of each round."""
        over, under = (self.columns[title][label] for title, label in (goal.over, goal.under))
        return [a / b if b else float("inf") for a, b in zip(over, under, strict=True)]

    def markdown(self) -> str:
        text = f"## {self.title}\n\n{self.text}\n\n{self._figures()}"
        return text + (f"\n{self._comparisons()}" if self.goals else "")

    def _figures(self) -> str:
        titles = list(self.columns)
        labels = dict.fromkeys(label for rows in self.columns.values() for label in rows)
        text = f"| | {' | '.join(titles)} |\n|---|{'---:|' * len(titles)}\n"
        for label in labels:
            cells = (shown(self.columns[title].get(label, [])) for title in titles)
            text += f"| {label} | {' | '.join(cells)} |\n"
        return text

    def _comparisons(self) -> str:
        text = "| ratio | goal | measured | |\n|---|---|---:|---|\n"
        for goal in self.goals:
            ratios = self.ratios(goal)
            verdict = "" if not goal.wanted() else "met"
            if not goal.is_met(median(ratios)):
                verdict = "**falls short**"
            text += f"| {_name(goal)} | {goal.wanted()} | {shown(ratios)} | {verdict} |\n"
        return text


def _name(goal: Goal) -> str:
    (over_title, over), (under_title, under) = goal.over, goal.under
    if over == under:
        return f"{over}: {over_title} ÷ {under_title}"
    return f"{over_title}: {over} ÷ {under}"


def column(
    answers: Mapping[str, Sequence[Mapping[str, float]]], key: str
) -> dict[str, list[float]]:
    """One figure out of all answers."""
    return {label: [figures[key] for figures in rounds] for label, rounds in answers.items()}


def shown(figures: Sequence[float]) -> str:
    """The median, and the lowest and the highest."""
    if not figures:
        return ""
    low, high = number(min(figures)), number(max(figures))
    middle = number(median(figures))
    return middle if low == high else f"{middle} ({low} to {high})"


def number(value: float) -> str:
    """A figure with three digits, or all before the point."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"
