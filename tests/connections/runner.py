"""A small asyncio server that runs tasks, in a thread of its own: it answers with their input."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Runner:
    """Answers `POST …/tasks/run`.

    Attributes:
        url: where it listens.
        seen: how often each task came, by its number.
        held: how many tasks wait for an answer.
        changed: notified when one of these changes.
    """

    def __init__(self, free: float) -> None:
        self.url = ""
        self.seen: Counter[int] = Counter()
        self.held = 0
        self.changed = threading.Condition()
        self._free = free
        self._loop = asyncio.new_event_loop()
        self._gate = asyncio.Event()

    def release(self) -> None:
        """Answer everything from now on."""
        self._loop.call_soon_threadsafe(self._gate.set)

    def wait_until_held(self, tasks: int) -> None:
        """Until so many tasks wait for an answer."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.held == tasks, timeout=120), self.held

    def wait_until_seen(self, tasks: int) -> None:
        """Until so many tasks have come."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.seen.total() >= tasks, timeout=120), self.seen

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
                task = json.loads(json.loads(await reader.readexactly(length))["input"])
                await self._hold(task["n"])
                body = json.dumps(task).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # clients that end are what is tested here
        finally:
            writer.close()

    async def _hold(self, number: int) -> None:
        with self.changed:
            self.seen[number] += 1
            self.held += 1
            self.changed.notify_all()
        if number >= self._free:
            await self._gate.wait()
        with self.changed:
            self.held -= 1

    async def _serve(self, ready: threading.Event) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await self._ended.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def run(self, ready: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)


@contextmanager
def run_tasks(*, free: float = float("inf")) -> Iterator[Runner]:
    """A running server. Tasks from the number `free` on are held until they are released."""
    runner, ready = Runner(free), threading.Event()
    thread = threading.Thread(target=runner.run, args=[ready])
    thread.start()
    try:
        assert ready.wait(10)
        yield runner
    finally:
        runner.stop()
        thread.join()
