"""NDJSON: each line is one event, however the bytes are cut."""

from __future__ import annotations

import json
import math
import time
import tracemalloc
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llama_deploy_client._ndjson import (
    EventError,
    EventParser,
    LineError,
    LineSplitter,
    ReplayError,
    parse,
)

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
# What str.splitlines takes for the end of a line, and what takes several bytes in UTF-8.
texts = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\u2028\u2029\x85\x0b\x0c\x1c\r\n😀é")
)
values = st.recursive(
    scalars | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
)


@st.composite
def cut(draw: st.DrawFn, body: bytes) -> list[bytes]:
    """`body` in pieces of any size, empty ones too."""
    places = draw(st.lists(st.integers(0, len(body))))
    ends = [0, *sorted(places), len(body)]
    return [body[start:end] for start, end in pairwise(ends)]


def new_parser(*, errors_in_band: bool = False) -> EventParser:
    return EventParser(max_line_size=1 << 20, errors_in_band=errors_in_band)


def events(pieces: list[bytes], *, errors_in_band: bool = False) -> tuple[list[Any], str | None]:
    parser = new_parser(errors_in_band=errors_in_band)
    found = [event for piece in pieces for event in parser.feed(piece)]
    return found, parser.failure


def test_all_events_before_a_line_that_is_invalid_are_counted() -> None:
    parser, found = new_parser(), []
    with pytest.raises(LineError):
        for event in parser.feed(b"1\n2\n3\n<html>\n"):
            found.append(event)
    assert (found, parser.delivered) == ([1, 2, 3], 3)


@given(
    st.data(), st.lists(values, max_size=6), st.sampled_from(["\n", "\r\n", "\n\n", "\n \t\r\n"])
)
def test_no_event_is_lost_doubled_or_garbled_wherever_the_bytes_are_cut(
    data: st.DataObject, sent: list[Any], newline: str
) -> None:
    body = "".join(json.dumps(event, ensure_ascii=False) + newline for event in sent).encode()
    assert events(data.draw(cut(body))) == (sent, None)


def test_a_character_can_be_cut_in_the_middle() -> None:
    body = '{"text": "a😀\u2028\x85b"}\n'.encode()
    one_byte_each = [body[at : at + 1] for at in range(len(body))]
    assert events(one_byte_each) == ([{"text": "a😀\u2028\x85b"}], None)


def test_an_event_comes_with_the_byte_that_ends_its_line() -> None:
    parser = new_parser()
    assert list(parser.feed(b'{"n": 1}')) == []
    assert list(parser.feed(b"\n")) == [{"n": 1}]


def test_the_good_lines_before_a_bad_one_are_given() -> None:
    feed = iter(new_parser().feed(b'{"n": 1}\n{"n": 2}\nno JSON\n{"n": 3}\n'))
    assert [next(feed), next(feed)] == [{"n": 1}, {"n": 2}]
    with pytest.raises(LineError, match=r"a line that is not valid JSON .*: no JSON"):
        next(feed)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"<html>", r"Expecting value: line 1 column 1 \(char 0\)"),
        (b'{"n": 1', "delimiter: line 1 column 8"),
        (b"NaN", "NaN is not valid JSON"),
        (b'{"n": -Infinity}', "-Infinity is not valid JSON"),
        (b'["\\ud83d", NaN]', "NaN is not valid JSON"),
        (b'"\xff"', "can't decode byte 0xff in position 1"),
        (b'"\xed\xa0\xbd"', "can't decode byte 0xed in position 1"),
        (b"{} {}", "Extra data: line 1 column 4"),
        (b"1" * 5000, "4300 digits"),
    ],
    ids=lambda value: str(value[:9]).replace("\\", ""),  # which pytest would not find again
)
def test_a_line_that_is_not_json_is_refused_wherever_it_comes(line: bytes, reason: str) -> None:
    for before in (b"", b"{}\n"):
        with pytest.raises(LineError, match=rf"a line that is not valid JSON \(.*{reason}.*\): "):
            list(new_parser().feed(before + line + b"\n"))


@pytest.mark.parametrize("line", [b"[" * 201 + b"]" * 201, b"[" * 99_999, b'{"n":' * 99_999])
def test_a_line_that_is_nested_too_deep_is_refused(line: bytes) -> None:
    for before in (b"", b"{}\n"):
        with pytest.raises(LineError, match="a line that is nested more than 200 deep: "):
            list(new_parser().feed(before + line + b"\n"))


