"""NDJSON: each line is one event, however the bytes are split."""

from __future__ import annotations

import json
import tracemalloc
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llama_deploy_client import _received_json
from llama_deploy_client._ndjson import (
    EventError,
    EventParser,
    LineError,
    LineSplitter,
    ReplayError,
    parse,
)


@st.composite
def split(draw: st.DrawFn, body: bytes) -> list[bytes]:
    """`body` in pieces of any size, empty ones too."""
    places = draw(st.lists(st.integers(0, len(body))))
    ends = [0, *sorted(places), len(body)]
    return [body[start:end] for start, end in pairwise(ends)]


def new_parser(*, errors_in_band: bool = False, max_line_size: int = 1 << 20) -> EventParser:
    return EventParser(max_line_size=max_line_size, errors_in_band=errors_in_band)


def fed(*pieces: bytes, **options: Any) -> tuple[EventParser, list[Any]]:
    """A parser after these pieces, and the events that it returned."""
    parser = new_parser(**options)
    return parser, [event for piece in pieces for event in parser.feed(piece)]


def lines(*events: Any) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


# Lines that are hard to tell apart: several values on one line, one on several, blank ones, what
# `str.splitlines` takes for the end of a line, events that look like the server's errors, what is
# not JSON, and what is too long.
parts = st.sampled_from(
    [
        *(b"{}", b'{"a": 1}', b'{"error": "x"}', b'{"\\u0065rror": "y"}', b'{"error": ""}', b"1"),
        *(b'{"result": 1}', b'"}\n{"', b"1 2", b"{} {}", b'{"a":\n1}', b'{"a":[{}', b"{}]}", b"}"),
        *(b"\n", b"\n", b"\n", b"\n\n\n", b"\r\n", b" ", b"\t", b"\x0b", b"\xff", b"NaN", b"{"),
        *(b"[" * 300, b"[1,2,3,4,5,6,7,8]", b'"\\ud83d"', b"1e400", b"x" * 70, b" " * 70),
        '"a😀\u2028\x85b"'.encode(),
    ]
)
bodies = st.lists(parts).map(b"".join) | st.binary()


def outcome(pieces: list[bytes], *, errors_in_band: bool, again: list[bytes]) -> list[Any]:
    """All that a stream in these pieces gives, read a second time from its start, and its end."""
    parser = EventParser(max_line_size=64, max_values=16, errors_in_band=errors_in_band)
    events: list[Any] = []
    for reading in (pieces, again):
        try:
            parser.start()
            for piece in reading:
                events.extend(parser.feed(piece))
            if reading is again:
                events.extend(parser.finish(closed=False))
        except EventError as error:
            events += [type(error), str(error)]
        events += [parser.failure, parser.delivered, parser.ended]
    return events


@given(st.data(), bodies, bodies, st.booleans())
def test_a_stream_is_the_same_however_it_is_split(
    data: st.DataObject, body: bytes, other: bytes, errors_in_band: bool
) -> None:
    second = data.draw(st.sampled_from([body, body + other, other]))
    whole = outcome([body], errors_in_band=errors_in_band, again=[second])
    pieces, again = data.draw(split(body)), data.draw(split(second))
    single = [body[at : at + 1] for at in range(len(body))]
    for first in (pieces, single):
        apart = outcome(first, errors_in_band=errors_in_band, again=again)
        assert repr(apart) == repr(whole)


def test_an_event_comes_with_the_byte_that_ends_its_line() -> None:
    text = '{"text": "a😀\u2028\x85b"}'
    parser, events = fed(*(text.encode()[at : at + 1] for at in range(len(text.encode()))))
    assert events == []
    assert list(parser.feed(b"\r\n \t\n\n")) == [{"text": "a😀\u2028\x85b"}]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"<html>", r"not valid JSON \(Expecting value: line 1 column 1 \(char 0\)\): <html>$"),
        (b"{} {}", "Extra data: line 1 column 4"),
        (b'{"n":' * 99_999, "nested more than 200 deep: "),
        (b"x" * 100_000, "not valid JSON"),
    ],
    ids=lambda value: str(value[:9]).replace("\\", ""),  # which pytest would not find again
)
def test_an_invalid_line_is_an_error_after_the_events_before_it(line: bytes, reason: str) -> None:
    for before in ([], [{"n": 1}, {"n": 2}]):
        parser, events = new_parser(), []
        with pytest.raises(LineError, match=f"^a line that is .*{reason}") as caught:
            for event in parser.feed(lines(*before) + line + b"\n{}\n"):
                events.append(event)
        assert (events, parser.delivered) == (before, len(before))
        assert len(str(caught.value)) < 500


