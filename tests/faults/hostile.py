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
        if chance.random() < 0.02:
            headers += [(f"x-{n}", "y" * chance.randrange(100)) for n in range(2000)]
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
        """Compressed: as it should be, cut, or a bomb of a few MiB."""
        chance = self._random
        if chance.random() < 0.02:
            body = b" " * (8 << 20)
        if chance.random() < 0.5:
            packed, encoding = gzip.compress(body, 1), "gzip"
        else:
            packed, encoding = zlib.compress(body, 1), "deflate"
        if chance.random() < 0.3:
            packed = packed[: chance.randrange(len(packed))]
        return packed, encoding
