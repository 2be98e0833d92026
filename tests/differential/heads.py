"""Heads by hand: status lines, informational answers, headers, and how lines end."""

from __future__ import annotations

from .parts import BODY, CHUNKED, CHUNKS, OK, PLAIN, SIZED, Named

REASONS = {
    "none": b"",
    "none after a space": b" ",
    "two spaces": b"  ",
    "spaces around": b"  O K  ",
    "tab before": b"\tOK",
    "tab within": b" O\tK",
    "latin-1": b" \xe4\xf6\xfc",
    "utf-8": " ✓".encode(),
    "NUL": b" O\x00K",
    "control": b" O\x01K",
    "escape": b" \x1b[31mOK",
    "DEL": b" O\x7fK",
    "bare CR": b" O\rK",
    "header-like": b" OK Content-Length: 3",
    "50 KB": b" " + b"O" * 50_000,
    "200 KB": b" " + b"O" * 200_000,
    "glued": b"OK",
    "colon": b": OK",
}

STATUS_LINES = {
    "tab after version": b"HTTP/1.1\t200 OK",
    "two spaces after version": b"HTTP/1.1  200 OK",
    "space in version": b"HTTP /1.1 200 OK",
    "space after slash": b"HTTP/ 1.1 200 OK",
    "leading space": b" HTTP/1.1 200 OK",
    "leading CRLF": b"\r\nHTTP/1.1 200 OK",
    "leading CRLFs": b"\r\n\r\n\r\nHTTP/1.1 200 OK",
    "leading LF": b"\nHTTP/1.1 200 OK",
    "leading CR": b"\rHTTP/1.1 200 OK",
    "leading NUL": b"\x00HTTP/1.1 200 OK",
    "leading BOM": b"\xef\xbb\xbfHTTP/1.1 200 OK",
    "leading text": b"junk\r\nHTTP/1.1 200 OK",
    "leading glued text": b"junkHTTP/1.1 200 OK",
    "a request": b"GET / HTTP/1.1",
    "twice": b"HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK",
    "vertical tab": b"HTTP/1.1\x0b200 OK",
    "form feed": b"HTTP/1.1 200\x0cOK",
}

HEADER_LINES = {
    "space before colon": b"X : y\r\n",
    "tab before colon": b"X\t: y\r\n",
    "spaces before colon": b"X   : y\r\n",
    "no space": b"X:y\r\n",
    "many spaces": b"X:      y      \r\n",
    "tabs": b"X:\ty\t\r\n",
    "empty value": b"X:\r\n",
    "blank value": b"X:    \r\n",
    "no colon": b"X\r\n",
    "no colon with space": b"X y\r\n",
    "no name": b": y\r\n",
    "only colon": b":\r\n",
    "two colons": b"X:: y\r\n",
    "colon in value": b"X: y: z\r\n",
    "space in name": b"X Y: z\r\n",
    "leading space": b" X: y\r\n",
    "leading tab": b"\tX: y\r\n",
    "only a space": b" \r\n",
    "fold": b"X: y\r\n z\r\n",
    "fold with tab": b"X: y\r\n\tz\r\n",
    "folds": b"X: y\r\n z\r\n   w\r\n",
    "fold of nothing": b"X: y\r\n \r\n",
    "fold on empty": b"X:\r\n y\r\n",
    "fold in name": b"X\r\n : y\r\n",
    "fold with LF": b"X: y\n z\r\n",
    "fold like a header": b"X: y\r\n Content-Length: 3\r\n",
    "LF": b"X: y\n",
    "LF before another": b"X: y\nZ: w\r\n",
    "CR before another": b"X: y\rZ: w\r\n",
    "CRCRLF": b"X: y\r\r\n",
    "LFCR": b"X: y\n\r",
    "CR in value": b"X: y\rz\r\n",
    "CR in name": b"X\rY: z\r\n",
    "NUL in value": b"X: y\x00z\r\n",
    "NUL alone": b"X: \x00\r\n",
    "NUL in name": b"X\x00Y: z\r\n",
    "control in value": b"X: y\x01z\r\n",
    "escape in value": b"X: \x1b[31m\r\n",
    "vertical tab in value": b"X: y\x0bz\r\n",
    "form feed in value": b"X: y\x0cz\r\n",
    "form feed around value": b"X: \x0cy\x0c\r\n",
    "DEL in value": b"X: y\x7fz\r\n",
    "latin-1 in value": b"X: \xe4\r\n",
    "nbsp around value": b"X: \xa0y\xa0\r\n",
    "NEL in value": b"X: y\x85z\r\n",
    "utf-8 in value": "X: ✓\r\n".encode(),
    "control in name": b"X\x01: y\r\n",
    "DEL in name": b"X\x7f: y\r\n",
    "latin-1 in name": b"\xe4: y\r\n",
    "utf-8 in name": "✓: y\r\n".encode(),
    "paren in name": b"X(1): y\r\n",
    "quote in name": b'"X": y\r\n',
    "slash in name": b"X/Y: z\r\n",
    "at in name": b"X@Y: z\r\n",
    "brace in name": b"{X}: z\r\n",
    "equals in name": b"X=Y: z\r\n",
    "all of a token": b"!#$%&'*+-.^_`|~0aA: y\r\n",
    "digits": b"123: y\r\n",
    "twice": b"X: y\r\nX: z\r\n",
    "twice in two cases": b"X: y\r\nx: z\r\n",
    "cookies": b"Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n",
    "status line": b"HTTP/1.1 404 Not Found\r\n",
    "50": b"".join(b"X-%d: y\r\n" % n for n in range(50)),
    "99": b"".join(b"X-%d: y\r\n" % n for n in range(99)),
    "150": b"".join(b"X-%d: y\r\n" % n for n in range(150)),
    "3000": b"".join(b"X-%d: y\r\n" % n for n in range(3000)),
    "20000": b"".join(b"X-%d: y\r\n" % n for n in range(20_000)),
    "60 KB value": b"X: " + b"y" * 60_000 + b"\r\n",
    "90 KB value": b"X: " + b"y" * 90_000 + b"\r\n",
    "200 KB value": b"X: " + b"y" * 200_000 + b"\r\n",
    "60 KB name": b"x" * 60_000 + b": y\r\n",
    "200 KB name": b"x" * 200_000 + b": y\r\n",
    "3000 folds": b"X: y\r\n" + b" z\r\n" * 3000,
    "gzip announced": b"X-Encoding: gzip\r\n",
    "upgrade": b"Connection: upgrade\r\nUpgrade: websocket\r\n",
    "upgrade without connection": b"Upgrade: h2c\r\n",
    "trailer announced": b"Trailer: X\r\n",
    "proxy connection": b"Proxy-Connection: close\r\n",
}

