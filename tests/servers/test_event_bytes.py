"""Events are, byte for byte, what the server's own serializer makes of them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from llama_deploy_client import HumanResponseEvent
from scripts.servers import install

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", params=["0.6", "0.9"])
def serialized(request: pytest.FixtureRequest) -> dict[str, tuple[str, str, str]]:
    """By name of an event: what the server writes, what this package does, and what the server
    makes of what this package read."""
    result = subprocess.run(
        [install(request.param), Path(__file__).with_name("serialize_events.py")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    events: dict[str, tuple[str, str, str]] = json.loads(result.stdout)
    return events


def test_llama_index_events_are_written_and_read_as_the_server_writes_them(
    serialized: dict[str, tuple[str, str, str]],
) -> None:
    assert len(serialized) == 7
    for name, (theirs, ours, again) in serialized.items():
        assert ours == theirs, name
        assert again == theirs, name


def test_our_human_response_is_llama_indexs_without_llama_index(
    serialized: dict[str, tuple[str, str, str]],
) -> None:
    theirs, _, _ = serialized["human response"]
    module, _, _ = json.loads(theirs)["qualified_name"].rpartition(".")
    ours = HumanResponseEvent(module=module, response="grüße\n\"'\\")
    assert ours.to_json() == theirs