@pytest.mark.parametrize("pieces", [[b"1 2\n\n"], [b"1 2\n", b"\n"], [b"1", b" 2\n\n"]])
def test_two_values_on_a_line_are_invalid_beside_a_blank_line(pieces: list[bytes]) -> None:
    with pytest.raises(LineError, match="Extra data"):
        fed(*pieces)


def test_half_a_surrogate_pair_is_accepted_as_servers_escape_it() -> None:
    event = {"text": "half of \ud83d"}
    assert parse(json.dumps(event).encode()) == event
    parser, events = fed(lines(1, event, 2))
    assert (events, parser.delivered) == ([1, event, 2], 3)


@given(st.data())
def test_a_line_can_be_as_long_as_the_limit(data: st.DataObject) -> None:
    _, events = fed(*data.draw(split(b"1234\n5\n\n6789\n")), max_line_size=4)
    assert events == [1234, 5, 6789]


@given(st.data(), st.sampled_from([b"123\n12345\n", b"123\n12345", b"123\n12345\n5\n"]))
def test_a_longer_line_is_an_error_after_those_before_it(data: st.DataObject, body: bytes) -> None:
    parser = new_parser(max_line_size=4)
    events: list[Any] = []
    with pytest.raises(LineError, match="a line of more than 4 bytes: 12345"):
        for piece in data.draw(split(body)):
            events.extend(parser.feed(piece))
    assert events == [123]


