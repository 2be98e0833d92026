"""Answers by hand that leave something behind, and what is not HTTP at all."""

from __future__ import annotations

from .parts import BODY, CHUNKED, CHUNKS, OK, PLAIN, SIZED, Named


def without_body() -> Named:
    for status in (b"204 No Content", b"304 Not Modified", b"205 Reset Content"):
        code = status[:3].decode()
        head = b"HTTP/1.1 " + status + b"\r\n"
        yield f"no body/{code}", head + b"\r\n"
        yield f"no body/{code} of length 0", head + b"Content-Length: 0\r\n\r\n"
        yield f"no body/{code} of length 5", head + SIZED + b"\r\n"
        yield f"no body/{code} with one of length 5", head + SIZED + b"\r\n" + BODY
        yield f"no body/{code} with an unframed one", head + b"\r\n" + BODY
        yield f"no body/{code} with a closing one", head + b"Connection: close\r\n\r\n" + BODY
        yield f"no body/{code} chunked", head + CHUNKED + b"\r\n" + CHUNKS
        yield f"no body/{code} chunked and none", head + CHUNKED + b"\r\n"
        yield f"no body/{code} and an answer", head + b"\r\n" + PLAIN
        yield f"no body/{code} of invalid length", head + b"Content-Length: x\r\n\r\n"
        yield f"no body/{code} of two lengths", head + SIZED + b"Content-Length: 6\r\n\r\n"
        yield f"no body/{code}, HTTP 1.0", head.replace(b"1.1", b"1.0") + b"\r\n"


EVIL = PLAIN.replace(b"hello", b"EVIL!")

EXTRAS = {
    "a byte": b"x",
    "a NUL": b"\x00",
    "a CR": b"\r",
    "a LF": b"\n",
    "CRLF": b"\r\n",
    "CRLFs": b"\r\n\r\n\r\n",
    "CRLF and an answer": b"\r\n" + EVIL,
    "an answer": EVIL,
    "two answers": EVIL * 2,
    "half an answer": EVIL[:20],
    "an answer but its last byte": EVIL[:-1],
    "an answer's head": EVIL[:-5],
    "an unframed answer": OK + b"\r\nEVIL!",
    "a 100": b"HTTP/1.1 100 Continue\r\n\r\n",
    "half a 100": b"HTTP/1.1 100 Con",
    "a 408": b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "text": b"some text\r\n",
    "chunks": CHUNKS,
    "a request": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "100 KB": b"x" * 100_000,
    "an H": b"H",
}

WHOLE = {
    "a sized one": PLAIN,
    "a chunked one": OK + CHUNKED + b"\r\n" + CHUNKS,
    "a 204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a 304": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "an empty one": OK + b"Content-Length: 0\r\n\r\n",
    "a closing one": OK + b"Connection: close\r\n" + SIZED + b"\r\n" + BODY,
    "an HTTP 1.0 one": PLAIN.replace(b"1.1", b"1.0"),
    "a kept HTTP 1.0 one": (
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + SIZED + b"\r\n" + BODY
    ),
    "a 404": PLAIN.replace(b"200 OK", b"404 Not Found"),
}


def extra() -> Named:
    for after, answer in WHOLE.items():
        for name, extra in EXTRAS.items():
            yield f"after {after}/{name}", answer + extra


def others() -> Named:
    yield "other/nothing", b""
    yield "other/a byte", b"H"
    yield "other/CRLF", b"\r\n"
    yield "other/CRLFs", b"\r\n\r\n"
    yield "other/NULs", b"\x00" * 100
    yield "other/HTML", b"<html><body>hello</body></html>"
    yield "other/JSON", b'{"status": "Healthy"}'
    yield "other/NDJSON", b'{"n": 1}\n{"n": 2}\n'
    yield "other/headers alone", SIZED + b"\r\n" + BODY
    yield "other/a TLS alert", b"\x15\x03\x03\x00\x02\x02\x46"
    yield "other/HTTP 2 settings", b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"
    yield "other/SSH", b"SSH-2.0-OpenSSH_9.6\r\n"
    yield "other/SMTP", b"220 mail.example ESMTP\r\n"
    yield "other/gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    yield "other/an echo", b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n"
    yield "other/random", bytes((n * 37 + 11) % 256 for n in range(300))
    yield "other/endless line", b"x" * 200_000
    yield "other/endless status line", b"HTTP/1.1 200 " + b"x" * 200_000
    yield (
        "other/400 of a TLS port",
        (b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>"),
    )
