"""Responses that no server should send, made from a seed: the same ones on every run."""

from __future__ import annotations

import json
import random
from typing import Any

JSON_ODDITIES = [
    b"",
    b"null",
    b"NaN",
    b"1e999999",
    b"9" * 5000,
    b'"' + b"\\ud800" * 10 + b'"',
    b'"\xff\xfe"',
    b"[" * 100_000,
    b'{"detail":' * 800 + b"1" + b"}" * 800,
    b'{"name":"a","name":{"b":1}}',
    b'{"task_id":1,"task_id":"t","session_id":[]}',
    b'{"__is_pydantic":true,"qualified_name":"os.system","value":{"command":"exit"}}',
    b'{"detail":[[[[]]],{},{"loc":5},{"loc":["a"],"msg":{"b":[1]}}]}',
    b'{"detail":{"a":[1,2,{"b":null}]}}',
    b'{"detail":null}',
    b'{"detail":""}',
    b"\xef\xbb\xbf{}",
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>",
]
STATUSES = [200, 200, 200, 201, 204, 206, 301, 307, 400, 401, 404, 405, 418, 422, 500, 503, 599]
HEADERS = {
    "content-type": ("text/plain; charset=utf-7", "text/x; charset=no-such", ";;;", "text/html"),
    "retry-after": ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "9" * 5000, "NaN"),
    "location": (
        "http://[::1",
        "http://me:secret@elsewhere:99999999/",
        "http://\x80\xff/",
        "http://a" + "b" * 70_000,
        "javascript:alert(1)",
        "http://xn--/",
        "//:@:/",
        "http://a b/\x7f",
    ),
    "set-cookie": ("a=b; expires=never; domain=...",),
    "link": ("<x>; rel",),
    "www-authenticate": ("Digest", "Digest realm=, nonce, qop=x"),
    "content-encoding": ("gzip", "deflate", "gzip, gzip, gzip", "br", "zstd", "no-such"),
}


class Maker:
    """Makes responses: a status, headers and a body."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def response(self, fitting: Any) -> tuple[int, list[tuple[str, str]], bytes]:
        """A hostile response; `fitting` is the JSON of a good one, for some to begin with."""
        chance = self._random
        names = [chance.choice(list(HEADERS)) for _ in range(chance.randrange(3))]
        headers = [(name, chance.choice(HEADERS[name])) for name in names]
        return chance.choice(STATUSES), headers, self._body(fitting)

    def _body(self, fitting: Any) -> bytes:
        chance = self._random
        kind = chance.randrange(6)
        if kind == 0:
            return chance.choice(JSON_ODDITIES)
        if kind == 1:
            return self._mutated(json.dumps(fitting).encode())
        if kind == 2:
            lines = [self._body(fitting) for _ in range(chance.randrange(4))]
            return chance.choice([b"\n", b"\r\n", b"\n\n\x00"]).join(lines)
        if kind == 3:
            return chance.randbytes(chance.randrange(200))
        return json.dumps(self._changed(fitting) if kind == 4 else self._value(4)).encode()

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
            keys = ["name", "task_id", "result", "error", "detail", "status", "", "\ud800"]
            return {chance.choice(keys): self._value(depth - 1) for _ in range(chance.randrange(4))}
        return chance.choice(
            [None, True, 10**300, -1.5, float("nan"), float("inf"), "", "x" * 999, "\x00", "\u2028"]
        )
