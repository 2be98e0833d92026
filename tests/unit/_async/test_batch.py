"""Batches: many tasks, a few at a time, and a file from which they go on."""

from __future__ import annotations

import asyncio
import json
import sys
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from respx import MockRouter

from llama_deploy_client import (
    BatchError,
    ClientClosedError,
    Outcome,
    ResultsFileError,
    ServerUnreachableError,
    TaskDefinition,
)
from llama_deploy_client._async.batch import Batch
from llama_deploy_client._async.client import AsyncClient
from llama_deploy_client._failures import request_error, status_error
from llama_deploy_client._results_file import ResultsFile
from llama_deploy_client._servers import API_SERVER
from llama_deploy_client._values import to_task

from ..test_progress import Terminal
from .calls import CONTROL_PLANE, deployment, session

REQUEST = httpx.Request("POST", "http://one/run")
UNREACHABLE = request_error(httpx.ConnectError("refused"), REQUEST, API_SERVER, 1)
CUT = request_error(httpx.ReadError("cut"), REQUEST, API_SERVER, 1)
UNAUTHORIZED = status_error(httpx.Response(401, request=REQUEST), API_SERVER)
FEW = 3
"""How many run at once in these tests."""


def number(task: TaskDefinition) -> int:
    """Which of `numbers` the task is."""
    return int(json.loads(task.input)["n"])


def numbers(*each: int) -> Iterator[dict[str, Any]]:
    return ({"n": n} for n in each)


async def double(task: TaskDefinition) -> int:
    if number(task) < 0:
        raise ValueError(f"{number(task)} is negative")
    return 2 * number(task)


async def refuse(task: TaskDefinition) -> int:
    raise AssertionError("nothing was to be run")


async def cannot_reach(task: TaskDefinition) -> None:
    raise UNREACHABLE


def indices(path: Path) -> list[int]:
    """The indices of a results file, line by line."""
    return [json.loads(line)["index"] for line in path.read_text().splitlines()]


def exists(path: Path) -> bool:
    return path.exists()


def make(
    inputs: Any, run: Callable[[TaskDefinition], Awaitable[Any]] = double, **options: Any
) -> Batch:
    defaults: dict[str, Any] = {"concurrency": FEW, "progress": False, "results_file": None}
    return Batch(inputs, to_task, run, **{**defaults, **options})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


async def test_every_input_has_one_outcome_failures_among_them() -> None:
    outcomes = {outcome.index: outcome async for outcome in make(numbers(1, -2, 3, 4, -5))}
    assert sorted(outcomes) == [0, 1, 2, 3, 4]
    assert [number(outcomes[index].task) for index in range(5)] == [1, -2, 3, 4, -5]
    assert [outcomes[index].result for index in range(5)] == [2, None, 6, 8, None]
    assert [str(outcomes[index].error) for index in (1, 4)] == ["-2 is negative", "-5 is negative"]
    assert outcomes[0].unwrap() == 2
    with pytest.raises(ValueError, match="-2 is negative"):
        outcomes[1].unwrap()


async def test_results_and_outcomes_are_in_the_order_of_the_inputs() -> None:
    finished: list[int] = []

    async def first_is_last(task: TaskDefinition) -> int:
        while number(task) == 0 and len(finished) < 49:
            await asyncio.sleep(0)
        finished.append(number(task))
        return number(task)

    assert await make([]).results() == []
    assert await make(numbers(*range(50)), first_is_last).results() == [*range(50)]
    assert finished[-1] == 0
    outcomes = await make(numbers(0, 1, 2), first_is_last).outcomes()
    assert [outcome.index for outcome in outcomes] == [0, 1, 2]


async def test_failures_are_raised_together_with_all_outcomes() -> None:
    with pytest.raises(BatchError, match=r"2 of 5 tasks failed\. The first, input 1: -2") as caught:
        await make(numbers(1, -2, 3, 4, -5)).results()
    assert [str(error) for error in caught.value.exceptions] == ["-2 is negative", "-5 is negative"]
    assert [outcome.result for outcome in caught.value.outcomes] == [2, None, 6, 8, None]
    assert caught.value.stopped is None


async def test_a_batch_runs_once() -> None:
    batch = make(numbers(1))
    assert await batch.results() == [2]
    with pytest.raises(RuntimeError, match=r"^a batch can run only once"):
        await batch.results()


async def test_inputs_are_read_as_there_is_room_for_them() -> None:
    inputs = count()
    async with make({"n": each} for each in inputs) as batch:
        for taken in range(1, 100):
            await anext(batch)
            assert next(inputs) < 2 * taken + FEW  # which takes one itself


