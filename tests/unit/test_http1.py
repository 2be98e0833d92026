"""HTTP/1.1 as bytes: one response, however the bytes are cut; and nothing but one request."""

from __future__ import annotations

import gc
import weakref

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llama_deploy_client._transport.http1 import Header, Outgoing, ResponseParser

SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nhel\r\n2;note=x\r\nlo\r\n0\r\nTrailer: x\r\n\r\n"
)
UNFRAMED = b"HTTP/1.1 200 OK\r\n\r\nhello"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
AFTER_OTHERS = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + SIZED


def fed(*received: bytes) -> tuple[ResponseParser, bytes]:
    """A response that these bytes make, and its body."""
    response = ResponseParser()
    body = b""
    for piece in received:
        response.feed(piece)
        body += response.body()
    return response, body


@given(st.data(), st.sampled_from([SIZED, CHUNKED, AFTER_OTHERS]))
def test_a_response_is_the_same_however_its_bytes_are_cut(data: st.DataObject, sent: bytes) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(sent) - 1))))
    pieces = [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
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
def test_what_old_servers_write_is_read(sent: bytes, value: bytes, size: int) -> None:
    response, body = fed(*(sent[at : at + size] for at in range(0, len(sent), size)))
    assert (response.headers[-1][1], body, response.complete) == (value, b"hello", True)


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\n 6",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    ],
)
def test_a_length_that_may_be_another_is_refused(headers: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="this is not an HTTP response"):
        fed(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n\r\nhello")


@pytest.mark.parametrize("sent", [SIZED, CHUNKED])
def test_a_response_that_is_cut_is_refused(sent: bytes) -> None:
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
def test_a_response_that_is_complete_goes_with_whom_it_was_for(sent: bytes) -> None:
    gc.disable()
    try:
        response, _ = fed(sent, b"")
        assert response.complete
        still_there = weakref.ref(response)
        del response
        assert still_there() is None
    finally:
        gc.enable()


def test_a_response_without_a_body_is_complete_with_its_head() -> None:
    response, body = fed(EMPTY)
    assert (response.status, body, response.complete, response.reusable) == (204, b"", True, True)


@pytest.mark.parametrize(
    "sent",
    [
        SIZED.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"),
        SIZED.replace(b"HTTP/1.1", b"HTTP/1.0"),
        SIZED + b"more",
        SIZED + SIZED,
    ],
)
def test_a_connection_that_is_at_its_end_or_out_of_step_is_not_used_again(sent: bytes) -> None:
    response, body = fed(sent)
    assert (body, response.complete, response.reusable) == (b"hello", True, False)


def test_a_connection_that_was_closed_after_a_response_is_not_used_again() -> None:
    response, _ = fed(SIZED, b"")
    assert response.complete
    assert not response.reusable


@pytest.mark.parametrize(
    "sent",
    [
        b"SSH-2.0-OpenSSH\r\n",
        b"<html>\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\nx",
    ],
)
def test_what_is_not_a_response_is_refused(sent: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=r"this is not an HTTP response: \w"):
        ResponseParser().feed(sent)


def test_what_is_wrong_with_a_response_is_told_in_the_parsers_words() -> None:
    with pytest.raises(httpx.RemoteProtocolError) as caught:
        ResponseParser().feed(b"<html>\r\n")
    assert str(caught.value).endswith(f": {caught.value.__cause__}")


def test_a_header_that_holds_a_nul_is_named() -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=r": the header 'X-Y' holds a NUL$"):
        ResponseParser().feed(b"HTTP/1.1 200 OK\r\nX-Y: \0\r\n\r\n")


def test_an_upgrade_is_named() -> None:
    with pytest.raises(httpx.RemoteProtocolError, match=r": it switches protocols \(101\), "):
        ResponseParser().feed(b"HTTP/1.1 101 X\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n")


@pytest.mark.parametrize(
    "endless",
    [
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=",
    ],
)
def test_headers_without_an_end_are_refused(endless: bytes) -> None:
    response = ResponseParser()
    response.feed(endless)
    with pytest.raises(httpx.RemoteProtocolError, match="more than 100000 bytes of headers"):
        for _ in range(101):
            response.feed(b"x" * 1000)


@pytest.mark.parametrize(
    "begun", [b"HTTP/1.1 200 OK\r\nX: ", CHUNKED[: CHUNKED.index(b"2;note") + 7]]
)
def test_headers_may_be_of_100000_bytes(begun: bytes) -> None:
    response, body = fed(begun)
    before = 0 if body else len(begun)  # what comes with a body does not count
    response.feed(b"x" * (100_000 - before))
    with pytest.raises(httpx.RemoteProtocolError, match="more than 100000 bytes of headers"):
        response.feed(b"x")