@pytest.mark.parametrize("size", [1, 64])
def test_a_line_in_pieces_takes_no_more_memory_than_a_whole_one(size: int) -> None:
    whole = 1 << 14
    splitter = LineSplitter()
    tracemalloc.start()
    try:
        for _ in range(whole // size):
            assert splitter.feed(bytes(bytearray(size))) == b""
        assert tracemalloc.get_traced_memory()[1] < 1.5 * whole
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("blank", [b"\n", b"\n" * 1000, b" \r\n"])
def test_endless_blank_lines_are_an_error_and_take_no_memory(blank: bytes) -> None:
    parser, _ = fed(b'{"error": "broke"}\n', max_line_size=1 << 15, errors_in_band=True)
    tracemalloc.start()
    try:
        with pytest.raises(LineError, match="more than 32768 bytes of blank lines in a row"):
            for _ in range((1 << 15) // len(blank) + 1):
                list(parser.feed(blank))
        assert tracemalloc.get_traced_memory()[1] < 16_000
    finally:
        tracemalloc.stop()
    assert parser.failure == "broke"


def test_a_line_that_is_held_back_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parser, _ = fed(lines({"error": "broke"}), errors_in_band=True)
    for name in ("parse", "parse_lines"):
        monkeypatch.delattr(_received_json, name)
    assert [*parser.feed(b"\n"), *parser.feed(b"")] == []
    assert parser.failure == "broke"


class TestErrorsInBand:
    """A last line `{"error": "…"}` is the server's error; elsewhere it is an event."""

    @pytest.mark.parametrize(
        ("pieces", "events", "failure"),
        [
            ([b'{"n": 1}\n{"n": 2}\n{"error": "broke"}\n', b"\n"], [{"n": 1}, {"n": 2}], "broke"),
            ([lines({"error": "a"}), lines({"error": "b"})], [{"error": "a"}], "b"),
            ([lines({"error": "a"}), lines({"n": 1})], [{"error": "a"}, {"n": 1}], None),
            *(
                ([lines(event)], [event], None)
                for event in ({"error": 1}, {"error": "a", "n": 1}, ["error"], "error")
            ),
        ],
    )
    def test_the_last_line_is_the_servers_error(
        self, pieces: list[bytes], events: list[Any], failure: str | None
    ) -> None:
        parser, received = fed(*pieces, errors_in_band=True)
        assert (received, parser.failure) == (events, failure)

    def test_it_is_an_event_where_servers_report_no_errors(self) -> None:
        parser, events = fed(b'{"error": "a"}\n')
        assert (events, parser.failure) == ([{"error": "a"}], None)

    def test_it_is_an_event_before_an_invalid_line(self) -> None:
        parser = new_parser(errors_in_band=True)
        feed = iter(parser.feed(b'{"error": "a"}\nnot JSON\n'))
        assert next(feed) == {"error": "a"}
        with pytest.raises(LineError):
            next(feed)
        assert parser.failure is None

    def test_a_stream_that_ends_with_one_is_incomplete(self) -> None:
        parser, _ = fed(b'{"error": "broke"}', errors_in_band=True)
        with pytest.raises(EventError, match="error"):
            list(parser.finish(closed=False))
        assert parser.failure == "broke"


class TestTheEnd:
    """A stream is complete if the server said so, or if its last event ends a workflow."""

    @pytest.mark.parametrize("max_line_size", [18, 1000])  # less than all bytes, and more
    @pytest.mark.parametrize("last", [b"{}", b'{"result": "1"}', b'{"result": null}'])
    @pytest.mark.parametrize("newline", [b"\n", b""])
    def test_a_closed_connection_completes_a_stream_after_a_stop_event(
        self, last: bytes, newline: bytes, max_line_size: int
    ) -> None:
        parser, events = fed(b'{"n": 1}\n' + last + newline, max_line_size=max_line_size)
        events.extend(parser.finish(closed=True))
        assert events == [{"n": 1}, json.loads(last)]

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", lines({"n": 1}), lines({"result": 1, "n": 1}), lines(["result"]), lines({}, 1)),
            *(b'{"n": 1}\n' + rest for rest in (b'{"n": 2}', b'{"n": {}', b'{"n"', b"1")),
        ],
    )
    def test_a_closed_connection_is_a_cut_after_any_other(self, body: bytes) -> None:
        parser, events = fed(body)
        assert len(events) == body.count(b"\n")
        with pytest.raises(EventError, match="the connection was closed") as caught:
            list(parser.finish(closed=True))
        assert type(caught.value) is EventError

    def test_the_last_line_needs_no_newline_if_the_server_ended_the_stream(self) -> None:
        parser, events = fed(b'{"n": 1}\n{"n": 2}')
        assert events == [{"n": 1}]
        assert list(parser.finish(closed=False)) == [{"n": 2}]

    @pytest.mark.parametrize(
        ("value", "ended"), [({}, True), ({"result": 1}, True), ({"n": 1}, False), (None, False)]
    )
    def test_a_raw_stop_event_is_recognised_by_its_value(self, value: Any, ended: bool) -> None:
        raw = {"__is_pydantic": True, "value": value, "qualified_name": "workflow.Progress"}
        for last in (value, raw):
            assert fed(lines(last))[0].ended is ended


class TestReadingAgain:
    """After a cut a stream is read from its start, and returns what it did not return before."""

    @pytest.fixture
    def parser(self) -> EventParser:
        parser, events = fed(b'{"n": 1}\n{"n": 2}\n{"n')
        assert events == [{"n": 1}, {"n": 2}]
        parser.start()
        return parser

    def test_only_new_events_are_returned(self, parser: EventParser) -> None:
        for _ in range(2):
            assert list(parser.feed(b'{"n": 1}\n\n{"n"')) == []
            parser.start()
        assert list(parser.feed(lines({"n": 1}, {"n": 2}, {"n": 3}))) == [{"n": 3}]
        assert parser.delivered == 3
        assert list(parser.finish(closed=False)) == []

    @pytest.mark.parametrize("again", [(1, 7), (7, 2), (2, 1)])
    def test_other_events_are_an_error(self, parser: EventParser, again: tuple[int, int]) -> None:
        with pytest.raises(ReplayError, match="other events"):
            list(parser.feed(lines(*({"n": n} for n in again))))

    def test_fewer_events_are_an_error(self, parser: EventParser) -> None:
        list(parser.feed(b'{"n": 1}\n'))
        with pytest.raises(ReplayError, match="fewer events"):
            list(parser.finish(closed=False))

    def test_an_error_of_the_server_counts_only_for_the_stream_with_it(self) -> None:
        parser, _ = fed(lines({"n": 1}, {"error": "broke"}), errors_in_band=True)
        parser.start()
        assert parser.failure is None
        assert list(parser.feed(lines({"n": 1}, {"n": 2}))) == [{"n": 2}]
