"""`run --inputs`: many runs, from a file."""

from __future__ import annotations

import io
import json
from pathlib import Path
from shlex import quote
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client.cli.exits import ExitCode

from .conftest import Cli, Ended, interrupted


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A file with three inputs, and an empty line, which does not count."""
    path = tmp_path / "inputs.jsonl"
    path.write_text('{"message": "a"}\n{"message": "größe \u2028"}\n\n{"message": "c"}')
    return path


def lines(text: str) -> list[dict[str, Any]]:
    return sorted((json.loads(line) for line in text.splitlines()), key=lambda line: line["index"])


@pytest.fixture
def shouting(wire: respx.MockRouter, monkeypatch: pytest.MonkeyPatch) -> respx.Route:
    """A server whose results are messages in upper case, and which fails for "c"."""
    monkeypatch.setenv("LLAMA_DEPLOY_DEPLOYMENT", "one")

    def respond(request: httpx.Request) -> httpx.Response:
        message = json.loads(json.loads(request.content)["input"])["message"]
        return httpx.Response(500) if message == "c" else httpx.Response(200, json=message.upper())

    return wire.post(path="/deployments/one/tasks/run").mock(side_effect=respond)


def test_tasks_that_a_gateway_gives_up_on_can_be_created_and_waited_for(
    cli: Cli, wire: respx.MockRouter, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMA_DEPLOY_DEPLOYMENT", "one")
    runs = wire.post(path="/deployments/one/tasks/run").respond(504, text="Gateway Timeout")
    ids = {"task_id": "t", "session_id": "s"}
    created = wire.post(path="/deployments/one/tasks/create").respond(json=ids)
    result = {"task_id": "t", "history": [], "result": "A"}
    wire.get(path="/deployments/one/tasks/t/results").respond(json=result)

    ended = cli("run", "--inputs", str(inputs))
    assert ended.code == ExitCode.FAILED
    assert "run --inputs with --create-and-wait" in ended.error
    assert "run --inputs with --create-and-wait" in lines(ended.out)[0]["error"]
    assert "run_many" not in ended.error + ended.out
    assert not created.called

    earlier = runs.call_count
    ended = cli("run", "--inputs", str(inputs), "--create-and-wait")
    assert [line["result"] for line in lines(ended.out)] == ["A", "A", "A"]
    assert (created.call_count, runs.call_count) == (3, earlier)

    created.respond(500)
    ended = cli("run", "--inputs", str(inputs), "--create-and-wait")
    assert ended.error.endswith("--create-and-wait --results results.jsonl")
    assert "--create-and-wait needs --inputs" in cli("run", "--create-and-wait").error


def test_tasks_that_fail_do_not_stop_the_others(
    cli: Cli, shouting: respx.Route, inputs: Path
) -> None:
    ended = cli("run", "--inputs", str(inputs), "--service", "s")
    assert ended.code == ExitCode.FAILED
    assert [line.get("result") for line in lines(ended.out)] == ["A", "GRÖSSE \u2028", None]
    assert "500 Internal Server Error" in lines(ended.out)[2]["error"]
    assert ended.error.startswith("error: 1 of 3 tasks failed. The first, input 2: ")
    assert "http://" not in ended.error
    assert ended.error.endswith(
        f"--inputs {quote(str(inputs))} --deployment one --service s --results results.jsonl"
    )
    assert {json.loads(call.request.content)["service_id"] for call in shouting.calls} == {"s"}


def test_a_file_that_has_no_results_is_not_changed(
    cli: Cli, shouting: respx.Route, inputs: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("mine\n")
    ended = cli("run", "--inputs", str(inputs), "--results", str(other))
    assert ended.code == ExitCode.USAGE
    assert "is not a results file" in ended.error
    assert other.read_text() == "mine\n"
    assert shouting.call_count == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1}\nnonsense\n', "line 2 of "),
        (b"[1]\n", "got list"),
        (b'{"a": 1\n', "line 1 of "),
        (b'{"a": 1}\n{"a" 1}\n', "Expecting ':' delimiter at character 6."),
        ('{"a": 1}\n'.encode("utf-16"), "inputs.jsonl is not UTF-8 text: "),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_run(
    cli: Cli, shouting: respx.Route, inputs: Path, content: bytes, message: str
) -> None:
    inputs.write_bytes(content)
    ended = cli("run", "--inputs", str(inputs))
    assert ended.code == ExitCode.USAGE
    assert message in ended.error
    assert shouting.call_count == 0


def test_a_byte_order_mark_is_not_a_part_of_the_file(
    cli: Cli, shouting: respx.Route, inputs: Path
) -> None:
    inputs.write_text('{"message": "a"}\r\n', encoding="utf-8-sig")
    assert cli("run", "--inputs", str(inputs)).out == '{"index": 0, "result": "A"}\n'


def test_the_standard_input_is_utf_8_whatever_the_terminal_has(
    cli: Cli, shouting: respx.Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(content: bytes) -> Ended:
        stdin = io.TextIOWrapper(io.BytesIO(content), "latin-1", "surrogateescape")
        monkeypatch.setattr("sys.stdin", stdin)
        return cli("run", "--inputs", "-")

    assert lines(run('{"message": "größe"}'.encode()).out) == [{"index": 0, "result": "GRÖSSE"}]
    ended = run(b'{"message": "\xff"}')
    assert ended.code == ExitCode.USAGE
    assert "standard input is not UTF-8" in ended.error
    assert "line 1 of standard input: " in run(b"x").error
    assert shouting.call_count == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--inputs", "FILE", "message=a"],
        ["--inputs", "FILE", "--events"],
        ["--results", "new.jsonl"],
        ["--concurrency", "3"],
        ["--inputs", "FILE", "--concurrency", "0"],
        ["--inputs", "nowhere.jsonl"],
    ],
)
def test_options_that_cannot_be_combined_are_refused(
    cli: Cli, shouting: respx.Route, inputs: Path, arguments: list[str]
) -> None:
    ended = cli("run", *(str(inputs) if each == "FILE" else each for each in arguments))
    assert ended.code == ExitCode.USAGE
    assert ended.error.startswith("error: ")
    assert shouting.call_count == 0


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (httpx.ConnectError("refused"), ExitCode.UNREACHABLE),
        (httpx.Response(401), ExitCode.AUTHENTICATION),
    ],
)
@pytest.mark.parametrize(("concurrency", "failed"), [(1, 1), (10, 3)])
def test_a_failure_that_all_tasks_share_ends_it_with_its_exit_code(
    cli: Cli,
    wire: respx.MockRouter,
    inputs: Path,
    concurrency: int,
    failed: int,
    response: httpx.Response | Exception,
    code: ExitCode,
) -> None:
    wire.post(path="/deployments/one/tasks/run").mock(
        side_effect=response if isinstance(response, Exception) else lambda request: response
    )
    ended = cli("run", "-d", "one", "--inputs", str(inputs), "--concurrency", str(concurrency))
    assert ended.code == code
    assert len(lines(ended.out)) == failed
    assert f"0 of 3 tasks have a result, {failed} failed. To keep results " in ended.error


def test_a_batch_that_ends_early_says_how_far_it_came_and_how_to_run_the_rest(
    cli: Cli, shouting: respx.Route, inputs: Path, tmp_path: Path
) -> None:
    results = tmp_path / "out.jsonl"
    shouting.mock(side_effect=[httpx.Response(200, json="A"), httpx.Response(401)])
    ended = cli("run", "--inputs", str(inputs), "--results", str(results), "--concurrency", "1")
    assert ended.code == ExitCode.AUTHENTICATION
    assert (
        "1 of 3 tasks have a result, 1 failed. To run the tasks without a result: " in ended.error
    )
    assert ended.error.endswith(f"--results {quote(str(results))} --deployment one --concurrency 1")


def test_ctrl_c_does_not_wait_for_what_runs(inputs: Path) -> None:
    ended = interrupted("run", "-d", "one", "--inputs", str(inputs))
    assert ended == Ended(ExitCode.INTERRUPTED, "", "")
