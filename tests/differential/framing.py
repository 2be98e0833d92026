"""Framing by hand: lengths, transfer encodings, chunks and trailers."""

from __future__ import annotations

from .parts import BODY, CHUNKED, CHUNKS, OK, PLAIN, SIZED, Named

LENGTHS = {
    "05": b"05", "0000000000000000000000005": b"0" * 24 + b"5", "+5": b"+5", "-5": b"-5",
    "5.0": b"5.0", "5e0": b"5e0", "0x5": b"0x5", "5_": b"5_", "0_5": b"0_5", "5 6": b"5 6",
    "5,5": b"5,5", "5, 5": b"5, 5", "5,6": b"5,6", "5,": b"5,", ",5": b",5", "5;x": b"5;x",
    "quoted": b'"5"', "empty": b"", "text": b"five", "4": b"4", "6": b"6", "0": b"0",
    "00": b"00", "2^31": b"2147483648", "2^63": b"9223372036854775808",
    "2^64": b"18446744073709551616", "2^64 + 5": b"18446744073709551621", "400 nines": b"9" * 400,
    "5000 nines": b"9" * 5000, "NUL after": b"5\x00", "NUL before": b"\x005", "NUL": b"\x00",
    "tab around": b"\t5\t", "spaces around": b"   5   ", "vertical tab": b"5\x0b",
    "form feed": b"\x0c5", "nbsp": b"\xa05", "arabic": b"\xd9\xa5", "bare CR": b"5\r",
    "bare CR and digit": b"5\r0", "folded": b"\r\n 5", "folded after": b"5\r\n ",
    "folded in two": b"5\r\n 6", "folded with tab": b"\r\n\t5", "minus zero": b"-0",
}  # fmt: skip

LENGTH_LINES = {
    "no space": b"Content-Length:5\r\n",
    "space before colon": b"Content-Length : 5\r\n",
    "tab before colon": b"Content-Length\t: 5\r\n",
    "spaces before colon": b"Content-Length   : 5\r\n",
    "space before colon, too long": b"Content-Length : 10\r\n",
    "space within": b"Content -Length: 5\r\n",
    "leading space": b" Content-Length: 5\r\n",
    "after a leading space": b"X: y\r\n Content-Length: 3\r\nContent-Length: 5\r\n",
    "underscore": b"Content_Length: 3\r\n",
    "lower case": b"content-length: 5\r\n",
    "upper case": b"CONTENT-LENGTH: 5\r\n",
    "misspelt": b"Content-Lenght: 3\r\n",
    "prefixed": b"X-Content-Length: 3\r\n",
    "NUL in name": b"Content-Length\x00: 3\r\n",
    "control in name": b"Content-Length\x0b: 3\r\n",
    "twice": SIZED * 2,
    "thrice": SIZED * 3,
    "twice in two cases": b"Content-Length: 5\r\ncontent-length: 5\r\n",
    "twice, as numbers": b"Content-Length: 5\r\nContent-Length: 05\r\n",
    "5 and 6": b"Content-Length: 5\r\nContent-Length: 6\r\n",
    "6 and 5": b"Content-Length: 6\r\nContent-Length: 5\r\n",
    "5 and empty": b"Content-Length: 5\r\nContent-Length:\r\n",
    "empty and 5": b"Content-Length:\r\nContent-Length: 5\r\n",
    "5 and 3 with a space": b"Content-Length: 5\r\nContent-Length : 3\r\n",
    "none": b"",
    "none and closing": b"Connection: close\r\n",
    "none and keep-alive": b"Connection: keep-alive\r\n",
    "5 and closing": SIZED + b"Connection: close\r\n",
    "LF before another": b"X: y\nContent-Length: 3\r\nContent-Length: 5\r\n",
    "CR before another": b"X: y\rContent-Length: 3\r\nContent-Length: 5\r\n",
}

ENCODINGS = {
    "Chunked": b"Chunked", "CHUNKED": b"CHUNKED", "spaces around": b"  chunked  ",
    "tabs around": b"\tchunked\t", "comma after": b"chunked,", "comma before": b",chunked",
    "chunked, chunked": b"chunked, chunked", "gzip, chunked": b"gzip, chunked",
    "chunked, gzip": b"chunked, gzip", "identity": b"identity", "gzip": b"gzip",
    "identity, chunked": b"identity, chunked", "chunked, identity": b"chunked, identity",
    "xchunked": b"xchunked", "chunkedx": b"chunkedx", "chunked;q=1": b"chunked;q=1",
    "chunked x": b"chunked x", "quoted": b'"chunked"', "empty": b"", "unknown": b"cow",
    "NUL": b"chunked\x00", "vertical tab before": b"\x0bchunked",
    "vertical tab after": b"chunked\x0b", "folded": b"\r\n chunked",
    "folded comma": b"gzip,\r\n chunked", "folded in two": b"chun\r\n ked",
    "nbsp": b"\xa0chunked", "long s": "chunked".replace("k", "\u212a").encode(),
    "bare CR": b"\rchunked", "chunke": b"chunke", "trailers": b"trailers",
}  # fmt: skip

