"""HTTP/1.1 as bytes: one response, however the bytes are split; and nothing but one request."""

from __future__ import annotations

import gc
import weakref

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llama_deploy_client._transport.http1 import Header, Outgoing, ResponseParser

OK = b"HTTP/1.1 200 OK\r\n"
SIZED = OK + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = (
    OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;note=x\r\nlo\r\n0\r\nTrailer: x\r\n\r\n"
)
UNFRAMED = OK + b"\r\nhello"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
AFTER_OTHERS = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + SIZED
TOO_LONG = "more than 100000 bytes of headers"


def fed(*received: bytes) -> tuple[ResponseParser, bytes]:
    """The response in these bytes, and its body."""
    response = ResponseParser()
    body = b""
    for piece in received:
        response.feed(piece)
        body += response.body()
    return response, body


@given(st.data(), st.sampled_from([SIZED, CHUNKED, AFTER_OTHERS]))
def test_a_response_is_the_same_however_its_bytes_are_split(
    data: st.DataObject, sent: bytes
) -> None:
    places = sorted(data.draw(st.sets(st.integers(1, len(sent) - 1))))
    pieces = [sent[a:b] for a, b in zip([0, *places], [*places, len(sent)], strict=True)]
    response, body = fed(*pieces)
    assert (response.status, response.reason, body) == (200, b"OK", b"hello")
    assert len(response.headers) == 1  # neither trailers nor those of informational responses
    assert response.complete
    assert response.reusable
    assert response.framed


@pytest.mark.parametrize("size", [1, 999])
@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (SIZED.replace(b"\r\n\r\n", b"\r\nX: one\r\n two\r\n\tthree\r\n\r\n"), b"one two\tthree"),
        (CHUNKED.replace(b"3\r", b"3  \r").replace(b"2;", b"2 ;"), b"chunked"),
    ],
    ids=["folded", "spaces after sizes"],
)
def test_responses_of_old_servers_are_accepted(sent: bytes, value: bytes, size: int) -> None:
    response, body = fed(*(sent[at : at + size] for at in range(0, len(sent), size)))
    assert (response.headers[-1][1], body, response.complete) == (value, b"hello", True)


@pytest.mark.parametrize("sent", [SIZED, CHUNKED])
def test_a_response_that_was_cut_is_refused(sent: bytes) -> None:
    head_ends = sent.index(b"\r\n\r\n") + 4
    for length in range(len(sent)):
        response, _ = fed(*[sent[:length]] * (length > 0))
        assert not response.complete
        assert bool(response.status) is (length >= head_ends)
        why = "in the middle of the response" if response.status else "before a response arrived"
        with pytest.raises(httpx.RemoteProtocolError, match=f"the connection was closed {why}"):
            response.feed(b"")


def test_a_body_of_unknown_length_ends_with_its_connection() -> None:
    response, body = fed(UNFRAMED)
    assert (body, response.complete, response.framed) == (b"hello", False, False)
    response.feed(b"")
    assert response.complete
    assert not response.reusable


@pytest.mark.parametrize("sent", [SIZED, CHUNKED, UNFRAMED])
def test_a_complete_response_is_freed_without_the_collector(sent: bytes) -> None:
    gc.disable()
    try:
        response, _ = fed(sent, b"")
        assert response.complete
        reference = weakref.ref(response)
        del response
        assert reference() is None
    finally:
        gc.enable()


def test_a_response_without_a_body_is_complete_with_its_head() -> None:
    response, body = fed(EMPTY)
    assert (response.status, body, response.complete, response.reusable) == (204, b"", True, True)


