"""Answers that no server should give, made from a seed: the same ones on every run."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from typing import Any

JSON_ODDITIES = [
    b"",
    b"null",
    b"NaN",
    b"-Infinity",
    b"1e999999",
    b"-0",
    b"9" * 5000,
    b"1" + b"0" * 400 + b".5e-400",
    b'"' + b"\\ud800" * 10 + b'"',
    b'"\xff\xfe"',
    b'"\x00"',
    b"[" * 100_000,
    b"[" * 500 + b"]" * 500,
    b'{"a":' * 20_000,
    b'{"detail":' * 800 + b"1" + b"}" * 800,
    b'{"name":"a","name":{"b":1}}',
    b'{"task_id":1,"task_id":"t","session_id":[]}',
    b'{"status":"Healthy","status":5,"status_message":null}',
    b'{"__proto__":{"x":1},"__class__":"os.system"}',
    b'{"__is_pydantic":true,"qualified_name":"os.system","value":{"command":"exit"}}',
    b'{"detail":[[[[]]],{},{"loc":5},{"loc":["a"],"msg":{"b":[1]}}]}',
    b'{"detail":{"a":[1,2,{"b":null}]}}',
    b'{"detail":null}',
    b'{"detail":""}',
    b'{"detail":' + b'"x"' * 2 + b"}",
    b"\xef\xbb\xbf{}",
    b"{}\n{}\n",
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"!!python/object/apply:os.system ['exit']",
    b"\x80\x04\x95cos\nsystem\n(S'exit'\ntR.",
]
STATUSES = [200, 200, 200, 201, 204, 206, 301, 307, 400, 401, 404, 405, 418, 422, 500, 503, 599]
HEADERS = [
    ("content-type", "application/json; charset=utf-7"),
    ("content-type", "application/json; charset=no-such"),
    ("content-type", ";;;"),
    ("content-type", "text/html"),
    ("retry-after", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"),
    ("retry-after", "Mon, 01 Jan 2001 00:00:00 +99999999999999"),
    ("retry-after", "9" * 5000),
    ("retry-after", "NaN"),
    ("location", "http://[::1"),
    ("location", "http://me:secret@elsewhere:99999999/"),
    ("location", "http://\x80\xff/"),
    ("location", "http://a" + "b" * 70_000),
    ("location", "javascript:alert(1)"),
    ("location", "http://xn--/"),
    ("location", "//:@:/"),
    ("location", "http://a b/\x7f"),
    ("set-cookie", "a=b; expires=never; domain=..."),
    ("link", "<x>; rel"),
    ("www-authenticate", "Digest"),
    ("www-authenticate", "Digest realm=, nonce, qop=x"),
    ("content-encoding", "gzip"),
    ("content-encoding", "deflate"),
    ("content-encoding", "gzip, gzip, gzip"),
    ("content-encoding", "br"),
    ("content-encoding", "zstd"),
    ("content-encoding", "no-such"),
]


class Maker:
    """Makes answers: a status, headers and a body."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def answer(self, fitting: Any) -> tuple[int, list[tuple[str, str]], bytes]:
        """A hostile answer; `fitting` is one that would do, for some to begin with."""
        chance = self._random
        body = self._body(fitting)
        headers = [chance.choice(HEADERS) for _ in range(chance.randrange(3))]
        if chance.random() < 0.15:
            body, encoding = self._compressed(body)
            headers = [("content-encoding", encoding)]
        return chance.choice(STATUSES), headers, body

    def _body(self, fitting: Any) -> bytes:
        chance = self._random
        kind = chance.randrange(6)
        if kind == 0:
            return chance.choice(JSON_ODDITIES)
        if kind == 1:
            return self._mutated(json.dumps(fitting).encode())
        if kind == 2:
            return json.dumps(self._changed(fitting)).encode()
        if kind == 3:
            return json.dumps(self._value(4)).encode()
        if kind == 4:
            lines = [self._body(fitting) for _ in range(chance.randrange(4))]
            return chance.choice([b"\n", b"\r\n", b"\n\n\x00"]).join(lines)
        return chance.randbytes(chance.randrange(200))

    def _mutated(self, body: bytes) -> bytes:
        """Some bytes changed, some left out, some twice."""
        chance = self._random
        changed = bytearray(body)
        for _ in range(chance.randrange(1, 5)):
            at = chance.randrange(len(changed) + 1)
            to = at + chance.randrange(5)
            changed[at:to] = chance.choice(
                [b"", b"\xff", b'"', b"}", b"[", b"\\", b"1e999", b"NaN", b"\n", changed[at:] * 2]
            )
        return bytes(changed)

    def _changed(self, value: Any) -> Any:
        """`value` with something of another type in one place."""
        chance = self._random
        if isinstance(value, dict) and value and chance.random() < 0.8:
            key = chance.choice(list(value))
            return {**value, key: self._changed(value[key])}
        if isinstance(value, list) and value and chance.random() < 0.8:
            at = chance.randrange(len(value))
            return [*value[:at], self._changed(value[at]), *value[at + 1 :]]
        return self._value(2)

    def _value(self, depth: int) -> Any:
        chance = self._random
        kind = chance.randrange(9 if depth else 7)
        if kind == 7:
            return [self._value(depth - 1) for _ in range(chance.randrange(4))]
        if kind == 8:
            keys = [
                "name",
                "task_id",
                "result",
                "error",
                "detail",
                "status",
                "",
                "\ud800",
                "a" * 99,
            ]
            return {chance.choice(keys): self._value(depth - 1) for _ in range(chance.randrange(4))}
        return chance.choice(
            [None, True, 10**300, -1.5, float("nan"), float("inf"), "", "x" * 999, "\x00", "\u2028"]
        )

    def _compressed(self, body: bytes) -> tuple[bytes, str]:
        """Compressed: as it should be, or cut."""
        chance = self._random
        if chance.random() < 0.5:
            packed, encoding = gzip.compress(body, 1), "gzip"
        else:
            packed, encoding = zlib.compress(body, 1), "deflate"
        if chance.random() < 0.3:
            packed = packed[: chance.randrange(len(packed))]
        return packed, encoding


