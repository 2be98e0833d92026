# Made by `make generate` from tests/unit/_async/test_batch.py: do not edit.
"""Batches: many tasks, a few at a time, and a file from which they go on."""

from __future__ import annotations

import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from llama_deploy_client import (
    BatchError,
    ClientClosedError,
    Outcome,
    ResultsFileError,
    ServerUnreachableError,
    TaskDefinition,
)
from llama_deploy_client._failures import request_error, status_error
from llama_deploy_client._results_file import ResultsFile
from llama_deploy_client._servers import API_SERVER
from llama_deploy_client._sync.batch import Batch
from llama_deploy_client._sync.client import SyncClient
from llama_deploy_client._sync.core import Session
from llama_deploy_client._sync.tasks import TaskCollection
from llama_deploy_client._values import to_task

from ..test_progress import Terminal
from .calls import deployment

REQUEST = httpx.Request("POST", "http://one/run")
UNREACHABLE = request_error(httpx.ConnectError("refused"), REQUEST, API_SERVER, 1)
CUT = request_error(httpx.ReadError("cut"), REQUEST, API_SERVER, 1)
UNAUTHORIZED = status_error(httpx.Response(401, request=REQUEST), API_SERVER)
FEW = 3
"""How many run at once in these tests."""


def number(task: TaskDefinition) -> int:
    """Which of `numbers` the task is."""
    return int(json.loads(task.input)["n"])


def numbers(*chosen: int) -> Iterator[dict[str, Any]]:
    return ({"n": each} for each in chosen)


def double(task: TaskDefinition) -> int:
    if number(task) < 0:
        raise ValueError(f"{number(task)} is negative")
    return 2 * number(task)


def refuse(task: TaskDefinition) -> int:
    raise AssertionError("nothing was to be run")


def content(path: Path) -> str | None:
    """What is in a file, if there is one."""
    return path.read_text() if path.exists() else None


def kept(path: Path) -> list[int]:
    """The indices of a results file, line by line."""
    return [json.loads(line)["index"] for line in path.read_text().splitlines()]


@pytest.fixture
def notes(path: Path) -> Path:
    """A file that is not a results file."""
    path.write_text("notes")
    return path


def make(inputs: Any, run: Callable[[TaskDefinition], Any] = double, **options: Any) -> Batch:
    defaults: dict[str, Any] = {"concurrency": FEW, "progress": False, "results_file": None}
    return Batch(inputs, to_task, run, **{**defaults, **options})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


def test_every_input_has_one_outcome_failures_among_them() -> None:
    met = {outcome.index: outcome for outcome in make(numbers(1, -2, 3, 4, -5))}
    assert sorted(met) == [0, 1, 2, 3, 4]
    assert [number(met[index].task) for index in range(5)] == [1, -2, 3, 4, -5]
    assert [met[index].result for index in range(5)] == [2, None, 6, 8, None]
    assert [str(met[index].error) for index in (1, 4)] == ["-2 is negative", "-5 is negative"]
    assert met[0].unwrap() == 2
    with pytest.raises(ValueError, match="-2 is negative"):
        met[1].unwrap()


def test_results_and_outcomes_are_in_the_order_of_the_inputs() -> None:
    many = range(50)
    assert make(numbers(*many)).results() == [2 * each for each in many]
    outcomes = make(numbers(-1, *many)).outcomes()
    assert [outcome.index for outcome in outcomes] == list(range(51))
    assert [outcome.error is None for outcome in outcomes] == [False] + [True] * 50


def test_what_is_finished_late_is_still_in_order() -> None:
    def first_is_slow(task: TaskDefinition) -> int:
        time.sleep(0 if number(task) else 0.1)
        return number(task)

    assert make(numbers(0, 1, 2), first_is_slow).results() == [0, 1, 2]


def test_no_inputs_give_no_results() -> None:
    assert make([]).results() == []


def test_failures_are_raised_together_with_all_that_succeeded() -> None:
    with pytest.raises(BatchError, match=r"2 of 5 tasks failed\. The first, input 1: -2") as raised:
        make(numbers(1, -2, 3, 4, -5)).results()
    assert [str(error) for error in raised.value.exceptions] == ["-2 is negative", "-5 is negative"]
    assert [outcome.result for outcome in raised.value.outcomes] == [2, None, 6, 8, None]
    assert raised.value.stopped is None


def test_a_batch_runs_once() -> None:
    batch = make(numbers(1))
    assert batch.results() == [2]
    with pytest.raises(RuntimeError, match=r"^a batch can run only once"):
        batch.results()


def test_inputs_are_read_as_there_is_room_for_them() -> None:
    inputs = count()
    with make({"n": each} for each in inputs) as batch:
        for taken in range(1, 100):
            next(batch)
            assert next(inputs) <= 2 * taken + FEW  # which takes one itself


