"""The in-memory server on a port: `python -m llama_deploy_client.testing`."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from .._pipes import run_command
from .examples import example_server
from .generations import GENERATIONS, NEWEST
from .server import FakeServer
from .serving import bound, make

_HIGHEST_PORT = 65535


def main() -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    return run_command(_run)


def _run() -> int:
    parser = _parser()
    options = parser.parse_args()
    if options.help:
        print(parser.format_help(), end="", flush=True)
        return 0
    if options.server and options.generation:
        parser.error("--generation cannot be combined with a server: yours has its own generation")
    generation = options.generation or NEWEST
    server = _load(options.server) if options.server else example_server(generation)
    try:
        _serve(server, options)
    except BrokenPipeError:
        raise
    except (ModuleNotFoundError, OSError) as error:  # uvicorn is missing, or a port is in use
        parser.error(str(error))
    return 0


def _serve(server: FakeServer, options: argparse.Namespace) -> None:
    control_plane_ports = options.control_plane_port or [8000]
    ports = [options.port, *(control_plane_ports if server.has_control_plane else [])]
    running = make(server)
    with bound(server, ports, options.workflow_server_port) as sockets:
        print(f"API server:    {server.api_server_url}")
        print(f"Control plane: {server.control_plane_url if server.has_control_plane else 'none'}")
        if options.workflow_server_port is not None:
            print(f"Workflows:     {server.workflow_server_url}")
        for deployment in server.deployments.values():
            print(f"Deployment:    {deployment.name} ({', '.join(deployment.services)})")
        print(f"In memory, like LlamaDeploy {server.generation}. Ctrl-C stops it.", flush=True)
        with suppress(KeyboardInterrupt):
            running.run(sockets)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m llama_deploy_client.testing",
        description="Serve an in-memory LlamaDeploy on the loopback address.",
        add_help=False,  # argparse's own option hides that a reader closed the pipe
    )
    parser.add_argument("-h", "--help", action="store_true", help="show this message and exit")
    parser.add_argument(
        "server", nargs="?", help="a FakeServer as module:name; default: one with example services"
    )
    parser.add_argument(
        "--generation",
        choices=GENERATIONS,
        help=f"the generation of the examples; default: {NEWEST}",
    )
    parser.add_argument(
        "--port", type=_port, default=4501, help="the port of the API server; 0: any free port"
    )
    parser.add_argument(
        "--control-plane-port",
        type=_port,
        action="append",
        help="the port of a control plane (0.6 to 0.8); repeat it for each further deployment",
    )
    parser.add_argument(
        "--workflow-server-port",
        type=_port,
        help="the port of a workflow server of llama-agents; by default, there is none",
    )
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"a port must be from 0 to {_HIGHEST_PORT}, got {text!r}")
    return int(text)


def _load(name: str) -> FakeServer:
    """Return the server with this name, `module:attribute`."""
    module, _, attribute = name.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        server = getattr(import_module(module), attribute or "server", None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        sys.exit(f"there is no module {module}")
    if not isinstance(server, FakeServer):
        sys.exit(f"{name} is not a FakeServer")
    return server


if __name__ == "__main__":
    sys.exit(main())