START_LINES = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 500 Error",
    b"HTTP/1.0 200 OK",
    b"HTTP/1.1 200",
    b"HTTP/1.1 101 Switching Protocols",
    b"HTTP/1.1 204 No Content",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 300 + b"HTTP/1.1 200 OK",
    b"HTTP/1.1 99999 Many",
    b"HTTP/1.1 -1 Few",
    b"HTTP/9.9 200 OK",
    b"HTTP/1.1 200 \x00\xff",
    b"HTTP/1.1 200 " + b"O" * 200_000,
    b"ICY 200 OK",
    b"",
]
FRAMINGS = [
    b"content-length: 2",
    b"content-length: 2\r\ncontent-length: 2",
    b"content-length: 2\r\ncontent-length: 3",
    b"content-length: 2, 3",
    b"content-length: -2",
    b"content-length: 0x2",
    b"content-length: " + b"9" * 400,
    b"content-length: 2\r\ntransfer-encoding: chunked",
    b"transfer-encoding: chunked",
    b"transfer-encoding: chunked",
    b"transfer-encoding: chunked, chunked",
    b"transfer-encoding: gzip, chunked",
    b"transfer-encoding: \x00",
    b"connection: close",
]
FLOODS = [
    b"".join(b"x-%d: y\r\n" % n for n in range(1000)),
    b"".join(b"x-%d: y\r\n" % n for n in range(30_000)),
    b"x: y\r\n" * 30_000,
    b"x: " + b"y" * 200_000 + b"\r\n",
    b"x" * 200_000 + b": y\r\n",
    b"x: y\r\n" + b" folded\r\n" * 30_000,
    b"set-cookie: a=b\r\n" * 10_000,
    b": no name\r\n",
    b"no colon\r\n",
    b"x y: z\r\n",
    b"x: \x00\r\n",
    b"x:\r\n",
]
BODIES = [
    b"[]",
    b"2\r\n[]\r\n0\r\n\r\n",
    b"2\r\n[]\r\n0\r\n" + b"x: y\r\n" * 30_000 + b"\r\n",
    b"2;" + b"x" * 200_000 + b"\r\n[]\r\n0\r\n\r\n",
    b"f" * 400 + b"\r\n[]\r\n",
    b"ffffffffffffffff\r\n[]\r\n",
    b"-2\r\n[]\r\n0\r\n\r\n",
    b"zz\r\n[]\r\n0\r\n\r\n",
    b"2\r\n[][][]",
    b"1\r\n[\r\n1\r\n]\r\n" + b"1\r\n \r\n" * 1000 + b"0\r\n\r\n",
]


def raw_answer(seed: int) -> bytes:
    """A hostile answer as it goes over the wire, HTTP's own grammar included."""
    chance = random.Random(seed)
    lines = chance.choice(START_LINES) + b"\r\n"
    if chance.random() < 0.3:
        lines += chance.choice(FLOODS)
    lines += chance.choice(FRAMINGS) + b"\r\n"
    if chance.random() < 0.1:
        lines += chance.choice(FLOODS)
    answer = bytearray(lines + b"\r\n" + chance.choice(BODIES))
    if chance.random() < 0.3:
        at = chance.randrange(min(len(answer), 200))
        answer[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return bytes(answer)


def bomb(encoding: str) -> bytes:
    """1 GiB of spaces in a MiB; what is "gzip, gzip" is packed twice, in 2 KiB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 15 if encoding == "deflate" else 31)
    mebibyte = b" " * (1 << 20)
    first, other = (
        packer.compress(mebibyte) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )  # after a full flush the same bytes are packed the same way
    packed = first + other * 1023 + packer.flush()
    return gzip.compress(packed) if encoding == "gzip, gzip" else packed
