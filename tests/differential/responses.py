"""Responses by hand: what servers, proxies and attackers write in place of a plain one.

A name is `topic/what is odd`. The body, where there is one to be read, is `hello`.
"""

from __future__ import annotations

from collections.abc import Iterable

BODY = b"hello"
OK = b"HTTP/1.1 200 OK\r\n"
SIZED = b"Content-Length: 5\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"
CLOSING = b"Connection: close\r\n"
KEPT = b"Connection: keep-alive\r\n"
PLAIN = OK + SIZED + b"\r\n" + BODY
EVIL = PLAIN.replace(b"hello", b"EVIL!")
TO_EVIL = b"4\r\nEVIL\r\n0\r\n\r\n"
RESPONSES: dict[str, bytes] = {"plain": PLAIN}


def named(part: bytes) -> str:
    """A part of a response as text, without what a table in Markdown cannot hold."""
    text = ascii(part.decode("latin-1"))[1:-1].replace("|", "\\x7c").replace("`", "\\x60")
    return text if len(text) <= 90 else f"{text[:30]}... of {len(part)} bytes"


def _add(topic: str, before: bytes, parts: Iterable[bytes], after: bytes = b"") -> None:
    for part in parts:
        RESPONSES[f"{topic}/{named(part)}"] = before + part + after


