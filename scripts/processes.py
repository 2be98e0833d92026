"""Ports of the loopback address, locks, and servers in processes of their own."""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

LOOPBACK = "127.0.0.1"
# Below the ranges that systems use for outgoing connections (32768 and up on Linux, 49152 and up on
# macOS), so that no client takes a port before its server binds it.
FIRST_PORT, LAST_PORT, BLOCK = 15000, 31800, 200

_ports: Iterator[int] = iter(())
_ports_lock = threading.Lock()


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a lock between processes; the system frees it if this one dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    """A free loopback port that neither this process nor another that asks here was given before.

    Raises:
        RuntimeError: no free port was found.
    """
    global _ports
    with _ports_lock:
        while True:
            for port in _ports:
                if (probe := _bind(port)) is not None:
                    probe.close()
                    return port
            _ports = _block_of_ports()


def _block_of_ports() -> Iterator[int]:
    """Ports for this process alone: it keeps the first of them bound, which others then avoid."""
    blocks = range(FIRST_PORT, LAST_PORT, BLOCK)
    for first in random.sample(blocks, len(blocks)):
        if (guard := _bind(first)) is not None:
            atexit.register(guard.close)
            return iter(range(first + 1, first + BLOCK))
    raise RuntimeError("found no free port on the loopback address")


def _bind(port: int) -> socket.socket | None:
    """A socket bound to a loopback port, or None if something else has it."""
    bound = socket.socket()
    try:
        bound.bind((LOOPBACK, port))
    except OSError:
        bound.close()
        return None
    return bound


def tail(text: str, lines: int = 40) -> str:
    """The last lines of a log."""
    return "\n".join(text.splitlines()[-lines:])


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url: str, upload: str | None = None) -> Any:
    """The JSON value of the response to a GET, or to a POST of a deployment file; None if it fails.

    Proxies are passed over.
    """
    request = urllib.request.Request(url)
    if upload is not None:
        boundary = uuid.uuid4().hex
        request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        part = 'Content-Disposition: form-data; name="config_file"; filename="deployment.yml"'
        body = f"--{boundary}\r\n{part}\r\n\r\n{upload}\r\n--{boundary}--\r\n"
        request.data = body.encode()
    try:
        with _direct.open(request, timeout=60 if upload else 10) as response:
            return json.load(response)
    except (OSError, ValueError):
        return None


class ServerError(RuntimeError):
    """A server or a deployment did not start; the message ends with the server's log."""


class ServerProcess:
    """A server in a process of its own; a context manager.

    Its log and its temporary files live in a temporary directory, which `stop` removes. The server
    ends at the latest with this process, even if that is killed; then only the directory remains.

    Attributes:
        url: without a trailing slash; the same after a restart.
    """

    def __init__(self, name: str) -> None:
        """Prepare a server; nothing runs before `start`.

        Args:
            name: what messages call it.
        """
        self._name = name
        self._port = free_port()
        self.url = f"http://{LOOPBACK}:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def log(self) -> str:
        """What the server has written so far; empty unless it runs."""
        if self._folder is None:
            return ""
        return (self._folder / "server.log").read_text(errors="replace")

    def start(self, timeout: float = 180.0) -> None:
        """Install the server if need be, start it, and wait until it is healthy.

        Args:
            timeout: seconds from the start of the process; installing may take longer.

        Raises:
            InstallError: it could not be installed.
            ServerError: it ended or was not healthy in time.
            RuntimeError: it runs already.
        """
        if self._process is not None:
            raise RuntimeError(f"the server at {self.url} runs already")
        command = self._command()
        self._folder = Path(tempfile.mkdtemp(prefix=f"{self._name.replace(' ', '-')}-"))
        self._fill(self._folder)
        # The caller's variables that a server may see; never LLAMA_DEPLOY_*, proxies or PYTHONPATH.
        names = {"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL"} & {*os.environ}
        inherited = {name: os.environ[name] for name in names} | {"HOME": str(self._folder)}
        with (self._folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=inherited | self._environment(self._folder),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        atexit.register(self.stop)
        try:
            self._wait(self._is_healthy, timeout, "to be healthy")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and every process it started; does nothing if it does not run."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        folder, self._folder = self._folder, None
        if process is not None:
            _end_group(process)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        if self._process is not None:
            _signal_group(self._process, signal.SIGKILL)
        self.stop()

    def restart(self) -> None:
        """Stop and start at the same URL; what the server has in memory is gone then."""
        self.stop()
        self.start()

    def _command(self) -> list[str]:
        """The program; installs it if need be."""
        raise NotImplementedError

    def _fill(self, folder: Path) -> None:
        """Write what the server reads in its working directory."""

    def _environment(self, folder: Path) -> dict[str, str]:
        """Its variables, beside those that it inherits."""
        raise NotImplementedError

    def _is_healthy(self) -> bool:
        raise NotImplementedError

    def _wait(self, condition: Callable[[], bool], timeout: float, what: str) -> None:
        deadline = time.monotonic() + timeout
        while not condition():
            if self._process is None or self._process.poll() is not None:
                raise ServerError(f"{self._name} ended:\n{tail(self.log)}")
            if time.monotonic() > deadline:
                raise ServerError(f"{self._name} took over {timeout:g} s {what}:\n{tail(self.log)}")
            time.sleep(0.05)


def _end_group(process: subprocess.Popen[bytes], grace: float = 3.0) -> None:
    """Ask a process group to end, kill what remains of it after `grace` seconds."""
    _signal_group(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(grace)
    _signal_group(process, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nothing of it is left
        os.killpg(process.pid, number)
