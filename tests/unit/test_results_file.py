"""The file of finished tasks: what it keeps, what it cuts off, and what it refuses."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from llama_deploy_client import Outcome, ResultsFileError, TaskDefinition
from llama_deploy_client._results_file import ResultsFile, digest


def task(number: int, **more: Any) -> TaskDefinition:
    return TaskDefinition(input={"n": number}, **more)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


def fill(path: Path, *numbers: int) -> bytes:
    """A file with the results of these tasks. Its bytes."""
    with ResultsFile(path) as file:
        for number in numbers:
            file.add(Outcome(index=number, task=task(number), result=[number, "ä\n\u2028"]))
    return path.read_bytes()


def test_a_line_is_an_object_of_index_digest_and_result_or_error(path: Path) -> None:
    with ResultsFile(path) as file:
        file.add(Outcome(index=3, task=task(3), result={"text": "a\nb"}))
        file.add(Outcome(index=1, task=task(1), error=ValueError("no\nluck")))
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"index": 3, "digest": digest(task(3)), "result": {"text": "a\nb"}},
        {"index": 1, "digest": digest(task(1)), "error": "ValueError: no\nluck"},
    ]


def test_a_line_is_in_the_file_as_soon_as_it_is_added(path: Path) -> None:
    with ResultsFile(path) as file:
        file.add(Outcome(index=0, task=task(0), result=None))
        assert path.read_bytes().count(b"\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_file_that_is_made_is_readable_by_its_owner_alone(path: Path) -> None:
    umask = os.umask(0)
    try:
        with ResultsFile(path):
            assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o640)  # somebody shares it on purpose
        with ResultsFile(path):
            assert path.stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(umask)


def test_what_is_not_a_file_is_refused_unread(tmp_path: Path) -> None:
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(ResultsFileError, match="is not a regular file"):
            ResultsFile(path)


@pytest.mark.parametrize("result", [None, 0, "text", [1.5, {"a": None}], float("inf")])
def test_a_success_is_found_again_as_it_was(path: Path, result: Any) -> None:
    with ResultsFile(path) as file:
        file.add(Outcome(index=7, task=task(7), result=result))
    again = task(7)
    with ResultsFile(path) as file:
        assert file.find(7, again) == Outcome(index=7, task=again, result=result, resumed=True)
        assert file.find(8, task(8)) is None


def test_a_failure_is_not_found_until_it_succeeds(path: Path) -> None:
    with ResultsFile(path) as file:
        file.add(Outcome(index=0, task=task(0), error=ValueError()))
    with ResultsFile(path) as file:
        assert file.find(0, task(0)) is None
        file.add(Outcome(index=0, task=task(0), result="done"))
    with ResultsFile(path) as file:
        found = file.find(0, task(0))
    assert found is not None
    assert found.result == "done"


def test_every_half_line_at_the_end_is_cut_off(path: Path) -> None:
    whole = fill(path, 0, 1)
    first = whole.index(b"\n") + 1
    for end in range(first, len(whole)):
        path.write_bytes(whole[:end])
        with ResultsFile(path) as file:
            assert path.read_bytes() == whole[:first]
            assert file.find(0, task(0)) is not None
            assert file.find(1, task(1)) is None
            file.add(Outcome(index=1, task=task(1), result=[1, "ä\n\u2028"]))
        assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "content",
    [
        b"\n",
        b"notes",
        b"notes\n",
        b"[1]\n",
        b'{"index": "0", "digest": "d", "result": 1}\n',
        b'{"index": 0, "result": 1}\n',
        b'{"index": 0, "digest": "d"}\n',
        b'{"index": 0, "digest": "d", "error": 5}\n',
        b'{"index": 0, "digest": "d", "result": 1\n',
        b'{"digest": "d", "index": 0, "result": 1}\n',
        b'{"index": 0, "digest": "d", "result": 1}\nnotes',
        b'{"index": 0, "digest": "d", "result": 1}\n{}\n{"index": 2',
        b'{"index": 0, "digest": "d", "result": ' + b"[" * 100_000 + b"\n",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_not_a_results_file_is_refused_and_stays_as_it_is(
    path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    said = r"jsonl is not a results file: line [12] is not a batch record\. The file .*_file$"
    with pytest.raises(ResultsFileError, match=said):
        ResultsFile(path)
    assert path.read_bytes() == content


def test_other_inputs_are_refused_with_index_and_remedy(path: Path) -> None:
    fill(path, 0, 1)
    with ResultsFile(path) as file:
        assert file.find(0, task(0)) is not None
        with pytest.raises(
            ResultsFileError,
            match=r"input 1 is not .*give the inputs that the .* another results_file$",
        ):
            file.find(1, task(2))


def test_a_digest_tells_tasks_apart_by_all_but_their_ids() -> None:
    told = [
        task(0),
        task(1),
        task(0, service_id="echo"),
        task(0, session_id="echo"),
        task(0, service_id="a", session_id="b"),
        task(0, service_id="b", session_id="a"),
    ]
    assert len({digest(each) for each in told}) == len(told)
    assert digest(task(0, task_id="a")) == digest(task(0, task_id="b"))


def test_a_file_of_an_earlier_version_is_understood() -> None:
    assert digest(TaskDefinition(input='{"n": 0}')) == "f23a5e72a183821438c71a9903f68e4b"


def test_only_one_batch_at_a_time_uses_a_file(path: Path) -> None:
    with (
        ResultsFile(path),
        pytest.raises(
            ResultsFileError,
            match=r"in use by another batch.* left early has to be closed: use `with` or close it$",
        ),
    ):
        ResultsFile(path)
    fill(path, 0)


class FullDisk:
    """Takes `room` bytes, then no more."""

    def __init__(self, file: Any, room: int) -> None:
        self._file, self._room = file, room

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: memoryview) -> int:
        if not self._room:
            raise OSError(errno.ENOSPC, "no space left")
        written = self._file.write(data[: self._room])
        self._room -= written
        return int(written)


def test_a_full_disk_is_an_error_and_leaves_no_half_line(path: Path) -> None:
    before = fill(path, 0)
    with ResultsFile(path) as file:
        real, file._out = file._out, FullDisk(file._out, 10)  # type: ignore[assignment]
        with pytest.raises(OSError, match=f"no space left: '{path}'"):
            file.add(Outcome(index=1, task=task(1), result=None))
        file._out = real
    assert path.read_bytes() == before


def test_closing_twice_is_closing(path: Path) -> None:
    file = ResultsFile(path)
    file.close()
    file.close()
