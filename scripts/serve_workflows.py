"""Runs a workflow server of llama-agents. Executed by the server's own Python.

It imports nothing of this project but the workflows. Arguments: port, seconds between heartbeats,
and a SQLite file in which handlers outlive the process, or an empty string.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

LOOPBACK = "127.0.0.1"


def main() -> None:
    """Run the server in this process."""
    sys.path.insert(0, str(Path(__file__).parent / "workflows"))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import uvicorn

    # Both are there where the server is, and this runs there alone.
    from agent_workflows import (  # type: ignore[import-not-found]
        DECLARED,
        WORKFLOWS,
    )
    from llama_agents.server import (  # type: ignore[import-not-found]
        SqliteWorkflowStore,
        WorkflowServer,
    )

    port, heartbeat, file = sys.argv[1:]
    store = SqliteWorkflowStore(file) if file else None
    server = WorkflowServer(workflow_store=store, sse_heartbeat_interval=float(heartbeat))
    for name, workflow in WORKFLOWS.items():
        server.add_workflow(name, workflow, additional_events=DECLARED.get(name))
    uvicorn.run(server.app, host=LOOPBACK, port=int(port), log_level="info")


def _end_with_parent() -> None:
    """Wait until standard input, a pipe from the process that started the server, closes."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