CONNECTIONS = {
    "close": b"close", "Close": b"Close", "keep-alive": b"keep-alive",
    "close, keep-alive": b"close, keep-alive", "keep-alive, close": b"keep-alive, close",
    "close after comma": b",close", "closed": b"closed", "empty": b"", "unknown": b"x",
    "te": b"te", "content-length": b"content-length", "folded": b"\r\n close",
}  # fmt: skip


def status_lines() -> Named:
    rest = b"\r\n" + SIZED + b"\r\n" + BODY
    codes = (
        "-1 0 1 20 42 99 099 000 200 201 202 203 206 207 226 299 300 301 302 305 307 399 400 401"
    )
    codes += " 404 407 417 418 426 431 451 499 500 502 503 511 599 600 700 999 1000 2000 0200 00200"
    codes += " 2OO +200 200.0 2e2 0xc8 two"
    for code in codes.split():
        yield f"status/{code}", b"HTTP/1.1 %s Reason" % code.encode() + rest
    yield "status/missing", b"HTTP/1.1" + rest
    yield "status/missing after a space", b"HTTP/1.1 " + rest
    yield "status/arabic digits", "HTTP/1.1 ٢٠٠ OK".encode() + rest
    yield "status/negative zero", b"HTTP/1.1 -0 OK" + rest
    yield "status/underscored", b"HTTP/1.1 2_0_0 OK" + rest
    for name, reason in REASONS.items():
        yield f"reason/{name}", b"HTTP/1.1 200" + reason + rest
    versions = "HTTP/1.0 HTTP/1.2 HTTP/1.9 HTTP/0.9 HTTP/2.0 HTTP/2 HTTP/3 HTTP/1.10 HTTP/01.1"
    versions += " HTTP/1 HTTP/1. HTTP/.1 HTTP/1,1 HTTP/11 HTTP/-1.1 HTTP/1.1.1 HTTP/1.x HTTP/ HTTP"
    versions += " http/1.1 Http/1.1 HTTPS/1.1 XHTTP/1.1 ICY RTSP/1.0 SIP/2.0 HTTP\\1.1"
    for version in versions.split():
        yield f"version/{version}", version.encode() + b" 200 OK" + rest
    for name, line in STATUS_LINES.items():
        yield f"line/{name}", line + rest