@pytest.mark.parametrize("inputs", ["{}", b"{}", {"n": 1}, TaskDefinition(input={})])
def test_one_input_is_not_taken_for_many(inputs: Any) -> None:
    with pytest.raises(
        TypeError,
        match=f"inputs must be an iterable of tasks, not a single {type(inputs).__name__}",
    ):
        make(inputs)


@pytest.mark.parametrize(("inputs", "name"), [(None, "None"), (5, "int"), (object(), "object")])
def test_what_is_not_iterable_is_refused_before_anything_runs(inputs: Any, name: str) -> None:
    with pytest.raises(TypeError, match=f"inputs must be an iterable of tasks, got {name}$"):
        make(inputs)
    with pytest.raises(TypeError, match=f"inputs must be an iterable of tasks, got {name}$"):
        deployment(SyncClient()).tasks.run_many(inputs)


@pytest.mark.parametrize("concurrency", [0, -1])
def test_at_least_one_has_to_run(concurrency: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        make([], concurrency=concurrency)


def broken_after(good: int) -> Iterator[dict[str, Any]]:
    yield from numbers(*range(good))
    raise LookupError("the inputs broke")


def test_what_the_inputs_raise_comes_after_what_was_in_flight() -> None:
    met = []
    with pytest.raises(LookupError, match="the inputs broke"):
        for outcome in make(broken_after(FEW + 2)):
            met.append(outcome.result)
    assert sorted(met) == [0, 2, 4, 6, 8]


def test_in_lists_it_comes_with_the_outcomes_until_then() -> None:
    for ask in ("results", "outcomes"):
        with pytest.raises(BatchError, match="ended early: the inputs broke") as raised:
            getattr(make(broken_after(2)), ask)()
        assert [outcome.result for outcome in raised.value.outcomes] == [0, 2]
        assert isinstance(raised.value.stopped, LookupError)
        assert raised.value.exceptions == (raised.value.stopped,)


def test_an_input_that_is_not_a_task_ends_the_batch_and_says_which() -> None:
    batch = make([{"n": 1}, {"n": object()}])
    assert (next(batch)).result == 2
    with pytest.raises(ValueError, match=r"arguments\['n'\] cannot be sent as JSON") as raised:
        next(batch)
    assert raised.value.__notes__ == ["This is input 1 of the batch."]


@pytest.mark.parametrize(
    "error",
    [UNREACHABLE, UNAUTHORIZED, ClientClosedError("the client was closed")],
    ids=lambda error: type(error).__name__,
)
def test_a_failure_that_will_not_pass_ends_the_batch(error: Exception) -> None:
    def fail(task: TaskDefinition) -> None:
        raise error

    met: list[Outcome] = []
    with pytest.raises(type(error)) as raised:
        for outcome in make(({"n": each} for each in count()), fail):
            met.append(outcome)
    assert "in a row failed like this: the batch ended early" in raised.value.__notes__[0]
    del error.__notes__
    assert FEW <= len(met) <= 3 * FEW


@pytest.mark.parametrize("row", [1, FEW - 1])
def test_failures_that_pass_end_nothing(row: int) -> None:
    def lose(task: TaskDefinition) -> None:
        raise UNREACHABLE if number(task) % 10 < row else CUT

    outcomes = make(numbers(*range(50)), lose).outcomes()
    assert [outcome.error for outcome in outcomes] == ([UNREACHABLE] * row + [CUT] * (10 - row)) * 5


def test_a_bar_is_shown_that_knows_how_many_and_what_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    make(list(numbers(1, -2, 3)), progress=True).outcomes()
    assert "3/3" in terminal.getvalue()
    assert "failed=1" in terminal.getvalue()
    make(numbers(1, -2, 3), progress=True).outcomes()  # a generator has no length
    assert "3task" in terminal.getvalue()


def test_a_batch_goes_on_from_its_file(path: Path) -> None:
    given = (1, -2, 3, 4)
    with make(numbers(*given), results_file=path) as batch:
        assert not (next(batch)).resumed
    outcomes = make(numbers(*given), results_file=path).outcomes()
    assert outcomes[0].resumed
    assert [outcome.result for outcome in outcomes] == [2, None, 6, 8]

    ran = []

    def mended(task: TaskDefinition) -> int:
        ran.append(number(task))
        return 5

    outcomes = make(numbers(*given), mended, results_file=path).outcomes()
    assert ran == [-2]
    assert [outcome.result for outcome in outcomes] == [2, 5, 6, 8]
    assert [outcome.resumed for outcome in outcomes] == [True, False, True, True]
    assert make(numbers(*given), refuse, results_file=path).results() == [2, 5, 6, 8]


def test_an_outcome_is_in_the_file_before_it_is_handed_out(path: Path) -> None:
    with make(numbers(*range(20)), results_file=path) as batch:
        for outcome in batch:
            assert outcome.index in kept(path)


def test_a_changed_input_ends_the_batch_after_what_was_in_flight(path: Path) -> None:
    make(numbers(1, 2), results_file=path).results()
    with pytest.raises(BatchError, match="input 1 is not the one whose result is") as raised:
        make(numbers(1, 3), refuse, results_file=path).results()
    assert [outcome.result for outcome in raised.value.outcomes] == [2]
    assert isinstance(raised.value.stopped, ResultsFileError)


def test_what_is_kept_does_not_count_as_a_call(path: Path) -> None:
    make(numbers(0), results_file=path, concurrency=1).results()

    def fail(task: TaskDefinition) -> None:
        raise UNREACHABLE

    batch = make(numbers(0, 1, 2, 3), fail, results_file=path, concurrency=1)
    outcomes = []
    with pytest.raises(ServerUnreachableError):
        for outcome in batch:
            outcomes.append(outcome.index)
    del UNREACHABLE.__notes__
    assert outcomes == [0, 1]


def test_a_file_that_is_not_ours_stops_the_batch_before_it_starts(notes: Path) -> None:
    with pytest.raises(ResultsFileError):
        next(make(numbers(1), refuse, results_file=notes))
    assert content(notes) == "notes"


def test_nothing_is_run_nor_made_before_it_is_asked_for(path: Path) -> None:
    with make(numbers(1), refuse, results_file=path):
        pass
    assert content(path) is None


def test_a_file_that_cannot_be_written_ends_the_batch(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: ResultsFile, outcome: Outcome) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(ResultsFile, "add", full)
    with pytest.raises(OSError, match="no space left"):
        next(make(numbers(*range(9)), results_file=path))


def test_going_on_needs_memory_for_places_alone(tmp_path: Path) -> None:
    path = tmp_path / "results"
    with ResultsFile(path) as file:
        for each in range(400):
            task = TaskDefinition(input={"n": each})
            file.add(Outcome(index=each, task=task, result="x" * 5000))
    tracemalloc.start()
    batch = make(numbers(*range(400)), refuse, results_file=path)
    indices = {outcome.index for outcome in batch}
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(indices) == 400
    assert memory < 1_000_000  # the results alone are two millions


def test_tasks_of_a_deployment(path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        assert request.extensions["deadline"].timeout == 5
        assert request.url.path == "/deployments/d/tasks/run"
        return httpx.Response(200, json=[body["service_id"], json.loads(body["input"])])

    client = SyncClient(transport=httpx.MockTransport(answer))
    tasks = TaskCollection(client=client, deployment_id="d")
    batch = tasks.run_many(
        ['{"n": 0}', {"n": 1}, TaskDefinition.of("echo", n=2)], timeout=5, results_file=path
    )
    assert batch.results() == [[None, {"n": 0}], [None, {"n": 1}], ["echo", {"n": 2}]]
    assert sorted(kept(path)) == [0, 1, 2]


@pytest.mark.parametrize("service", [(), ("echo",)], ids=["deployment", "session"])
def test_ten_run_at_once_and_no_bar_is_shown_unless_asked_for(
    client: SyncClient, service: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks: Any = Session(client=client, id="s") if service else deployment(client).tasks
    batch = tasks.run_many(*service, [])
    assert batch._state.concurrency == 10
    monkeypatch.setitem(sys.modules, "tqdm", None)
    tasks.run_many(*service, [])
    with pytest.raises(ModuleNotFoundError, match="progress"):
        tasks.run_many(*service, [], progress=True)


def test_tasks_of_a_session(client: SyncClient, wire: respx.MockRouter, path: Path) -> None:
    timeouts: set[float] = set()

    def create(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        assert (body["session_id"], body["service_id"]) == ("s", "echo")
        timeouts.add(request.extensions["deadline"].timeout)
        return httpx.Response(200, json=json.loads(body["input"])["id"])

    def result(request: httpx.Request) -> httpx.Response:
        id = request.url.path.split("/")[-2]
        return httpx.Response(200, json={"task_id": id, "result": id.upper()})

    wire.post("http://localhost:8000/sessions/s/tasks").mock(side_effect=create)
    wire.get(path__regex="/sessions/s/tasks/./result").mock(side_effect=result)
    session = Session(client=client, id="s")
    inputs: list[str | dict[str, str]] = [{"id": "a"}, '{"id": "b"}']
    batch = session.run_many("echo", inputs, results_file=path, timeout=5, concurrency=1)
    assert batch.results() == ["A", "B"]
    assert session.run_many("echo", inputs, results_file=path).results() == ["A", "B"]
    assert wire.calls.call_count == 4
    assert timeouts == {5}
    with pytest.raises(BatchError, match="input 0 is not the one"):
        session.run_many("other", inputs, results_file=path).results()