@pytest.mark.parametrize(
    "pieces",
    [
        [SIZED.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n")],
        [SIZED.replace(b"HTTP/1.1", b"HTTP/1.0")],
        [SIZED + b"more"],
        [SIZED + SIZED],
        [SIZED, b""],
    ],
    ids=["close", "HTTP/1.0", "excess", "a second response", "closed"],
)
def test_a_connection_that_ends_or_is_out_of_step_is_not_reused(pieces: list[bytes]) -> None:
    response, body = fed(*pieces)
    assert (body, response.complete, response.reusable) == (b"hello", True, False)


# Whole responses; and heads, which a body of five bytes follows.
INVALID = [
    *(b"SSH-2.0-OpenSSH\r\n", b"<html>\r\n", OK.replace(b"\r", b"") + b"Content-Length: 5\n\n"),
    *(SIZED.replace(b"HTTP/1.1", name) for name in (b"RTSP/1.0", b"HTTP/2.0", b"HTTP/0.9")),
    OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
]
INVALID_HEADS = [
    b"099 X\r\nContent-Length: 5",
    b"000 X\r\nContent-Length: 5",
    b"200 O\0K\r\nContent-Length: 5",
    b"200 OK\r\nContent-Length: -5",
    b"200 OK\r\nContent-Length: 5\r\n 6",
    b"200 OK\r\nContent-Length: 5\r\nContent-Length: 6",
    b"200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
    b"200 OK\r\nContent-Length : 5",
    b"200 OK\r\nContent-Length\t: 5",
    b"200 OK\r\nTransfer-Encoding : chunked",
    b"200 OK\r\nTransfer-Encoding: identity",
    b"200 OK\r\nTransfer-Encoding: gzip, chunked",
    b"200 OK\r\nTransfer-Encoding: chunked, gzip",
    b"200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
    b"200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    b"200 OK\r\n \r\nContent-Length: 5",
    b"200 OK\r\n Content-Length: 5",
    b"200 OK\r\n\tX: y\r\nContent-Length: 5",
    b"100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n Content-Length: 5",
]


@pytest.mark.parametrize(
    "sent", INVALID + [b"HTTP/1.1 " + head + b"\r\n\r\nhello" for head in INVALID_HEADS]
)
def test_bytes_that_others_may_read_otherwise_are_refused(sent: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=r"^this is not an HTTP response: ['\w]"):
        fed(sent, b"")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"200 OK\r\nX-Y: \0", r": the header 'X-Y' holds a NUL$"),
        (b"200 OK\r\nX:   \rContent-Length: 5", "a header holds a CR that ends no line"),
        (b"101 X\r\nUpgrade: h2c\r\nConnection: upgrade", r": it switches protocols \(101\), "),
        *(
            (b"%d X\r\n%s" % (status, framing), r"an informational response \(\d+\) announces")
            for status in (102, 103, 104, 199)
            for framing in (b"Content-Length: 5", b"Transfer-Encoding: chunked")
        ),
    ],
)
def test_a_refusal_gives_its_reason(head: bytes, message: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=message):
        fed(b"HTTP/1.1 " + head + b"\r\n\r\n", b"hello" + SIZED)


def test_a_refusal_by_the_parser_has_the_parsers_words() -> None:
    with pytest.raises(httpx.RemoteProtocolError) as caught:
        fed(b"<html>\r\n")
    assert str(caught.value).endswith(f": {caught.value.__cause__}")


def test_an_informational_response_may_say_that_it_has_no_body() -> None:
    _, body = fed(b"HTTP/1.1 104 X\r\nContent-Length: 0\r\n\r\n" + SIZED)
    assert body == b"hello"


@pytest.mark.parametrize(
    "endless",
    [
        OK + b"X: ",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"X: ",
        OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5;x=",
    ],
)
def test_endless_headers_are_refused(endless: bytes) -> None:
    response, _ = fed(endless)
    with pytest.raises(httpx.RemoteProtocolError, match=TOO_LONG):
        for _ in range(101):
            response.feed(b"x" * 1000)


@pytest.mark.parametrize("start", [OK + b"X: ", CHUNKED[: CHUNKED.index(b"2;note") + 7]])
def test_headers_can_have_100000_bytes(start: bytes) -> None:
    response, body = fed(start)
    before = 0 if body else len(start)  # what comes with a body does not count
    response.feed(b"x" * (100_000 - before))
    with pytest.raises(httpx.RemoteProtocolError, match=TOO_LONG):
        response.feed(b"x")