@pytest.mark.parametrize("body", [b'{"n":\n1}\n', b"{}{}\n", b"{}\n{}{}\n", b'{}\n{"n":\n1}\n'])
def test_a_line_holds_one_value(body: bytes) -> None:
    with pytest.raises(LineError, match="a line that is not valid JSON"):
        list(new_parser().feed(body))


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b"1e400", math.inf),
        (b"9" * 4000, int("9" * 4000)),
        (b"-0.0", -0.0),
        (b'{"n": 1, "n": 2}', {"n": 2}),
    ],
    ids=lambda value: str(value)[:9].replace("\\", ""),
)
def test_values_are_those_of_pythons_json(line: bytes, value: Any) -> None:
    [alone] = new_parser().feed(line + b"\n")
    *_, last = new_parser().feed(b'{}\n"half of \\ud83d"\n' + line + b"\n")
    assert repr(alone) == repr(last) == repr(value)


def test_half_a_surrogate_pair_is_text_as_it_is_to_servers() -> None:
    sent = {"text": "half of \ud83d"}  # which Python's json escapes, and so do servers
    assert parse(json.dumps(sent).encode()) == sent
    parser = new_parser()
    body = "".join(f"{json.dumps(event)}\n" for event in (1, sent, 2)).encode()
    assert (list(parser.feed(body)), parser.delivered) == ([1, sent, 2], 3)


def test_an_error_shows_the_start_of_its_line_only() -> None:
    with pytest.raises(LineError) as caught:
        parse(b"x" * 100_000)
    assert len(str(caught.value)) < 500


@given(st.data())
def test_a_line_as_long_as_the_limit_is_taken(data: st.DataObject) -> None:
    parser = EventParser(max_line_size=4)
    pieces = data.draw(cut(b"1234\n5\n\n6789\n"))
    assert [event for piece in pieces for event in parser.feed(piece)] == [1234, 5, 6789]


@given(st.data(), st.sampled_from([b"123\n12345\n", b"123\n12345", b"123\n12345\n5\n"]))
def test_a_longer_line_is_refused_after_those_before_it(data: st.DataObject, body: bytes) -> None:
    parser = EventParser(max_line_size=4)
    found: list[Any] = []
    with pytest.raises(LineError, match="a line of more than 4 bytes: 12345"):
        for piece in data.draw(cut(body)):
            found.extend(parser.feed(piece))
    assert found == [123]


@pytest.mark.parametrize("size", [1, 2, 64])
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


class TestErrorsInBand:
    """A last line `{"error": "…"}` is the server's error; elsewhere it is an event."""

    def test_a_last_line_is_the_servers_error(self) -> None:
        pieces = [b'{"n": 1}\n{"n": 2}\n{"error": "broke"}\n', b"\n"]
        assert events(pieces, errors_in_band=True) == ([{"n": 1}, {"n": 2}], "broke")

    def test_an_event_that_looks_the_same_is_given_when_another_follows(self) -> None:
        pieces = [b'{"error": "a"}\n', b'{"error": "b"}\n', b'{"n": 1}\n']
        found = [{"error": "a"}, {"error": "b"}, {"n": 1}]
        assert events(pieces, errors_in_band=True) == (found, None)

    def test_an_event_that_looks_the_same_is_given_before_a_bad_line(self) -> None:
        parser = new_parser(errors_in_band=True)
        feed = iter(parser.feed(b'{"error": "a"}\nno JSON\n'))
        assert next(feed) == {"error": "a"}
        with pytest.raises(LineError):
            next(feed)
        assert parser.failure is None

    @pytest.mark.parametrize("event", [{"error": 1}, {"error": "a", "n": 1}, ["error"], "error"])
    def test_what_only_resembles_one_is_an_event(self, event: Any) -> None:
        assert events([json.dumps(event).encode(), b"\n"], errors_in_band=True) == ([event], None)

    def test_nothing_is_held_back_where_servers_send_none(self) -> None:
        assert events([b'{"error": "a"}\n']) == ([{"error": "a"}], None)
        assert list(new_parser().feed(b'{"error": "a"}\n')) == [{"error": "a"}]

    def test_it_is_not_a_whole_stream(self) -> None:
        parser = new_parser(errors_in_band=True)
        list(parser.feed(b'{"error": "broke"}'))
        with pytest.raises(EventError, match="error"):
            list(parser.finish(closed=False))
        assert parser.failure == "broke"


