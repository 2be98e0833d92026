"""One rule says which JSON is accepted, in responses and in the lines of streams."""

from __future__ import annotations

import json
import math
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llama_deploy_client import _received_json
from llama_deploy_client._received_json import MAX_DEPTH, MAX_VALUES, JSONError, parse, parse_lines

texts = st.text(max_size=20) | st.text('",:[]{}\\\n\u2028\ud83d😀')
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def reference(text: bytes) -> Any:
    """What Python's `json` reads from a text, without what is not valid JSON."""

    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    return json.loads(text.decode(), parse_constant=refuse)


@given(
    values.map(as_json)
    | st.binary()
    | st.text('{}[]",:\\ud8enul0123.+- \r\n\t\ufeff').map(str.encode)
)
def test_any_bytes_are_accepted_or_refused_as_pythons_json_does(text: bytes) -> None:
    try:
        expected = repr(reference(text))
    except ValueError:
        with pytest.raises(JSONError, match="is not valid JSON "):
            parse(text, MAX_VALUES)
    else:
        assert repr(parse(text, MAX_VALUES)) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"1e400", math.inf),
        (b"-1e400", -math.inf),
        (b"9" * 4300, int("9" * 4300)),
        (b"-" + b"9" * 4300, -int("9" * 4300)),
        (b'"\\ud83d"', "\ud83d"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b" \r\n\t1 ", 1),
    ],
    ids=lambda value: ascii(value)[:9].replace("\\", ""),
)
def test_valid_texts(text: bytes, value: Any) -> None:
    assert parse(text, MAX_VALUES) == value


@pytest.mark.parametrize(
    "text",
    [
        *(b"NaN", b"[Infinity]", b"-Infinity", b"\xef\xbb\xbf1", b'"\xff"', b'"\xed\xa0\xbd"'),
        *(b"9" * 4301, b"", b" ", b"1 2", b"{'a': 1}", b"[1,]", b'"\t"', b"\x0b1", b"\xa01", b"01"),
    ],
    ids=lambda text: str(text)[:12].replace("\\", ""),
)
def test_invalid_texts(text: bytes) -> None:
    with pytest.raises(JSONError, match="is not valid JSON ") as caught:
        parse(text, MAX_VALUES)
    assert caught.value.__context__ is None  # Python's error would keep all of the text


def test_long_integers_are_refused_before_they_take_long() -> None:
    many = b"9" * 4300 + b","
    with pytest.raises(JSONError, match="has more than 8 MiB of very long integers"):
        parse(b"[" + many * 2500 + b"1]", MAX_VALUES)
    assert len(parse(b"[" + many * 1900 + b"9" * 900 + b"]", MAX_VALUES)) == 1901
    assert parse(b'["' + many * 2500 + b'"]', MAX_VALUES) == [(many * 2500).decode()]


def test_a_program_that_lifts_pythons_limit_lifts_no_other() -> None:
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        with pytest.raises(JSONError, match="an integer has more than 4300 digits"):
            parse(b"9" * 4301, MAX_VALUES)
        assert parse(b"-" + b"9" * 4300, MAX_VALUES) < 0
    finally:
        sys.set_int_max_str_digits(limit)


@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}"), ('["]", {"a":', "}]")])
def test_values_can_be_nested_200_deep(start: str, end: str) -> None:
    levels = MAX_DEPTH // (start.count("[") + start.count("{"))
    deepest = f"{start * levels}1{end * levels}".encode()
    parse(deepest, MAX_VALUES)
    for deeper in (b"[" + deepest + b"]", b"[" * 100_000, b"[" * 5000 + b"]" * 5000):
        with pytest.raises(JSONError, match="is nested more than 200 deep"):
            parse(deeper, MAX_VALUES)


def weight(value: Any) -> int:
    """What the rule counts of a value beside the one that each text has."""
    if isinstance(value, (list, dict)):
        inner = value.values() if isinstance(value, dict) else value
        names = len(value) if isinstance(value, dict) else 0
        return 2 + max(0, len(value) - 1) + names + sum(map(weight, inner))
    return 0


@given(values, st.sampled_from([None, 1]))
def test_marks_within_texts_do_not_count_as_values(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False).encode(errors="surrogatepass")
    assert not _received_json._exceeds(text, weight(value))
    if weight(value):
        assert _received_json._exceeds(text, weight(value) - 1)


def test_too_many_values_are_refused_and_a_long_text_is_one_value() -> None:
    assert parse(b'["' + b",[" * 1000 + b'"]', 5) == [",[" * 1000]
    for many in (b"[1,2,3,4,5]", b"[[],[]]", b'{"a":1,"b":2}', b'["\\",\\"",1,2,3,4]'):
        with pytest.raises(JSONError, match="has more than 4 values, the max_values"):
            parse(many, 4)
        assert parse_lines(b'{"a":' + many + b"}\n", 4) is None


@given(
    st.lists(st.dictionaries(texts, values, max_size=2), min_size=1, max_size=4),
    st.lists(st.sampled_from([b"{}", b"}\n{", b"1", b" ", b"\n", b'{"a":', b"}", b","])),
)
def test_lines_read_at_once_are_those_read_one_by_one(sent: list[Any], more: list[bytes]) -> None:
    lines = b"".join(as_json(value) + b"\n" for value in sent)
    for body in (lines, lines + b"".join(more) + b"\n"):
        at_once = parse_lines(body, MAX_VALUES)
        if at_once is not None:
            apart = [parse(line, MAX_VALUES) for line in body.split(b"\n")[:-1]]
            assert repr(at_once) == repr(apart)
    assert parse_lines(b'{"a":1}\n', MAX_VALUES) == [{"a": 1}]
    assert parse_lines(b'{"a":"\\ud83d"}\n', MAX_VALUES) is None  # which only `parse` reads
