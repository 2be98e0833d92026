"""No response within the limits takes a gigabyte, or stops an event loop for a second."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from .conftest import Tried
from .wire import RawServer, always, response

MIB = 1 << 20
SIZES = {"events": 16 * MIB - 1}
"""The most bytes of a line; anything else may have twice as many."""

SHAPES: dict[str, tuple[bytes, bytes, bytes, int]] = {
    "lists": (b"[", b"[],", b"1]", 32 * MIB),
    "as many lists as may be": (b"[", b"[],", b"1]", 333_000),
    "as many objects as may be": (b"[", b'{"a":1},', b"1]", 249_000),
    "as many numbers as may be": (b"[", b"0.12345678901234567,", b"1]", 999_000),
    "as many texts as may be": (b"[", b'"abcdefgh",', b"1]", 999_000),
    "depth of objects": (b"", b'{"a":', b"", 32 * MIB),
    "as much depth as may be": (b"[", b"[" * 199 + b"]" * 199 + b",", b"1]", 2400),
    "a huge integer": (b"", b"1", b"", 32 * MIB),
    "long integers and half a pair": (b'["\\ud83d",', b"9" * 4300 + b",", b"1]", 32 * MIB),
    "as many long integers as may be": (b'["\\ud83d",', b"9" * 4300 + b",", b"1]", 1950),
    "a long number": (b"0.", b"1", b"", 32 * MIB),
    "a wide text with half a pair": ('"\\ud83d😀'.encode(), b"a", b'"', 32 * MIB),
    "escapes and half a pair": (b'"', b"\\n", b'\\ud83d"', 32 * MIB),
    "a text without an end": (b'"', b'\\"', b"", 32 * MIB),
    "spaces": (b"", b" ", b"", 32 * MIB),
    "names": (b"{", b'"%d":1,', b'"":1}', 498_000),
    "names and half a pair": (b'{"\\ud83d":1,', b'"%d":1,', b'"":1}', 498_000),
    "a list that is cut": (b"[", b'{"a":1},', b"", 249_000),
}
"""What is costly to read: a start, a piece again and again, an end, and how many pieces at most."""

ENTRIES = {
    "deployments": [b"1,", b'"",', b'{"name":"a"},'],
    "tasks": [b"1,", b'{"input":"{}"},'],
    "services": [b"1,"],
    "state": [b"1,"],
    "task result": [b"1,"],
}
CASES = {f"{call}: {name}": (call, SHAPES[name]) for name in SHAPES for call in ("run", "events")}
CASES |= {
    f"{call} of {entry.decode()}": (call, (b"[", entry, entry[:-1] + b"]", 999_000 // 4))
    for call, entries in ENTRIES.items()
    for entry in entries
}


def filled(size: int, start: bytes, piece: bytes, end: bytes, most: int) -> bytes:
    count = min(most, (size - len(start) - len(end)) // len(piece))
    if b"%d" in piece:
        return start + b"".join(piece % number for number in range(count)) + end
    return start + piece * count + end


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells what a process takes")
@pytest.mark.parametrize("case", CASES)
def test_a_response_within_the_limits_is_not_costly(case: str, tried: Tried) -> None:
    call, shape = CASES[case]
    body = filled(SIZES.get(call, 32 * MIB), *shape)
    with RawServer(always(response(body))) as server:
        program = [sys.executable, "-m", "tests.faults.spending", server.url, call]
        done = subprocess.run(program, check=True, capture_output=True)
    spent = json.loads(done.stdout)
    assert spent["memory"] < 1024 * MIB, spent
    assert spent["stall"] < max(1, 7 * spent["seventh"]), spent
    assert len(spent["ended"]) < 2000
    tried("Security", "no response takes 1 GiB, or a second of an event loop", 1)