class TestTheEnd:
    """A stream is whole if the server said so, or if its last event ends a workflow."""

    @pytest.mark.parametrize("last", [{}, {"result": "done"}, {"result": None}])
    def test_a_closed_connection_ends_a_stream_after_a_stop_event(self, last: Any) -> None:
        parser = new_parser()
        list(parser.feed(b'{"n": 1}\n' + json.dumps(last).encode() + b"\n"))
        assert list(parser.finish(closed=True)) == []

    def test_a_stop_event_is_known_by_what_it_is_in_a_chunk_longer_than_a_line_may_be(self) -> None:
        parser = EventParser(max_line_size=16)
        assert list(parser.feed(b'{"n": 1}\n{"result": 1}\n')) == [{"n": 1}, {"result": 1}]
        assert list(parser.finish(closed=True)) == []

    @pytest.mark.parametrize("sent", [[], [{"n": 1}], [{"result": 1, "n": 1}], ["result"], [{}, 1]])
    def test_a_closed_connection_is_a_cut_after_any_other(self, sent: list[Any]) -> None:
        parser = new_parser()
        body = "".join(json.dumps(event) + "\n" for event in sent).encode()
        assert list(parser.feed(body)) == sent
        with pytest.raises(EventError, match="connection was closed"):
            list(parser.finish(closed=True))

    def test_a_last_line_needs_no_newline_if_the_server_said_that_it_was_the_last(self) -> None:
        parser = new_parser()
        assert list(parser.feed(b'{"n": 1}\n{"n": 2}')) == [{"n": 1}]
        assert list(parser.finish(closed=False)) == [{"n": 2}]


class TestReadingAgain:
    """A stream that is read from its start once more gives what was not given before."""

    FIRST = b'{"n": 1}\n{"n": 2}\n{"n'

    def parser(self) -> EventParser:
        parser = new_parser()
        assert list(parser.feed(self.FIRST)) == [{"n": 1}, {"n": 2}]
        parser.start()
        return parser

    def test_only_what_is_new_is_given(self) -> None:
        parser = self.parser()
        for _ in range(2):
            assert list(parser.feed(b'{"n": 1}\n\n{"n"')) == []
            parser.start()
        assert list(parser.feed(b'{"n": 1}\n{"n": 2}\n{"n": 3}\n')) == [{"n": 3}]
        assert parser.delivered == 3
        assert list(parser.finish(closed=False)) == []

    @pytest.mark.parametrize(
        "again", [b'{"n": 1}\n{"n": 7}\n', b'{"n": 7}\n{"n": 2}\n', b'{"n": 2}\n{"n": 1}\n']
    )
    def test_other_events_are_told(self, again: bytes) -> None:
        with pytest.raises(ReplayError, match="other events"):
            list(self.parser().feed(again))

    def test_fewer_events_are_told(self) -> None:
        parser = self.parser()
        list(parser.feed(b'{"n": 1}\n'))
        with pytest.raises(ReplayError, match="fewer events"):
            list(parser.finish(closed=False))

    def test_an_error_of_the_server_counts_for_the_reading_that_brought_it(self) -> None:
        parser = new_parser(errors_in_band=True)
        list(parser.feed(b'{"n": 1}\n{"error": "broke"}\n'))
        parser.start()
        assert parser.failure is None
        assert list(parser.feed(b'{"n": 1}\n{"n": 2}\n')) == [{"n": 2}]


@pytest.mark.parametrize(
    ("value", "ended"), [({}, True), ({"result": 1}, True), ({"n": 1}, False), (None, False)]
)
def test_a_raw_stop_event_is_recognised_by_its_value(value: Any, ended: bool) -> None:
    parser = new_parser()
    raw = {"__is_pydantic": True, "value": value, "qualified_name": "workflow.Progress"}
    for last in (value, raw):
        parser.feed(json.dumps(last).encode() + b"\n")
        assert parser.ended is ended