def informational() -> Named:
    for code in (100, 101, 102, 103, 104, 110, 150, 199):
        head = b"HTTP/1.1 %d Wait\r\n" % code
        yield f"informational/{code}", head + b"\r\n" + PLAIN
        yield f"informational/{code} with a header", head + b"Link: x\r\n\r\n" + PLAIN
        yield f"informational/{code} of length 0", head + b"Content-Length: 0\r\n\r\n" + PLAIN
        yield f"informational/{code} of length 4", head + b"Content-Length: 4\r\n\r\nEVIL" + PLAIN
        yield (
            f"informational/{code} chunked",
            head + CHUNKED + b"\r\n4\r\nEVIL\r\n0\r\n\r\n" + PLAIN,
        )
        yield f"informational/{code} chunked without a body", head + CHUNKED + b"\r\n" + PLAIN
        yield (
            f"informational/{code} whose length is an answer",
            (
                head
                + b"Content-Length: %d\r\n\r\n" % len(PLAIN)
                + PLAIN
                + PLAIN.replace(b"hel", b"EVI")
            ),
        )
        yield f"informational/{code} closing", head + b"Connection: close\r\n\r\n" + PLAIN
        yield (
            f"informational/{code} upgrading",
            (head + b"Connection: upgrade\r\nUpgrade: x\r\n\r\n" + PLAIN),
        )
        yield f"informational/{code} and nothing", head + b"\r\n"
        yield f"informational/{code} twice", (head + b"\r\n") * 2 + PLAIN
    yield "informational/100 as HTTP 1.0", b"HTTP/1.0 100 Wait\r\n\r\n" + PLAIN
    yield (
        "informational/100 and then HTTP 1.0",
        (b"HTTP/1.1 100 Wait\r\n\r\n" + PLAIN.replace(b"1.1", b"1.0")),
    )
    yield (
        "informational/all kinds",
        b"".join(b"HTTP/1.1 %d Wait\r\n\r\n" % code for code in (100, 102, 103)) + PLAIN,
    )
    yield "informational/100 for 300 times", b"HTTP/1.1 100 Continue\r\n\r\n" * 300 + PLAIN
    yield "informational/103 for 300 times", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 300 + PLAIN
    yield "informational/100 with bare LF", b"HTTP/1.1 100 Continue\n\n" + PLAIN
    yield "informational/100 with an invalid header", b"HTTP/1.1 100 Go\r\nno colon\r\n\r\n" + PLAIN
    yield "informational/100 and text", b"HTTP/1.1 100 Continue\r\n\r\ntext" + PLAIN
    yield "informational/100 and a 204", b"HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
    for code in (1, 42, 99):
        head = b"HTTP/1.1 0%02d Odd\r\n" % code
        yield f"below 100/{code} of length 4", head + b"Content-Length: 4\r\n\r\nEVIL" + PLAIN
        yield f"below 100/{code} and an answer", head + b"\r\n" + PLAIN
        yield f"below 100/{code} chunked", head + CHUNKED + b"\r\n4\r\nEVIL\r\n0\r\n\r\n" + PLAIN


def headers() -> Named:
    for name, line in HEADER_LINES.items():
        yield f"header/{name}", OK + line + SIZED + b"\r\n" + BODY
        if len(line) < 100:
            yield f"header last/{name}", OK + SIZED + line + b"\r\n" + BODY


def connections() -> Named:
    for name, value in CONNECTIONS.items():
        line = b"Connection: " + value + b"\r\n"
        yield f"connection/{name}", OK + line + SIZED + b"\r\n" + BODY
        yield (
            f"connection/{name}, HTTP 1.0",
            (b"HTTP/1.0 200 OK\r\n" + line + SIZED + b"\r\n" + BODY),
        )
    yield (
        "connection/close and keep-alive",
        (OK + b"Connection: close\r\nConnection: keep-alive\r\n" + SIZED + b"\r\n" + BODY),
    )
    yield "connection/space before colon", OK + b"Connection : close\r\n" + SIZED + b"\r\n" + BODY
    yield "connection/unframed HTTP 1.0", b"HTTP/1.0 200 OK\r\n\r\n" + BODY
    yield (
        "connection/unframed HTTP 1.0 kept",
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n" + BODY),
    )
    yield "connection/unframed", OK + b"\r\n" + BODY
    yield "connection/unframed and empty", OK + b"\r\n"


def line_ends() -> Named:
    yield "ends/all LF", PLAIN.replace(b"\r\n", b"\n")
    yield "ends/all CR", PLAIN.replace(b"\r\n", b"\r")
    yield "ends/all CRCRLF", PLAIN.replace(b"\r\n", b"\r\r\n")
    yield "ends/all LFCR", PLAIN.replace(b"\r\n", b"\n\r")
    yield "ends/LF after the status", PLAIN.replace(b"OK\r\n", b"OK\n")
    yield "ends/LF after a header", PLAIN.replace(b": 5\r\n", b": 5\n")
    yield "ends/head with LFLF", PLAIN.replace(b"\r\n\r\n", b"\n\n")
    yield "ends/head with CRLFLF", PLAIN.replace(b"\r\n\r\n", b"\r\n\n")
    yield "ends/head with LFCRLF", PLAIN.replace(b"\r\n\r\n", b"\n\r\n")
    yield "ends/head with CRCR", PLAIN.replace(b"\r\n\r\n", b"\r\r")
    yield "ends/head with CRLFCR", PLAIN.replace(b"\r\n\r\n", b"\r\n\r")
    yield "ends/head with CRLF CRLF", PLAIN.replace(b"\r\n\r\n", b"\r\n \r\n")
    yield "ends/unframed with LF", b"HTTP/1.1 200 OK\n\nhello"
    yield "ends/chunked with LF", (OK + CHUNKED + b"\r\n").replace(b"\r\n", b"\n") + CHUNKS
    yield "ends/no head's end", OK + SIZED
    yield "ends/no line's end", b"HTTP/1.1 200 OK"
    yield "ends/only CRLF after the status", OK