@pytest.mark.parametrize(
    ("inputs", "end"),
    [
        ("{}", "not a single str"),
        (b"{}", "not a single bytes"),
        ({"n": 1}, "not a single dict"),
        (TaskDefinition(input={}), "not a single TaskDefinition"),
        (None, "got None"),
        (5, "got int"),
    ],
)
def test_inputs_are_iterable_and_not_a_single_one(inputs: Any, end: str) -> None:
    message = f"^inputs must be an iterable of tasks, {end}$"
    with pytest.raises(TypeError, match=message):
        make(inputs)
    with pytest.raises(TypeError, match=message):
        deployment(AsyncClient()).tasks.run_many(inputs)


@pytest.mark.parametrize("concurrency", [0, -1, "3"])
def test_concurrency_is_an_int_and_at_least_1(concurrency: Any) -> None:
    message = r"concurrency must be (at least 1|an int), got"
    with pytest.raises((ValueError, TypeError), match=message):
        make([], concurrency=concurrency)


def broken_after(good: int) -> Iterator[dict[str, Any]]:
    yield from numbers(*range(good))
    raise LookupError("the inputs broke")


async def test_an_error_of_the_inputs_comes_after_the_calls_in_flight() -> None:
    results = []
    with pytest.raises(LookupError, match="the inputs broke"):
        async for outcome in make(broken_after(FEW + 2)):
            results.append(outcome.result)
    assert sorted(results) == [0, 2, 4, 6, 8]


@pytest.mark.parametrize("method", ["results", "outcomes"])
async def test_an_error_of_the_inputs_has_the_outcomes_until_then(method: str) -> None:
    with pytest.raises(BatchError, match="ended early: the inputs broke") as caught:
        await getattr(make(broken_after(2)), method)()
    assert [outcome.result for outcome in caught.value.outcomes] == [0, 2]
    assert isinstance(caught.value.stopped, LookupError)
    assert caught.value.exceptions == (caught.value.stopped,)


async def test_an_input_that_is_not_a_task_ends_the_batch_and_is_named() -> None:
    batch = make([{"n": 1}, {"n": object()}])
    assert (await anext(batch)).result == 2
    with pytest.raises(ValueError, match=r"arguments\['n'\] cannot be sent as JSON") as caught:
        await anext(batch)
    assert caught.value.__notes__ == ["This is input 1 of the batch."]


@pytest.mark.parametrize(
    "error",
    [UNREACHABLE, UNAUTHORIZED, ClientClosedError("the client was closed")],
    ids=lambda error: type(error).__name__,
)
async def test_a_failure_that_will_not_pass_ends_the_batch(error: Exception) -> None:
    async def fail(task: TaskDefinition) -> None:
        raise error

    outcomes: list[Outcome] = []
    with pytest.raises(type(error)) as caught:
        async for outcome in make(({"n": each} for each in count()), fail):
            outcomes.append(outcome)
    assert "in a row failed like this: the batch ended early" in caught.value.__notes__[0]
    del error.__notes__
    assert FEW <= len(outcomes) <= 3 * FEW


@pytest.mark.parametrize("row", [1, FEW - 1])
async def test_failures_that_pass_end_nothing(row: int) -> None:
    errors: list[Exception | None] = []

    async def lose(task: TaskDefinition) -> None:
        while len(errors) < number(task):  # a thread could overtake another
            await asyncio.sleep(0)
        raise UNREACHABLE if number(task) % 10 < row else CUT

    async for outcome in make(numbers(*range(50)), lose):
        errors.append(outcome.error)
    assert errors == ([UNREACHABLE] * row + [CUT] * (10 - row)) * 5


async def test_a_bar_shows_how_many_there_are_and_how_many_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    await make(list(numbers(1, -2, 3)), progress=True).outcomes()
    assert "3/3" in terminal.getvalue()
    assert "failed=1" in terminal.getvalue()
    await make(numbers(1, -2, 3), progress=True).outcomes()  # a generator has no length
    assert "3task" in terminal.getvalue()