# What makes lines that are hard to tell apart: several values on one, one on several, blank ones,
# errors of the server's in disguise, what is not JSON, and what is too long.
morsels = st.sampled_from(
    [
        *(b"{}", b'{"a": 1}', b'{"error": "x"}', b'{"\\u0065rror": "y"}', b'{"error": ""}', b"1"),
        *(b'{"result": 1}', b'"}\n{"', b"1 2", b"{} {}", b'{"a":\n1}', b'{"a":[{}', b"{}]}", b"}"),
        *(b"\n", b"\n", b"\n", b"\n\n\n", b"\r\n", b" ", b"\t", b"\x0b", b"\xff", b"NaN", b"{"),
        *(b"[" * 300, b"[1,2,3,4,5,6,7,8]", b'"\\ud83d"', b"1e400", b"x" * 70, b" " * 70),
    ]
)
bodies = st.lists(morsels).map(b"".join) | st.binary()


def outcome(pieces: list[bytes], *, errors_in_band: bool, again: list[bytes]) -> list[Any]:
    """All that a stream in these pieces gives, read a second time from its start, and its end."""
    parser = EventParser(max_line_size=64, max_values=16, errors_in_band=errors_in_band)
    found: list[Any] = []
    for reading in (pieces, again):
        try:
            parser.start()
            for piece in reading:
                found.extend(parser.feed(piece))
            if reading is again:
                found.extend(parser.finish(closed=False))
        except EventError as error:
            found += [type(error), str(error)]
        found += [parser.failure, parser.delivered, parser.ended]
    return found


@given(st.data(), bodies, bodies, st.booleans())
def test_a_stream_is_the_same_however_it_is_cut(
    data: st.DataObject, body: bytes, other: bytes, errors_in_band: bool
) -> None:
    second = data.draw(st.sampled_from([body, body + other, other]))
    whole = outcome([body], errors_in_band=errors_in_band, again=[second])
    pieces, again = data.draw(cut(body)), data.draw(cut(second))
    single = [body[at : at + 1] for at in range(len(body))]
    for first in (pieces, single):
        apart = outcome(first, errors_in_band=errors_in_band, again=again)
        assert repr(apart) == repr(whole)


@pytest.mark.parametrize("pieces", [[b"1 2\n\n"], [b"1 2\n", b"\n"], [b"1", b" 2\n\n"]])
def test_two_values_on_a_line_are_invalid_beside_a_blank_one(pieces: list[bytes]) -> None:
    parser = new_parser()
    with pytest.raises(LineError, match="Extra data"):
        [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize("blank", [b"\n", b"\n" * 1000, b" \r\n", b"\t\n\n"])
def test_blank_lines_without_end_are_refused_and_not_kept(blank: bytes) -> None:
    parser = EventParser(max_line_size=1 << 15, errors_in_band=True)
    list(parser.feed(b'{"error": "broke"}\n'))
    tracemalloc.start()
    try:
        with pytest.raises(LineError, match="more than 32768 bytes of blank lines in a row"):
            for _ in range((1 << 15) // len(blank) + 1):
                list(parser.feed(blank))
        assert tracemalloc.get_traced_memory()[1] < 16_000
    finally:
        tracemalloc.stop()
    assert parser.failure == "broke"


def test_a_long_line_that_is_held_back_is_not_looked_at_with_each_byte() -> None:
    parser = EventParser(max_line_size=1 << 22, errors_in_band=True)
    line = b'{"error": "' + b"x" * (1 << 21) + b'"}\n'
    list(parser.feed(line))
    begin = time.process_time()
    for _ in range(5000):
        list(parser.feed(b"\n"))
        list(parser.feed(b""))
    assert time.process_time() - begin < 1  # 5000 times a look at it would be 5 s
    assert parser.failure == "x" * (1 << 21)


@pytest.mark.parametrize(
    ("rest", "ends"),
    [
        (b'{"result": 1}', True),
        (b"{}", True),
        (b'{"n": 2}', False),
        (b'{"n": {}', False),
        (b'{"n"', False),
        (b"1", False),
    ],
)
def test_a_last_event_without_a_newline_may_be_the_stop_event(rest: bytes, ends: bool) -> None:
    parser = EventParser(max_line_size=1000)
    events = list(parser.feed(b'{"n": 1}\n' + rest))
    if ends:
        assert len([*events, *parser.finish(closed=True)]) == 2
        return
    with pytest.raises(EventError, match="the connection was closed") as caught:
        list(parser.finish(closed=True))
    assert type(caught.value) is EventError
