"""Server-Sent Events, however the bytes arrive."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llama_deploy_client._ndjson import LineError
from llama_deploy_client._sse import Message, SSEDecoder

LIMIT = 1_000_000

texts = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=9)
lines = st.lists(texts, min_size=1, max_size=3)


def decode(chunks: list[bytes], limit: int = LIMIT) -> tuple[list[Message], str]:
    """The events, and the error after them."""
    decoder = SSEDecoder(limit)
    messages: list[Message] = []
    try:
        for chunk in chunks:
            messages.extend(decoder.feed(chunk))
    except LineError as error:
        return messages, str(error)
    return messages, ""


def split(text: bytes, places: list[int]) -> list[bytes]:
    """The text in pieces, some of them empty."""
    bounds = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    return [text[start:end] for start, end in pairwise(bounds)]


@example([(1, False, ["a", "b"])], "\r\n", [31, 31, 31])
@given(
    st.lists(st.tuples(st.integers(0, 999), st.booleans(), lines), max_size=4),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 300), max_size=9),
)
def test_events_arrive_whole_whatever_the_chunks_and_the_line_ends(
    events: list[tuple[int, bool, list[str]]], end: str, places: list[int]
) -> None:
    sent: list[str] = []
    for id, after_heartbeat, parts in events:
        sent += [": heartbeat", ""] if after_heartbeat else []
        sent += ["event: message", f"id: {id}", *(f"data: {part}" for part in parts), ""]
    text = "".join(line + end for line in sent).encode()
    expected = [Message(b"%d" % id, "\n".join(parts).encode()) for id, _, parts in events]
    assert decode(split(text, places)) == (expected, "")


@given(
    st.binary(max_size=99) | st.text("data:xid é\n\r", max_size=99).map(str.encode),
    st.lists(st.integers(0, 99), max_size=9),
    st.sampled_from([5, 20, LIMIT]),
)
def test_chunks_never_change_the_result(text: bytes, places: list[int], limit: int) -> None:
    assert decode(split(text, places), limit) == decode([text], limit)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (b"data:no space\n\n", [Message(None, b"no space")]),
        (b"data:  two\n\n", [Message(None, b" two")]),
        (b"data\n\n", [Message(None, b"")]),
        (b"\xef\xbb\xbfdata: marked\n\n", [Message(None, b"marked")]),
        (b"id: 1\n\ndata: x\n\n", [Message(b"1", b"x")]),
        (b"id: 1\ndata: x\n\ndata: y\n\n", [Message(b"1", b"x"), Message(b"1", b"y")]),
        (b"id: 1\ndata: x\n\n: heartbeat\n\n", [Message(b"1", b"x")]),
        (b"id: a\0b\ndata: x\n\n", [Message(None, b"x")]),
        (b"data: whole\n\ndata: part", [Message(None, b"whole")]),
        (b"data: whole\n\ndata: part\n", [Message(None, b"whole")]),
        (b"retry: 5\nunknown: 1\ndata: x\n\n", [Message(None, b"x")]),
        # Other separators are characters of a line.
        (b"data: a\x0b\x0c\x1cb\n\n", [Message(None, b"a\x0b\x0c\x1cb")]),
        *(
            (f"data: a{mark}b\n\n".encode(), [Message(None, f"a{mark}b".encode())])
            for mark in "\u2028\u2029\u0085"
        ),
    ],
)
def test_fields(text: bytes, messages: list[Message]) -> None:
    assert decode([text]) == (messages, "")


@pytest.mark.parametrize(
    "text", [b"data: " + b"x" * 200, b"data: xxxx\n" * 20, b": " + b"x" * 200, b"data:" * 40]
)
def test_an_event_that_is_too_long_is_an_error_at_the_limit(text: bytes) -> None:
    chunks = [b"data: x\n\n", *(text[start : start + 1] for start in range(len(text)))]
    messages, error = decode(chunks, 100)
    assert messages == [Message(None, b"x")]
    assert "more than 100 bytes" in error


def test_heartbeats_do_not_add_up() -> None:
    chunks = [*[b": heartbeat\n\n"] * 100, b"data: x\n\n"]
    assert decode(chunks, 100) == ([Message(None, b"x")], "")


@pytest.mark.parametrize("line", [b"\n", b": heartbeat\n\n", b"id: 1\n\n"])
def test_endless_lines_without_an_event_are_an_error(
    line: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llama_deploy_client._sse._MOST_BETWEEN", 100_000)
    lines = 100_100 // 16 + 1  # each end of a line counts as 16 bytes
    _, error = decode([line] * lines, 100)
    assert "too many lines without an event" in error
