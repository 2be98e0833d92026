"""The in-memory server on a port: `python -m llama_deploy_client.testing`."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from .examples import example_server
from .generations import GENERATIONS, NEWEST
from .server import FakeServer
from .serving import bound, make


def main() -> None:
    """Run the command line."""
    options = _parser().parse_args()
    server = _load(options.server) if options.server else example_server(options.generation)
    planes = options.control_plane_port or [8000]
    ports = [options.port, *(planes if server.has_control_plane else [])]
    with bound(server, ports) as sockets:
        print(f"API server:    {server.api_server_url}")
        print(f"Control plane: {server.control_plane_url if server.has_control_plane else 'none'}")
        for deployment in server.deployments.values():
            print(f"Deployment:    {deployment.name} ({', '.join(deployment.services)})")
        print(f"In memory, like LlamaDeploy {server.generation}. Ctrl-C stops it.", flush=True)
        with suppress(KeyboardInterrupt):
            make(server).run(sockets)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m llama_deploy_client.testing",
        description="Serve an in-memory LlamaDeploy on the loopback address.",
    )
    parser.add_argument(
        "server", nargs="?", help="a FakeServer as module:name; else one with example services"
    )
    parser.add_argument("--generation", choices=GENERATIONS, default=NEWEST, help="of the examples")
    parser.add_argument("--port", type=int, default=4501, help="the API server's; 0: any free one")
    parser.add_argument(
        "--control-plane-port",
        type=int,
        action="append",
        help="a control plane's (0.6 to 0.8); again for each further deployment",
    )
    return parser


def _load(name: str) -> FakeServer:
    """The server that a module has under a name."""
    module, _, attribute = name.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    found = getattr(import_module(module), attribute or "server")
    if not isinstance(found, FakeServer):
        sys.exit(f"{name} is no FakeServer")
    return found


if __name__ == "__main__":
    main()