class TestAResultsFile:
    async def test_is_where_a_batch_goes_on(self, path: Path) -> None:
        inputs = (1, -2, 3, 4)
        async with make(numbers(*inputs), results_file=path, concurrency=1) as batch:
            assert not (await anext(batch)).resumed
        outcomes = await make(numbers(*inputs), results_file=path).outcomes()
        assert outcomes[0].resumed
        assert [outcome.result for outcome in outcomes] == [2, None, 6, 8]

        ran = []

        async def repaired(task: TaskDefinition) -> int:
            ran.append(number(task))
            return 5

        outcomes = await make(numbers(*inputs), repaired, results_file=path).outcomes()
        assert ran == [-2]
        assert [outcome.result for outcome in outcomes] == [2, 5, 6, 8]
        assert [outcome.resumed for outcome in outcomes] == [True, False, True, True]
        assert await make(numbers(*inputs), refuse, results_file=path).results() == [2, 5, 6, 8]

    async def test_has_an_outcome_before_the_caller(self, path: Path) -> None:
        async with make(numbers(*range(20)), results_file=path) as batch:
            async for outcome in batch:
                assert outcome.index in indices(path)

    async def test_of_other_inputs_ends_the_batch(self, path: Path) -> None:
        await make(numbers(1, 2), results_file=path).results()
        with pytest.raises(
            BatchError, match="input 1 differs from the one whose result is"
        ) as caught:
            await make(numbers(1, 3), refuse, results_file=path).results()
        assert [outcome.result for outcome in caught.value.outcomes] == [2]
        assert isinstance(caught.value.stopped, ResultsFileError)

    async def test_has_results_that_do_not_count_as_calls(self, path: Path) -> None:
        await make(numbers(0), results_file=path, concurrency=1).results()
        outcomes = []
        with pytest.raises(ServerUnreachableError):
            async for outcome in make(
                numbers(0, 1, 2, 3), cannot_reach, results_file=path, concurrency=1
            ):
                outcomes.append(outcome.index)
        del UNREACHABLE.__notes__
        assert outcomes == [0, 1]

    async def test_that_is_a_folder_stops_the_batch_before_it_starts(self, path: Path) -> None:
        with pytest.raises(ResultsFileError):
            await anext(make(numbers(1), refuse, results_file=path.parent))

    async def test_is_not_made_before_an_outcome_is_asked_for(self, path: Path) -> None:
        async with make(numbers(1), refuse, results_file=path):
            pass
        assert not exists(path)

    async def test_on_a_full_disk_ends_the_batch(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(file: ResultsFile, outcome: Outcome) -> None:
            raise OSError("no space left")

        monkeypatch.setattr(ResultsFile, "add", full)
        with pytest.raises(OSError, match="no space left"):
            await anext(make(numbers(*range(9)), results_file=path))

    async def test_is_not_read_into_memory(self, path: Path) -> None:
        with ResultsFile(path) as file:
            for each in range(40):
                task = TaskDefinition(input={"n": each})
                file.add(Outcome(index=each, task=task, result="x" * 50_000))
        tracemalloc.start()
        batch = make(numbers(*range(40)), refuse, results_file=path)
        assert len({outcome.index async for outcome in batch}) == 40
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert memory < 1_000_000  # the results alone are two millions


async def test_tasks_of_a_deployment(client: AsyncClient, wire: MockRouter, path: Path) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        assert request.extensions["deadline"].timeout == 5
        return httpx.Response(200, json=[body["service_id"], json.loads(body["input"])])

    wire.post(path="/deployments/d/tasks/run").mock(side_effect=respond)
    inputs: list[Any] = ['{"n": 0}', {"n": 1}, TaskDefinition.of("echo", n=2)]
    batch = deployment(client).tasks.run_many(inputs, timeout=5, results_file=path)
    assert await batch.results() == [[None, {"n": 0}], [None, {"n": 1}], ["echo", {"n": 2}]]
    assert sorted(indices(path)) == [0, 1, 2]


@pytest.mark.parametrize("service", [(), ("echo",)], ids=["deployment", "session"])
async def test_ten_run_at_once_and_a_bar_has_to_be_asked_for(
    client: AsyncClient, service: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks: Any = session(client) if service else deployment(client).tasks
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert tasks.run_many(*service, [])._state.concurrency == 10
    with pytest.raises(ModuleNotFoundError, match="progress"):
        tasks.run_many(*service, [], progress=True)


async def test_tasks_of_a_session(client: AsyncClient, wire: MockRouter, path: Path) -> None:
    timeouts: set[float] = set()

    def create(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        assert (body["session_id"], body["service_id"]) == ("s", "echo")
        timeouts.add(request.extensions["deadline"].timeout)
        return httpx.Response(200, json=json.loads(body["input"])["id"])

    def result(request: httpx.Request) -> httpx.Response:
        id = request.url.path.split("/")[-2]
        return httpx.Response(200, json={"task_id": id, "result": id.upper()})

    wire.post(f"{CONTROL_PLANE}/sessions/s/tasks").mock(side_effect=create)
    wire.get(path__regex="/sessions/s/tasks/./result").mock(side_effect=result)
    run_many = session(client).run_many
    inputs: list[str | dict[str, str]] = [{"id": "a"}, '{"id": "b"}']
    batch = run_many("echo", inputs, results_file=path, timeout=5, concurrency=1)
    assert await batch.results() == ["A", "B"]
    assert await run_many("echo", inputs, results_file=path).results() == ["A", "B"]
    assert wire.calls.call_count == 4
    assert timeouts == {5}
    with pytest.raises(BatchError, match="input 0 differs from the one"):
        await run_many("other", inputs, results_file=path).results()
