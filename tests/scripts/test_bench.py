"""The speed harness: its tables have what was measured. No test asserts how quick anything is."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from scripts.bench.chart import svg
from scripts.bench.measuring import in_turn
from scripts.bench.origin import CHUNK, LINE, Origin
from scripts.bench.tables import Goal, Table, shown

OURS, OTHER = ("µs", "ours"), ("µs", "other")


def table(*goals: Goal) -> Table:
    columns = {"µs": {"ours": [100.0, 300.0, 200.0], "other": [50.0, 100.0, 200.0]}}
    return Table("Calls", "One after the other.", columns, goals, charted="µs")


def test_a_ratio_is_of_the_same_round() -> None:
    assert table().ratios(Goal(OURS, OTHER)) == [2, 3, 1]


def test_a_figure_is_a_median_with_its_spread() -> None:
    assert "| ours | 200 (100 to 300) |" in table().markdown()
    assert shown([0.12345]) == "0.123"


@pytest.mark.parametrize(
    ("limits", "goal", "verdict"),
    [
        ({"at_most": 2.0}, "≤ 2", "met"),
        ({"at_most": 1.99}, "≤ 1.99", "**falls short**"),
        ({"at_least": 2.0}, "≥ 2", "met"),
        ({"at_least": 2.01}, "≥ 2.01", "**falls short**"),
    ],
)
def test_a_goal_has_the_median_of_its_ratios_and_a_verdict(
    limits: dict[str, float], goal: str, verdict: str
) -> None:
    shown = table(Goal(OURS, OTHER, **limits)).markdown()
    assert f"| µs: ours ÷ other | {goal} | 2 (1 to 3) | {verdict} |" in shown


def test_each_takes_its_turn_in_every_round() -> None:
    turns: list[str] = []

    def measure(label: str) -> dict[str, float]:
        turns.append(label)
        return {"turn": len(turns)}

    figures = in_turn(dict.fromkeys("abc"), 5, measure)
    rounds = [turns[at : at + 3] for at in range(0, 15, 3)]
    assert all(sorted(round) == ["a", "b", "c"] for round in rounds)
    assert [len(figures[label]) for label in "abc"] == [5, 5, 5]


def test_the_chart_is_xml_with_all_names_and_figures() -> None:
    texts = [element.text for element in ElementTree.fromstring(svg([table()], "ours")).iter()]
    assert {"Calls: µs", "ours", "other", "200", "100"} <= set(texts)


class Recorder(asyncio.Transport):
    """A transport that records what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.content = b""

    def write(self, data: Any) -> None:
        self.content += bytes(data)


def chunks(content: bytes) -> Iterator[bytes]:
    """The chunks of a response."""
    _, _, rest = content.partition(b"\r\n\r\n")
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        yield rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]


@pytest.mark.parametrize("kind", ["large", "lines"])
def test_the_canned_server_streams_as_many_events_as_the_path_says(kind: str) -> None:
    transport = Recorder()
    origin = Origin()
    origin.connection_made(transport)
    origin.data_received(f"GET /deployments/d/tasks/{kind}-1000/events HTTP/1.1\r\n".encode())
    assert transport.content == b""
    origin.data_received(b"host: h\r\n\r\n")
    *events, end = chunks(transport.content)
    assert end == b""
    assert max(map(len, events)) == (LINE if kind == "lines" else CHUNK)
    lines = b"".join(events).splitlines()
    assert len(lines) == 1000
    assert all(isinstance(json.loads(line), dict) for line in lines[-10:])