ENCODING_LINES = {
    "plain": CHUNKED,
    "no space": b"Transfer-Encoding:chunked\r\n",
    "space before colon": b"Transfer-Encoding : chunked\r\n",
    "tab before colon": b"Transfer-Encoding\t: chunked\r\n",
    "leading space": b" Transfer-Encoding: chunked\r\n",
    "folded into another": b"X: y\r\n Transfer-Encoding: chunked\r\n",
    "underscore": b"Transfer_Encoding: chunked\r\n",
    "upper case": b"TRANSFER-ENCODING: chunked\r\n",
    "twice": CHUNKED * 2,
    "gzip and chunked": b"Transfer-Encoding: gzip\r\n" + CHUNKED,
    "chunked and gzip": CHUNKED + b"Transfer-Encoding: gzip\r\n",
    "identity and chunked": b"Transfer-Encoding: identity\r\n" + CHUNKED,
    "chunked and identity": CHUNKED + b"Transfer-Encoding: identity\r\n",
    "chunked and empty": CHUNKED + b"Transfer-Encoding:\r\n",
    "after a length": SIZED + CHUNKED,
    "before a length": CHUNKED + SIZED,
    "with the length of all": b"Content-Length: %d\r\n" % len(CHUNKS) + CHUNKED,
    "with length 0": CHUNKED + b"Content-Length: 0\r\n",
    "spaced, with a length": b"Content-Length: 5\r\nTransfer-Encoding : chunked\r\n",
    "with a spaced length": CHUNKED + b"Content-Length : 3\r\n",
    "identity with a length": b"Transfer-Encoding: identity\r\n" + SIZED,
    "gzip with a length": b"Transfer-Encoding: gzip\r\n" + SIZED,
    "and closing": CHUNKED + b"Connection: close\r\n",
    "NUL in name": b"Transfer-Encoding\x00: chunked\r\n",
    "LF before it": b"X: y\nTransfer-Encoding: chunked\r\n",
    "CR before it": b"X: y\rTransfer-Encoding: chunked\r\n",
}

SIZES = {
    "05": b"05", "zeros": b"0" * 15 + b"5", "15 zeros more": b"0" * 30 + b"5",
    "1000 zeros": b"0" * 1000 + b"5", "0x5": b"0x5", "+5": b"+5", "-5": b"-5",
    "space before": b" 5", "space after": b"5 ", "spaces after": b"5   ", "tab after": b"5\t",
    "extension": b"5;name", "extension with value": b"5;name=value",
    "quoted extension": b'5;name="a;b"', "quoted escapes": b'5;name="\\""',
    "unclosed quote": b'5;name="', "space and extension": b"5 ;name",
    "extension after space": b"5; name", "spaces about value": b"5;name = value",
    "two extensions": b"5;a;b=c", "empty extension": b"5;", "extension with NUL": b"5;a\x00",
    "extension with CR": b"5;a\rb", "extension with LF": b"5;a\nb",
    "extension with control": b"5;\x01", "extension latin-1": b"5;\xe4", "comma": b"5,",
    "text after": b"5 x", "not hex": b"g", "5g": b"5g", "empty": b"", "only extension": b";x",
    "5.0": b"5.0", "underscore": b"0_5", "4": b"4", "6": b"6", "2^63": b"8" + b"0" * 15,
    "2^64": b"1" + b"0" * 16, "2^64 + 5": b"1" + b"0" * 15 + b"5", "16 f": b"f" * 16,
    "400 f": b"f" * 400, "NUL after": b"5\x00", "NUL before": b"\x005", "arabic": b"\xd9\xa5",
    "vertical tab": b"5\x0b", "extension of 50 KB": b"5;" + b"x" * 50_000,
    "extension of 200 KB": b"5;" + b"x" * 200_000, "CR after": b"5\r", "minus zero": b"-0",
}  # fmt: skip

