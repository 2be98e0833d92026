"""`run --inputs`: many runs, from a file."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from shlex import quote
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client.cli.exits import ExitCode
from llama_deploy_client.testing import FakeServer

from .conftest import WAIT, Cli, Deployed, Ended, interrupted, start


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
    """A server that answers the message in upper case, and fails for "c"."""
    monkeypatch.setenv("LLAMA_DEPLOY_DEPLOYMENT", "one")

    def answer(request: httpx.Request) -> httpx.Response:
        message = json.loads(json.loads(request.content)["input"])["message"]
        return httpx.Response(500) if message == "c" else httpx.Response(200, json=message.upper())

    return wire.post(path="/deployments/one/tasks/run").mock(side_effect=answer)


@pytest.mark.usefixtures("at")
def test_each_line_is_run_by_a_real_server(cli: Cli, inputs: Path, tmp_path: Path) -> None:
    ended = cli("run", "-d", "demo", "--inputs", str(inputs))
    assert ended.code == ExitCode.DONE
    assert lines(ended.out) == [
        {"index": 0, "result": "A"},
        {"index": 1, "result": "GRÖSSE \u2028"},
        {"index": 2, "result": "C"},
    ]
    results = tmp_path / "results.jsonl"
    ended = cli(
        "run",
        "-d",
        "demo",
        "--inputs",
        str(inputs),
        "--results",
        str(results),
        "--concurrency",
        "1",
    )
    assert (ended.code, ended.out) == (ExitCode.DONE, "")
    assert [line["result"] for line in lines(results.read_text())] == ["A", "GRÖSSE \u2028", "C"]


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

    asked = runs.call_count
    ended = cli("run", "--inputs", str(inputs), "--create-and-wait")
    assert [line["result"] for line in lines(ended.out)] == ["A", "A", "A"]
    assert (created.call_count, runs.call_count) == (3, asked)

    created.respond(500)
    ended = cli("run", "--inputs", str(inputs), "--create-and-wait")
    assert ended.error.endswith("--create-and-wait --results results.jsonl")
    assert "--create-and-wait needs --inputs" in cli("run", "--create-and-wait").error


def test_some_that_fail_do_not_stop_the_others(
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


def test_what_is_in_the_results_is_not_run_again(
    cli: Cli, shouting: respx.Route, inputs: Path, tmp_path: Path
) -> None:
    results = str(tmp_path / "results.jsonl")
    for calls in (3, 4):
        ended = cli("run", "--inputs", str(inputs), "--results", results)
        assert ended.code == ExitCode.FAILED
        assert shouting.call_count == calls


def test_a_file_that_is_not_ours_is_left_alone(
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
    ("content", "said"),
    [
        (b'{"a": 1}\nnonsense\n', "line 2 of "),
        (b"[1]\n", "got list"),
        (b'{"a": 1\n', "line 1 of "),
        (b'{"a": 1}\n{"a" 1}\n', "Expecting ':' delimiter at character 6."),
        ('{"a": 1}\n'.encode("utf-16"), "inputs.jsonl is not UTF-8 text: "),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_run(
    cli: Cli, shouting: respx.Route, inputs: Path, content: bytes, said: str
) -> None:
    inputs.write_bytes(content)
    ended = cli("run", "--inputs", str(inputs))
    assert ended.code == ExitCode.USAGE
    assert said in ended.error
    assert shouting.call_count == 0


def test_a_mark_that_says_utf_8_is_not_a_part_of_the_file(
    cli: Cli, shouting: respx.Route, inputs: Path
) -> None:
    inputs.write_text('{"message": "a"}\r\n', encoding="utf-8-sig")
    assert cli("run", "--inputs", str(inputs)).out == '{"index": 0, "result": "A"}\n'


def test_the_standard_input_is_utf_8_whatever_the_terminal_has(
    cli: Cli, shouting: respx.Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(content: bytes) -> Ended:
        stdin = io.TextIOWrapper(io.BytesIO(content), "latin-1", "surrogateescape")
        monkeypatch.setattr("sys.stdin", stdin)
        return cli("run", "--inputs", "-")

    assert lines(given('{"message": "größe"}'.encode()).out) == [{"index": 0, "result": "GRÖSSE"}]
    ended = given(b'{"message": "\xff"}')
    assert ended.code == ExitCode.USAGE
    assert "standard input is not UTF-8" in ended.error
    assert "line 1 of standard input: " in given(b"x").error
    assert shouting.call_count == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--inputs", "FILE", "message=a"],
        ["--inputs", "FILE", "--events"],
        ["--results", "new.jsonl"],
        ["--concurrency", "3"],
        ["--inputs", "FILE", "--concurrency", "0"],
        ["--inputs", "FILE", "--concurrency", "-1"],
        ["--inputs", "nowhere.jsonl"],
    ],
)
def test_options_that_do_not_go_together(
    cli: Cli, shouting: respx.Route, inputs: Path, arguments: list[str]
) -> None:
    ended = cli("run", *(str(inputs) if each == "FILE" else each for each in arguments))
    assert ended.code == ExitCode.USAGE
    assert ended.error.startswith("error: ")
    assert shouting.call_count == 0


@pytest.mark.parametrize("concurrency", ["1", "10"])
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.ConnectError("refused"), ExitCode.UNREACHABLE),
        (httpx.Response(401), ExitCode.AUTHENTICATION),
    ],
)
def test_what_all_tasks_share_has_its_exit_code_however_few_they_are(
    cli: Cli,
    wire: respx.MockRouter,
    inputs: Path,
    concurrency: str,
    answer: httpx.Response | Exception,
    code: ExitCode,
) -> None:
    wire.post(path="/deployments/one/tasks/run").mock(
        side_effect=answer if isinstance(answer, Exception) else lambda request: answer
    )
    ended = cli("run", "-d", "one", "--inputs", str(inputs), "--concurrency", concurrency)
    assert ended.code == code
    assert "0 of 3 tasks have a result, " in ended.error


def test_a_server_that_is_not_there_ends_it(cli: Cli, wire: respx.MockRouter, inputs: Path) -> None:
    wire.post(path="/deployments/one/tasks/run").mock(side_effect=httpx.ConnectError("refused"))
    ended = cli("run", "-d", "one", "--inputs", str(inputs), "--concurrency", "1")
    assert ended.code == ExitCode.UNREACHABLE
    assert len(lines(ended.out)) == 1
    assert "0 of 3 tasks have a result, 1 failed. To keep results " in ended.error


def test_a_batch_that_ends_early_says_how_far_it_came_and_how_it_goes_on(
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


def test_no_result_is_kept_in_memory(cli: Cli, tmp_path: Path) -> None:
    server = FakeServer()
    server.service("large")(lambda: "x" * 200_000)
    inputs = tmp_path / "inputs.jsonl"
    inputs.write_text("{}\n" * 200)
    tracemalloc.start()
    with server.intercept():
        ended = cli("run", "--inputs", str(inputs), "--results", str(tmp_path / "results.jsonl"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ended.code == ExitCode.DONE
    assert peak < 20_000_000  # all results together are twice as much


def test_ctrl_c_does_not_wait_for_what_runs(inputs: Path) -> None:
    ended = interrupted("run", "-d", "one", "--inputs", str(inputs))
    assert ended == Ended(ExitCode.INTERRUPTED, "", "")


def test_the_standard_input_is_a_file_too(deployed: Deployed, inputs: Path) -> None:
    with (
        inputs.open() as stdin,
        start(
            "run", "-d", "demo", "--inputs", "-", stdin=stdin, environment=deployed.environment
        ) as process,
    ):
        out, err = process.communicate(timeout=WAIT)
    assert (process.returncode, err) == (ExitCode.DONE, "")
    assert [line["result"] for line in lines(out)] == ["A", "GRÖSSE \u2028", "C"]