def test_headers_that_come_with_their_body_have_the_same_limit() -> None:
    long = SIZED.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 100_000 + b"\r\n\r\n")
    with pytest.raises(httpx.RemoteProtocolError, match="more than 100000 bytes of headers"):
        fed(long)


def test_a_body_may_be_longer_than_headers() -> None:
    response = ResponseParser()
    response.feed(UNFRAMED)
    for _ in range(101):
        response.feed(b"x" * 1000)
        response.body()
    assert not response.complete


def sent(headers: list[Header], *pieces: bytes) -> bytes:
    """What goes out of a request with these headers and these pieces of a body."""
    outgoing = Outgoing("POST", b"/a?b=c", headers)
    for piece in pieces:
        outgoing.add(piece)
    outgoing.end()
    return bytes(outgoing.take())


def test_a_request_begins_with_its_head() -> None:
    assert sent([(b"Host", b"one"), (b"X-Empty", b"")]) == (
        b"POST /a?b=c HTTP/1.1\r\nHost: one\r\nX-Empty: \r\n\r\n"
    )


def test_bytes_go_out_once() -> None:
    outgoing = Outgoing("GET", b"/", [(b"Content-Length", b"2")])
    outgoing.add(b"a")
    assert bytes(outgoing.take()).endswith(b"\r\n\r\na")
    outgoing.add(b"b")
    outgoing.end()
    assert (len(outgoing), bytes(outgoing.take()), bytes(outgoing.take())) == (1, b"b", b"")


def test_credentials_on_their_way_out_cannot_be_shown() -> None:
    outgoing = Outgoing("GET", b"/", [(b"Authorization", b"s3cret")])
    assert "s3cret" not in f"{outgoing!r} {outgoing.take()!r}"


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
def test_a_header_that_would_be_another_is_not_sent(header: Header) -> None:
    with pytest.raises(httpx.LocalProtocolError, match=r"the header '.*' cannot be sent"):
        sent([(b"Host", b"one"), header])


def test_a_body_of_unknown_length_is_sent_in_chunks() -> None:
    out = sent([(b"Transfer-Encoding", b"chunked")], b"x" * 26, b"")
    assert out.endswith(b"\r\n\r\n1a\r\n" + b"x" * 26 + b"\r\n0\r\n\r\n")


def test_a_body_of_known_length_is_sent_as_it_is() -> None:
    assert sent([(b"Content-Length", b"3")], b"ab", b"c").endswith(b"\r\n\r\nabc")


@pytest.mark.parametrize("announced", ["0", "2", "4", None])
def test_what_is_sent_is_what_was_announced(announced: str | None) -> None:
    with pytest.raises(httpx.LocalProtocolError, match=r"(longer|shorter) than its Content-Length"):
        sent([(b"content-length", announced.encode())] if announced else [], b"abc")


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
def test_headers_that_frame_no_body_are_not_sent(headers: list[Header]) -> None:
    with pytest.raises(httpx.LocalProtocolError, match="conflicting or invalid framing headers"):
        sent(headers)


@pytest.mark.parametrize("status", [b"102 Processing", b"103 Early Hints", b"104 X", b"199 X"])
@pytest.mark.parametrize("framing", [b"Content-Length: 5", b"Transfer-Encoding: chunked"])
def test_an_informational_response_has_no_body(status: bytes, framing: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="informational response"):
        fed(b"HTTP/1.1 " + status + b"\r\n" + framing + b"\r\n\r\n", b"hello" + SIZED)


def test_an_informational_response_may_say_that_it_has_no_body() -> None:
    _, body = fed(b"HTTP/1.1 104 X\r\nContent-Length: 0\r\n\r\n" + SIZED)
    assert body == b"hello"


@pytest.mark.parametrize(
    "head",
    [
        b"099 X\r\nContent-Length: 5",
        b"000 X\r\nContent-Length: 5",
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
        b"200 O\0K\r\nContent-Length: 5",
    ],
)
def test_framing_that_others_may_read_otherwise_is_refused(head: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="this is not an HTTP response"):
        fed(b"HTTP/1.1 " + head + b"\r\n\r\n", b"hello", b"")


@pytest.mark.parametrize("protocol", [b"RTSP/1.0", b"HTTP/2.0", b"HTTP/0.9", b"ICE/1.0"])
def test_another_protocol_is_refused(protocol: bytes) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="this is not an HTTP response"):
        fed(SIZED.replace(b"HTTP/1.1", protocol))


class Interrupted(ResponseParser):
    def on_header(self, name: bytes, value: bytes) -> None:
        raise KeyboardInterrupt  # as a signal handler may at any line


def test_an_exception_of_a_signal_handler_comes_out_as_it_is() -> None:
    with pytest.raises(KeyboardInterrupt):
        Interrupted().feed(SIZED)
