"""Words of a command line become the arguments of a workflow."""

from __future__ import annotations

from typing import Any

import pytest

from llama_deploy_client.cli.arguments import read_arguments
from llama_deploy_client.cli.exits import UsageError


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ([], {}),
        (["message=hello world, größe 🏔"], {"message": "hello world, größe 🏔"}),
        (["n=3", "x=0.5", "yes=true", "no=null"], {"n": 3, "x": 0.5, "yes": True, "no": None}),
        (['list=[1, "a"]', 'version="1.0"'], {"list": [1, "a"], "version": "1.0"}),
        (["empty=", "query=a=b"], {"empty": "", "query": "a=b"}),
        (["x=NaN", "y=-Infinity", "z={"], {"x": "NaN", "y": "-Infinity", "z": "{"}),
        (['{"message": "a=b", "n": 1}'], {"message": "a=b", "n": 1}),
        ([" {}"], {}),
    ],
)
def test_a_value_is_json_if_it_reads_as_json_else_text(
    words: list[str], arguments: dict[str, Any]
) -> None:
    assert read_arguments(words) == arguments


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["hello"], "'hello' is not an argument"),
        (["=1"], "'=1' is not an argument"),
        (["a=1", "a=2"], "'a' is given twice"),
        (['{"a": 1'], "are not a JSON object"),
        (['{"a": NaN}'], "are not a JSON object"),
        (["a=1", "{}"], "'{}' is not an argument"),
        (["a=\udcff"], "not UTF-8"),
        (['{"a": "\udcff"}'], "not UTF-8"),
        (["a=[-1e999]"], "'a': the number -1e999 is too large"),
        (['{"a": 1e999}'], "the number 1e999 is too large"),
        (['{"a": 1, "a": 1}'], "the key 'a' is given twice"),
        (['a={"b": {"c": 1, "c": 2}}'], "'a': the key 'c' is given twice"),
    ],
)
def test_words_that_are_not_arguments_are_refused(words: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_arguments(words)
