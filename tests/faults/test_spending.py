"""No answer within the limits takes a gigabyte, or stops an event loop for a second."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from .conftest import NewLine
from .wire import RawServer, always, response

MIB = 1 << 20
LINE = 16 * MIB
ANSWER = 32 * MIB


def filled(start: bytes, piece: bytes, end: bytes, size: int, most: int | None = None) -> bytes:
    """`piece` again and again, up to a size, or so often."""
    count = (size - len(start) - len(end)) // len(piece)
    return start + piece * (count if most is None else min(most, count)) + end


def shapes(size: int) -> dict[str, bytes]:
    """What is costly to read, of that many bytes at the most."""

    def full(start: bytes, piece: bytes, end: bytes, most: int | None = None) -> bytes:
        return filled(start, piece, end, size, most)

    return {
        "lists": full(b"[", b"[],", b"1]"),
        "as many lists as may be": full(b"[", b"[],", b"1]", 333_000),
        "objects": full(b"[", b"{},", b"1]"),
        "as many objects as may be": full(b"[", b'{"a":1},', b"1]", 249_000),
        "numbers": full(b"[", b"1,", b"1]"),
        "as many numbers as may be": full(b"[", b"0.12345678901234567,", b"1]", 999_000),
        "texts": full(b"[", b'"ab",', b"1]"),
        "as many texts as may be": full(b"[", b'"abcdefgh",', b"1]", 999_000),
        "depth": full(b"", b"[", b""),
        "depth of objects": full(b"", b'{"a":', b""),
        "as much depth as may be": full(b"[", b"[" * 199 + b"]" * 199 + b",", b"1]", 2400),
        "a huge integer": full(b"", b"1", b""),
        "long integers": full(b"[", b"9" * 4300 + b",", b"1]"),
        "long integers and half a pair": full(b'["\\ud83d",', b"9" * 4300 + b",", b"1]"),
        "a long number": full(b"0.", b"1", b""),
        "a text of a wide character": full('"😀'.encode(), b"a", b'"'),
        "a wide text with half a pair": full('"\\ud83d😀'.encode(), b"a", b'"'),
        "escapes": full(b'"', b"\\n", b'"'),
        "escapes and half a pair": full(b'"', b"\\n", b'\\ud83d"'),
        "commas in a text": full(b'"', b",", b'"'),
        "quotes in a text": full(b'"', b'\\"', b'"'),
        "a text without an end": full(b'"', b'\\"', b""),
        "spaces": full(b"", b" ", b""),
        "names": b"{%s}" % b",".join(b'"%d":1' % name for name in range(499_000)),
        "names and half a pair": b'{"\\ud83d":1,%s}'
        % b",".join(b'"%d":1' % name for name in range(498_000)),
        "a list that is cut": full(b"[", b'{"a":1},', b"", 249_000),
    }


def spend(body: bytes, call: str, status: str = "200 OK") -> dict[str, Any]:
    with RawServer(always(response(body, status))) as server:
        program = [sys.executable, "-m", "tests.faults.spending", server.url, call]
        ran = subprocess.run(program, check=True, capture_output=True, timeout=100)
    spent: dict[str, Any] = json.loads(ran.stdout)
    return spent


def check(spent: dict[str, Any]) -> None:
    assert spent["memory"] < 1024 * MIB, spent
    assert spent["stall"] < 1, spent
    assert len(spent["ended"]) < 2000


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells what a process takes")
@pytest.mark.parametrize("shape", shapes(99))
def test_an_answer_within_the_limits_is_not_costly(shape: str, line: NewLine) -> None:
    tried = line("Security", "no answer takes 1 GiB, or a second of an event loop")
    with tried.trial():
        check(spend(shapes(ANSWER)[shape], "result"))
    with tried.trial():
        check(spend(shapes(ANSWER)[shape], "result", "400 Bad Request"))
    tried.kept(2)


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells what a process takes")
@pytest.mark.parametrize("shape", shapes(99))
def test_an_event_within_the_limits_is_not_costly(shape: str, line: NewLine) -> None:
    tried = line("Security", "no event takes 1 GiB, or a second of an event loop")
    with tried.trial():
        check(spend(shapes(LINE - 1)[shape] + b"\n", "events"))
    tried.kept(1)


ENTRIES = {
    "deployments": [b"1,", b"{},", b'"",', b'{"name":"a"},'],
    "tasks": [b"1,", b"{},", b'{"input":"{}"},'],
    "services": [b"1,"],
    "state": [b"1,"],
    "task result": [b"1,"],
}


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells what a process takes")
@pytest.mark.parametrize("call", ENTRIES)
def test_an_answer_of_many_entries_is_not_costly(call: str, line: NewLine) -> None:
    tried = line("Security", "no list takes 1 GiB, or a second of an event loop")
    for entry in ENTRIES[call]:
        for most in (99_999, 999_000 // 4, None):
            with tried.trial():
                check(spend(filled(b"[", entry, entry[:-1] + b"]", ANSWER, most), call))
    tried.kept(3 * len(ENTRIES[call]))