def test_headers_that_come_with_their_body_have_the_same_limit_and_the_body_has_none() -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=TOO_LONG):
        fed(SIZED.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"))
    response, _ = fed(UNFRAMED, *[b"x" * 1000] * 101)
    assert not response.complete


class Interrupted(ResponseParser):
    def on_header(self, name: bytes, value: bytes) -> None:
        raise KeyboardInterrupt  # as a signal handler may at any line


def test_an_exception_of_a_signal_handler_is_raised_unchanged() -> None:
    with pytest.raises(KeyboardInterrupt):
        Interrupted().feed(SIZED)


def sent(headers: list[Header], *pieces: bytes) -> bytes:
    """The bytes of a request with these headers and these pieces of a body."""
    outgoing = Outgoing("POST", b"/a?b=c", headers)
    for piece in pieces:
        outgoing.add(piece)
    outgoing.end()
    return bytes(outgoing.take())


def test_a_request_begins_with_its_head() -> None:
    assert sent([(b"Host", b"one"), (b"X-Empty", b"")]) == (
        b"POST /a?b=c HTTP/1.1\r\nHost: one\r\nX-Empty: \r\n\r\n"
    )


def test_bytes_are_taken_once_and_cannot_be_shown() -> None:
    outgoing = Outgoing("GET", b"/", [(b"Content-Length", b"2"), (b"Authorization", b"s3cret")])
    outgoing.add(b"a")
    first = outgoing.take()
    assert bytes(first).endswith(b"s3cret\r\n\r\na")
    assert "s3cret" not in f"{outgoing!r} {first!r}"
    outgoing.add(b"b")
    outgoing.end()
    assert (len(outgoing), bytes(outgoing.take()), bytes(outgoing.take())) == (1, b"b", b"")


@pytest.mark.parametrize(
    "header",
    [
        (b"X", b"a\r\nAuthorization: stolen"),
        (b"X", b"a\nb"),
        (b"X", b"a\0"),
        (b"X\r\nY", b"a"),
        (b"X: Y", b"a"),
        (b"X Y", b"a"),
        (b"", b"a"),
    ],
)
def test_a_header_that_servers_would_read_otherwise_is_not_sent(header: Header) -> None:
    with pytest.raises(httpx.LocalProtocolError, match=r"the header '.*' cannot be sent"):
        sent([(b"Host", b"one"), header])


def test_a_body_is_sent_in_chunks_or_as_it_is() -> None:
    chunks = sent([(b"Transfer-Encoding", b"chunked")], b"x" * 26, b"")
    assert chunks.endswith(b"\r\n\r\n1a\r\n" + b"x" * 26 + b"\r\n0\r\n\r\n")
    assert sent([(b"Content-Length", b"3")], b"ab", b"c").endswith(b"\r\n\r\nabc")


@pytest.mark.parametrize("length", [b"0", b"2", b"4", None])
def test_a_body_has_the_announced_length(length: bytes | None) -> None:
    with pytest.raises(httpx.LocalProtocolError, match=r"(longer|shorter) than its Content-Length"):
        sent([(b"content-length", length)] if length else [], b"abc")


@pytest.mark.parametrize(
    "headers",
    [
        [(b"Content-Length", b"3"), (b"Content-Length", b"3")],
        [(b"Content-Length", b"3"), (b"Transfer-Encoding", b"chunked")],
        [(b"Transfer-Encoding", b"chunked"), (b"Transfer-Encoding", b"chunked")],
        [(b"Transfer-Encoding", b"gzip")],
        [(b"Content-Length", b"+3")],
        [(b"Content-Length", b"")],
    ],
)
def test_conflicting_or_invalid_framing_is_not_sent(headers: list[Header]) -> None:
    with pytest.raises(httpx.LocalProtocolError, match="conflicting or invalid framing headers"):
        sent(headers)
