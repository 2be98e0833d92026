"""The file of finished tasks: what it keeps, what it truncates, and what it refuses."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from llama_deploy_client import Outcome, ResultsFileError, TaskDefinition
from llama_deploy_client._results_file import ResultsFile, digest


def task(number: int, **more: Any) -> TaskDefinition:
    return TaskDefinition(input={"n": number}, **more)


def add(file: ResultsFile, number: int, **result: Any) -> None:
    file.add(Outcome(index=number, task=task(number), **result))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


def fill(path: Path, *numbers: int) -> bytes:
    """Make a file with the results of these tasks. Return its bytes."""
    with ResultsFile(path) as file:
        for number in numbers:
            add(file, number, result=[number, "ä\n\u2028"])
    return path.read_bytes()


def test_a_line_is_an_object_of_index_digest_and_result_or_error(path: Path) -> None:
    with ResultsFile(path) as file:
        add(file, 3, result={"text": "a\nb"})
        assert path.read_bytes().count(b"\n") == 1  # at once
        add(file, 1, error=ValueError("no\nluck"))
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"index": 3, "digest": digest(task(3)), "result": {"text": "a\nb"}},
        {"index": 1, "digest": digest(task(1)), "error": "ValueError: no\nluck"},
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_its_owner_can_read_a_new_file(path: Path) -> None:
    umask = os.umask(0)
    try:
        with ResultsFile(path):
            assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o640)  # somebody shares it on purpose
        with ResultsFile(path):
            assert path.stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(umask)


def test_folders_and_devices_are_refused_unread(tmp_path: Path) -> None:
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(ResultsFileError, match="is not a regular file"):
            ResultsFile(path)


@pytest.mark.parametrize("result", [None, 0, "text", [1.5, {"a": None}], float("inf")])
def test_find_returns_a_result_as_it_was(path: Path, result: Any) -> None:
    with ResultsFile(path) as file:
        add(file, 7, result=result)
    again = task(7)
    with ResultsFile(path) as file:
        assert file.find(7, again) == Outcome(index=7, task=again, result=result, resumed=True)
        assert file.find(8, task(8)) is None


def test_find_returns_none_for_a_failure_until_the_task_succeeds(path: Path) -> None:
    with ResultsFile(path) as file:
        add(file, 0, error=ValueError())
        add(file, 1, result="behind it")
    with ResultsFile(path) as file:
        assert file.find(0, task(0)) is None
        assert file.find(1, task(1)) is not None
        add(file, 0, result="done")
    with ResultsFile(path) as file:
        outcome = file.find(0, task(0))
    assert outcome is not None
    assert outcome.result == "done"


def test_an_incomplete_line_at_the_end_is_truncated(path: Path) -> None:
    whole = fill(path, 0, 1)
    first = whole.index(b"\n") + 1
    for end in (first, first + 1, first + 20, len(whole) - 1):
        path.write_bytes(whole[:end])
        with ResultsFile(path) as file:
            assert path.read_bytes() == whole[:first]
            assert file.find(0, task(0)) is not None
            assert file.find(1, task(1)) is None
            add(file, 1, result=[1, "ä\n\u2028"])
        assert path.read_bytes() == whole


GOOD = b'{"index": 0, "digest": "d", "result": 1}\n'


@pytest.mark.parametrize(
    "content",
    [
        *(b"\n", b"notes", b"notes\n", b"[1]\n", b"\xff\xfe\x00"),
        b'{"index": "0", "digest": "d", "result": 1}\n',
        b'{"index": 0, "result": 1}\n',
        b'{"index": 0, "digest": "d"}\n',
        b'{"index": 0, "digest": "d", "error": 5}\n',
        b'{"index": 0, "digest": "d", "result": 1\n',
        b'{"digest": "d", "index": 0, "result": 1}\n',
        GOOD + b"notes",
        GOOD + b'{}\n{"index": 2',
        b'{"index": 0, "digest": "d", "result": ' + b"[" * 100_000 + b"\n",
    ],
)
def test_another_file_is_refused_and_not_changed(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    message = r"jsonl is not a results file: line [12] is not a batch record\. The file .*_file$"
    with pytest.raises(ResultsFileError, match=message):
        ResultsFile(path)
    assert path.read_bytes() == content


def test_other_inputs_are_refused_with_index_and_advice(path: Path) -> None:
    fill(path, 0, 1)
    message = r"input 1 differs .*use the same inputs in the same order, .* another results_file$"
    with ResultsFile(path) as file:
        assert file.find(0, task(0)) is not None
        with pytest.raises(ResultsFileError, match=message):
            file.find(1, task(2))


def test_a_digest_identifies_a_task_by_everything_except_its_id() -> None:
    tasks = [
        task(0),
        task(1),
        task(0, service_id="echo"),
        task(0, session_id="echo"),
        task(0, service_id="a", session_id="b"),
        task(0, service_id="b", session_id="a"),
    ]
    assert len({digest(each) for each in tasks}) == len(tasks)
    assert digest(task(0, task_id="a")) == digest(task(0, task_id="b"))
    earlier_version = "f23a5e72a183821438c71a9903f68e4b"
    assert digest(TaskDefinition(input='{"n": 0}')) == earlier_version


def test_one_batch_at_a_time_uses_a_file(path: Path) -> None:
    message = r"in use by another batch.* left that one early, close it, or use `with`$"
    with ResultsFile(path) as file, pytest.raises(ResultsFileError, match=message):
        ResultsFile(path)
    file.close()  # a second time
    fill(path, 0)


def test_a_full_disk_is_an_error_and_leaves_no_incomplete_line(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(data: memoryview) -> int:
        if disk.write.call_count > 1:
            raise OSError(errno.ENOSPC, "no space left")
        return real.write(data[:10])

    before = fill(path, 0)
    with ResultsFile(path) as file:
        real = file._out
        disk = mock.Mock(wraps=real)
        disk.write.side_effect = write
        with monkeypatch.context() as patch:
            patch.setattr(file, "_out", disk)
            with pytest.raises(OSError, match=f"no space left: '{path}'"):
                add(file, 1, result=None)
    assert path.read_bytes() == before