def _lines(name: bytes, values: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(name + b": " + value + b"\r\n" for value in values)


# --- Status lines ---------------------------------------------------------------------------------

_CODES = (
    b"-1 0 1 20 42 99 099 000 200 201 203 206 207 299 300 304 399 404 426 499 502 599 600 999 1000 "
    b"2000 0200 2OO +200 200.0 0xc8 2_0_0 \xd9\xa2\xd9\xa0\xd9\xa0"
).split()
_VERSIONS = (
    b"HTTP/1.0 HTTP/1.2 HTTP/0.9 HTTP/2.0 HTTP/2 HTTP/1.10 HTTP/01.1 HTTP/1 HTTP/1. HTTP/.1 "
    b"HTTP/1,1 HTTP/-1.1 HTTP/1.1.1 HTTP/1.x HTTP http/1.1 HTTPS/1.1 XHTTP/1.1 ICY RTSP/1.0 "
    b"HTTP\\1.1 \xef\xbb\xbfHTTP/1.1 junkHTTP/1.1 junk\r\nHTTP/1.1 \r\nHTTP/1.1 "
    b"\r\n\r\n\r\nHTTP/1.1 \nHTTP/1.1 \rHTTP/1.1 \x00HTTP/1.1"
).split(b" ")
STATUS_LINES = (
    *(b"HTTP/1.1 " + code + b" Reason" for code in _CODES),
    *(version + b" 200 OK" for version in _VERSIONS),
    b"HTTP/1.1", b"HTTP/1.1 ", b"HTTP/1.1 200", b"HTTP/1.1 200 ", b"HTTP/1.1 200   O K  ",
    b"HTTP/1.1 200\tOK", b"HTTP/1.1 200 O\tK", b"HTTP/1.1 200 \xe4", b"HTTP/1.1 200 O\x00K",
    b"HTTP/1.1 200 O\x01K", b"HTTP/1.1 200 O\x7fK", b"HTTP/1.1 200 O\rK", b"HTTP/1.1 200OK",
    b"HTTP/1.1 200: OK", b"HTTP/1.1 200 " + b"O" * 50_000, b"HTTP/1.1 200 " + b"O" * 200_000,
    b"HTTP/1.1\t200 OK", b"HTTP/1.1  200 OK", b"HTTP /1.1 200 OK", b"HTTP/ 1.1 200 OK",
    b" HTTP/1.1 200 OK", b"GET / HTTP/1.1", b"HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK",
    b"HTTP/1.1\x0b200 OK", b"HTTP/1.1 200\x0cOK",
)  # fmt: skip
_add("status", b"", STATUS_LINES, b"\r\n" + SIZED + b"\r\n" + BODY)

_LENGTH_OF_PLAIN = b"Content-Length: %d\r\n\r\n" % len(PLAIN)
_HEADS = (
    b"\r\n", b"Link: x\r\n\r\n", b"Content-Length: 0\r\n\r\n", CLOSING + b"\r\n",
    b"Content-Length: 4\r\n\r\nEVIL", CHUNKED + b"\r\n" + TO_EVIL, CHUNKED + b"\r\n",
    _LENGTH_OF_PLAIN + EVIL, b"Connection: upgrade\r\nUpgrade: x\r\n\r\n",
)  # fmt: skip
INFORMATIONAL = {
    code: [b"HTTP/1.1 " + code + b" Wait\r\n" + head for head in _HEADS]
    for code in (b"100", b"101", b"103", b"199", b"042")
}
for _code, _heads in INFORMATIONAL.items():
    _add("informational", b"", _heads, PLAIN)
    RESPONSES[f"informational/{_code.decode()} and the end"] = _heads[0]
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
RESPONSES |= {
    "informational/in HTTP 1.0": b"HTTP/1.0 100 Wait\r\n\r\n" + PLAIN,
    "informational/before HTTP 1.0": _CONTINUE + PLAIN.replace(b"1.1", b"1.0"),
    "informational/300 times": _CONTINUE * 300 + PLAIN,
    "informational/bare LF": b"HTTP/1.1 100 Continue\n\n" + PLAIN,
    "informational/invalid header": b"HTTP/1.1 100 Go\r\nno colon\r\n\r\n" + PLAIN,
    "informational/and text": _CONTINUE + b"text" + PLAIN,
    "informational/and a 204": _CONTINUE + b"HTTP/1.1 204 No Content\r\n\r\n",
}

# --- Headers --------------------------------------------------------------------------------------

HEADERS = (
    b"X : y\r\n", b"X\t: y\r\n", b"X:y\r\n", b"X:   y   \r\n", b"X:\ty\t\r\n", b"X:\r\n",
    b"X:   \r\n", b"X\r\n", b"X y\r\n", b": y\r\n", b":\r\n", b"X:: y\r\n", b"X Y: z\r\n",
    b" X: y\r\n", b"\tX: y\r\n", b" \r\n", b"X: y\r\n z\r\n", b"X: y\r\n\tz\r\n",
    b"X: y\r\n \r\n", b"X:\r\n y\r\n", b"X\r\n : y\r\n", b"X: y\n z\r\n",
    b"X: y\r\n Content-Length: 3\r\n", b"X: y\n", b"X: y\nZ: w\r\n", b"X: y\rZ: w\r\n",
    b"X: y\r\r\n", b"X: y\n\r", b"X: y\rz\r\n", b"X\rY: z\r\n", b"X: y\x00z\r\n", b"X\x00Y: z\r\n",
    b"X: y\x01z\r\n", b"X: y\x0bz\r\n", b"X: \x0cy\x0c\r\n", b"X: y\x7fz\r\n", b"X: \xe4\r\n",
    b"X: \xa0y\xa0\r\n", b"X: y\x85z\r\n", b"X\x01: y\r\n", b"X\x7f: y\r\n", b"\xe4: y\r\n",
    b"X(1): y\r\n", b'"X": y\r\n', b"X@Y: z\r\n", b"!#$%&'*+-.^_`|~0aA: y\r\n", b"123: y\r\n",
    b"X: y\r\nx: z\r\n", b"HTTP/1.1 404 Not Found\r\n", b"X: y\r\n" * 99, b"X: y\r\n" * 3000,
    b"X: y\r\n" * 20_000, b"X: " + b"y" * 60_000 + b"\r\n", b"X: " + b"y" * 200_000 + b"\r\n",
    b"x" * 60_000 + b": y\r\n", b"x" * 200_000 + b": y\r\n", b"X: y\r\n" + b" z\r\n" * 3000,
    b"Connection: upgrade\r\nUpgrade: websocket\r\n", b"Upgrade: h2c\r\n", b"Trailer: X\r\n",
)  # fmt: skip
_SIZED_BODY = SIZED + b"\r\n" + BODY
_add("header", OK, HEADERS, _SIZED_BODY)
_add("last header", OK + SIZED, (line for line in HEADERS if len(line) < 100), b"\r\n" + BODY)
_OLD = b"HTTP/1.0 200 OK\r\n"
CONNECTIONS = _lines(
    b"Connection",
    (
        b"close",
        b"Close",
        b"keep-alive",
        b"keep-alive, close",
        b",close",
        b"closed",
        b"",
        b"\r\n close",
    ),
)
for _version in (OK, _OLD):
    _number = _version[5:8].decode()
    _lines_and_others = (*CONNECTIONS, CLOSING + KEPT, b"Connection : close\r\n")
    _add(f"connection/{_number}", _version, _lines_and_others, _SIZED_BODY)
    _add(f"unframed/{_number}", _version, (b"", KEPT, CLOSING), b"\r\n" + BODY)
    _add(f"unframed and empty/{_number}", _version, (b"",), b"\r\n")
_ENDS = {
    b"\r\n": (b"\n", b"\r", b"\r\r\n", b"\n\r"),
    b"OK\r\n": (b"OK\n",),
    b": 5\r\n": (b": 5\n",),
    b"\r\n\r\n": (b"\n\n", b"\r\n\n", b"\n\r\n", b"\r\r", b"\r\n\r", b"\r\n \r\n"),
}
RESPONSES |= {
    f"ends/{named(usual)} is/{named(other)}": PLAIN.replace(usual, other)
    for usual, others in _ENDS.items()
    for other in others
}
RESPONSES |= {
    "ends/unframed with LF": b"HTTP/1.1 200 OK\n\nhello",
    "ends/chunked with LF": (OK + CHUNKED + b"\r\n").replace(b"\r\n", b"\n") + CHUNKS,
    "ends/no head's end": OK + SIZED,
    "ends/no line's end": b"HTTP/1.1 200 OK",
    "ends/only CRLF after the status": OK,
}

# --- Framing --------------------------------------------------------------------------------------

LENGTHS = (
    *_lines(b"Content-Length", (
        b"05", b"0" * 24 + b"5", b"+5", b"-5", b"5.0", b"0x5", b"5_", b"5 6", b"5,5", b"5, 5",
        b"5,6", b",5", b"5;x", b'"5"', b"", b"five", b"4", b"6", b"0", b"9223372036854775808",
        b"18446744073709551616", b"18446744073709551621", b"9" * 5000, b"5\x00", b"\x005", b"\t5\t",
        b"5\x0b", b"\xa05", b"\xd9\xa5", b"5\r", b"5\r0", b"\r\n 5", b"5\r\n ", b"5\r\n 6", b"-0",
    )),
    b"Content-Length : 5\r\n", b"Content-Length : 10\r\n", b"Content-Length\t: 5\r\n",
    b"Content -Length: 5\r\n", b" Content-Length: 5\r\n", b"Content_Length: 3\r\n",
    b"X: y\r\n Content-Length: 3\r\n" + SIZED, b"content-length: 5\r\n", b"Content-Lenght: 3\r\n",
    b"Content-Length\x00: 3\r\n", SIZED * 2, SIZED + b"content-length: 5\r\n",
    SIZED + b"Content-Length: 05\r\n", SIZED + b"Content-Length: 6\r\n",
    b"Content-Length: 6\r\n" + SIZED, SIZED + b"Content-Length:\r\n",
    b"Content-Length:\r\n" + SIZED, SIZED + b"Content-Length : 3\r\n",
    b"X: y\nContent-Length: 3\r\n" + SIZED, b"X: y\rContent-Length: 3\r\n" + SIZED,
)  # fmt: skip
_add("length", OK, LENGTHS, b"\r\n" + BODY)

ENCODINGS = (
    *_lines(b"Transfer-Encoding", (
        b"chunked", b"CHUNKED", b"  chunked  ", b"\tchunked\t", b"chunked,", b",chunked",
        b"chunked, chunked", b"gzip, chunked", b"chunked, gzip", b"identity", b"identity, chunked",
        b"xchunked", b"chunkedx", b"chunked;q=1", b'"chunked"', b"", b"cow", b"chunked\x00",
        b"\x0bchunked", b"chunked\x0b", b"\r\n chunked", b"gzip,\r\n chunked", b"chun\r\n ked",
        b"\xa0chunked", b"chun\xe2\x84\xaaed", b"\rchunked",
    )),
    b"Transfer-Encoding : chunked\r\n", b"Transfer-Encoding\t: chunked\r\n",
    b" Transfer-Encoding: chunked\r\n", b"X: y\r\n Transfer-Encoding: chunked\r\n",
    b"Transfer_Encoding: chunked\r\n", CHUNKED * 2, b"Transfer-Encoding: gzip\r\n" + CHUNKED,
    CHUNKED + b"Transfer-Encoding: identity\r\n", CHUNKED + b"Transfer-Encoding:\r\n",
    SIZED + CHUNKED, CHUNKED + SIZED, CHUNKED + b"Content-Length: 0\r\n", CHUNKED + CLOSING,
    SIZED + b"Transfer-Encoding : chunked\r\n", CHUNKED + b"Content-Length : 3\r\n",
    b"Transfer-Encoding: identity\r\n" + SIZED, b"Transfer-Encoding\x00: chunked\r\n",
    b"X: y\nTransfer-Encoding: chunked\r\n", b"X: y\rTransfer-Encoding: chunked\r\n",
)  # fmt: skip
_add("encoding", OK, ENCODINGS, b"\r\n" + CHUNKS)
_add("encoding/1.0", _OLD, (CHUNKED, CHUNKED + SIZED, CHUNKED + KEPT), b"\r\n" + CHUNKS)

_IN_CHUNKS = OK + CHUNKED + b"\r\n"
SIZES = (
    b"05", b"0" * 15 + b"5", b"0" * 1000 + b"5", b"0x5", b"+5", b"-5", b" 5", b"5 ", b"5\t",
    b"5;name", b"5;name=value", b'5;name="a;b"', b'5;name="\\""', b'5;name="', b"5 ;name",
    b"5; name", b"5;", b"5;a\x00", b"5;a\rb", b"5;a\nb", b"5;\x01", b"5;\xe4", b"5,", b"5 x", b"g",
    b"5g", b"", b";x", b"5.0", b"4", b"6", b"8" + b"0" * 15, b"1" + b"0" * 15 + b"5", b"f" * 16,
    b"f" * 400, b"5\x00", b"\x005", b"\xd9\xa5", b"5\x0b", b"5;" + b"x" * 200_000, b"5\r", b"-0",
)  # fmt: skip
_add("chunk", _IN_CHUNKS, SIZES, b"\r\nhello\r\n0\r\n\r\n")
CHUNKED_BODIES = (
    b"A\r\nhellohello\r\n0\r\n\r\n", b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", b"0\r\n\r\n", b"",
    b"5\nhello\r\n0\r\n\r\n", b"5\rhello\r\n0\r\n\r\n", b"5\r\nhello\n0\r\n\r\n",
    b"5\r\nhello\r0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"5\r\nhelloxx0\r\n\r\n",
    b"5\r\nhello\r\n\r\n0\r\n\r\n", b"5\nhello\n0\n\n", b"5\r\nhello\r\n00\r\n\r\n",
    b"5\r\nhello\r\n0000000000000000000\r\n\r\n", b"5\r\nhello\r\n0;x=y\r\n\r\n",
    b"5\r\nhello\r\n0 \r\n\r\n", b"5\r\nhello\r\n\r\n\r\n", b"5\r\nhello\r\n0\n\n",
    b"5\r\nhello\r\n0\r\n\n", b"5\r\nhello\r\n0\r\n\r", b"5\r\nhello\r\n", b"5\r\nhello\r\n0\r\n",
    BODY, b"%x\r\n" % len(PLAIN) + PLAIN + b"\r\n0\r\n\r\n", CHUNKS * 2,
)  # fmt: skip
_add("chunks", _IN_CHUNKS, CHUNKED_BODIES)
TRAILERS = (
    b"X: y\r\n", b"X: y\r\nZ: w\r\n", b"Content-Length: 3\r\n", b"Transfer-Encoding: gzip\r\n",
    b"HTTP/1.1 200 OK\r\n", CLOSING, b"trailer\r\n", b"X : y\r\n", b"X: y\r\n z\r\n",
    b" X: y\r\n", b"X: \x00\r\n", b"X: y\n", b"X: y\rz\r\n", b"X: " + b"y" * 90_000 + b"\r\n",
    b"X: " + b"y" * 200_000 + b"\r\n",
)  # fmt: skip
_add("trailer", _IN_CHUNKS + CHUNKS[:-2], TRAILERS, b"\r\n")

# --- What is left behind --------------------------------------------------------------------------

_AFTER_HEAD = (
    b"\r\n", b"Content-Length: 0\r\n\r\n", SIZED + b"\r\n", SIZED + b"\r\n" + BODY,
    b"\r\n" + BODY, CLOSING + b"\r\n" + BODY, CHUNKED + b"\r\n" + CHUNKS, CHUNKED + b"\r\n",
    b"\r\n" + PLAIN, b"Content-Length: x\r\n\r\n",
)  # fmt: skip
for _status in (b"204 No Content", b"304 Not Modified", b"205 Reset Content"):
    _add(f"no body/{_status[:3].decode()}", b"HTTP/1.1 " + _status + b"\r\n", _AFTER_HEAD)
EXTRAS = (
    b"x", b"\x00", b"\r", b"\n", b"\r\n", b"\r\n\r\n\r\n", b"\r\n" + EVIL, EVIL, EVIL * 2,
    EVIL[:20], EVIL[:-1], EVIL[:-5], OK + b"\r\nEVIL!", _CONTINUE, _CONTINUE[:16], CHUNKS, b"H",
    b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"x" * 100_000,
)  # fmt: skip
WHOLE = {
    "a sized one": PLAIN,
    "a chunked one": _IN_CHUNKS + CHUNKS,
    "a 204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a closing one": OK + CLOSING + SIZED + b"\r\n" + BODY,
    "an HTTP 1.0 one": _OLD + SIZED + b"\r\n" + BODY,
    "a kept HTTP 1.0 one": _OLD + KEPT + SIZED + b"\r\n" + BODY,
}
for _name, _whole in WHOLE.items():
    _add(f"after {_name}", _whole, EXTRAS)
_OTHERS = (
    b"", b"H", b"\r\n", b"\x00" * 100, b"<html><body>hello</body></html>", b'{"n": 1}\n{"n": 2}\n',
    SIZED + b"\r\n" + BODY, b"\x15\x03\x03\x00\x02\x02\x46", b"SSH-2.0-OpenSSH_9.6\r\n",
    b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64", b"x" * 200_000,
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>",
)  # fmt: skip
_add("other", b"", _OTHERS)