CHUNKED_BODIES = {
    "upper case": b"A\r\nhellohello\r\n0\r\n\r\n",
    "lower case": b"a\r\nhellohello\r\n0\r\n\r\n",
    "two": b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    "bytes": b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n",
    "none": b"0\r\n\r\n",
    "nothing": b"",
    "LF after size": b"5\nhello\r\n0\r\n\r\n",
    "CR alone after size": b"5\rhello\r\n0\r\n\r\n",
    "LF after data": b"5\r\nhello\n0\r\n\r\n",
    "CR alone after data": b"5\r\nhello\r0\r\n\r\n",
    "nothing after data": b"5\r\nhello0\r\n\r\n",
    "two bytes after data": b"5\r\nhelloxx0\r\n\r\n",
    "more data": b"5\r\nhello!\r\n0\r\n\r\n",
    "blank line after data": b"5\r\nhello\r\n\r\n0\r\n\r\n",
    "all LF": b"5\nhello\n0\n\n",
    "last 00": b"5\r\nhello\r\n00\r\n\r\n",
    "last 0000000000000000000": b"5\r\nhello\r\n0000000000000000000\r\n\r\n",
    "last with extension": b"5\r\nhello\r\n0;x=y\r\n\r\n",
    "last with a space": b"5\r\nhello\r\n0 \r\n\r\n",
    "last -0": b"5\r\nhello\r\n-0\r\n\r\n",
    "last empty": b"5\r\nhello\r\n\r\n\r\n",
    "last with LF": b"5\r\nhello\r\n0\n\n",
    "end with LF": b"5\r\nhello\r\n0\r\n\n",
    "end with CR": b"5\r\nhello\r\n0\r\n\r",
    "no last": b"5\r\nhello\r\n",
    "no end": b"5\r\nhello\r\n0\r\n",
    "not chunked": BODY,
    "an answer inside": b"%x\r\n" % len(PLAIN) + PLAIN + b"\r\n0\r\n\r\n",
    "more after the end": CHUNKS + b"5\r\nhello\r\n0\r\n\r\n",
    "extension of CRLF": b'5;a="\r\nhello\r\n0\r\n\r\n',
}

TRAILERS = {
    "one": b"X: y\r\n",
    "two": b"X: y\r\nZ: w\r\n",
    "a length": b"Content-Length: 3\r\n",
    "an encoding": b"Transfer-Encoding: gzip\r\n",
    "a spaced length": b"Content-Length : 3\r\n",
    "a status": b"HTTP/1.1 200 OK\r\n",
    "closing": b"Connection: close\r\n",
    "no colon": b"trailer\r\n",
    "no name": b": y\r\n",
    "spaced": b"X : y\r\n",
    "folded": b"X: y\r\n z\r\n",
    "leading space": b" X: y\r\n",
    "NUL": b"X: \x00\r\n",
    "bare LF": b"X: y\n",
    "bare CR": b"X: y\rz\r\n",
    "cookie": b"Set-Cookie: a=b\r\n",
    "200": b"".join(b"X-%d: y\r\n" % n for n in range(200)),
    "90 KB": b"X: " + b"y" * 90_000 + b"\r\n",
    "200 KB": b"X: " + b"y" * 200_000 + b"\r\n",
}


def lengths() -> Named:
    for name, value in LENGTHS.items():
        yield f"length/{name}", OK + b"Content-Length: " + value + b"\r\n\r\n" + BODY
    for name, head in LENGTH_LINES.items():
        yield f"length/{name}", OK + head + b"\r\n" + BODY


def encodings() -> Named:
    for name, value in ENCODINGS.items():
        yield f"encoding/{name}", OK + b"Transfer-Encoding: " + value + b"\r\n\r\n" + CHUNKS
    for name, head in ENCODING_LINES.items():
        yield f"encoding/{name}", OK + head + b"\r\n" + CHUNKS
    old = OK.replace(b"1.1", b"1.0")
    yield "encoding/in HTTP 1.0", old + CHUNKED + b"\r\n" + CHUNKS
    yield "encoding/in HTTP 1.0 with a length", old + CHUNKED + SIZED + b"\r\n" + CHUNKS
    yield "encoding/in HTTP 1.0 kept", old + CHUNKED + b"Connection: keep-alive\r\n\r\n" + CHUNKS


def chunks() -> Named:
    head = OK + CHUNKED + b"\r\n"
    for name, size in SIZES.items():
        yield f"chunk/{name}", head + size + b"\r\nhello\r\n0\r\n\r\n"
    for name, body in CHUNKED_BODIES.items():
        yield f"chunks/{name}", head + body
    for name, trailer in TRAILERS.items():
        yield f"trailer/{name}", head + b"5\r\nhello\r\n0\r\n" + trailer + b"\r\n"
