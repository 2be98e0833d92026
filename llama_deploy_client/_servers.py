"""The kinds of server, as settings and error messages name them."""

from __future__ import annotations

import sys

from attrs import frozen

from ._texts import ERROR_BODY


@frozen
class Server:
    """One kind of server.

    Attributes:
        name: its name in messages.
        setting: the setting with its URL.
        note: a note for messages.
        others: what else the server may be if a path is missing.
        error_size: how many bytes of an error in JSON are read; a message shows a few of them.
    """

    name: str
    setting: str
    note: str = ""
    others: str = "it is another server, or a LlamaDeploy generation without this path"
    error_size: int = ERROR_BODY


API_SERVER = Server("API server", "api_server_url")
CONTROL_PLANE = Server("control plane", "control_plane_url", " (LlamaDeploy 0.9 has none)")

# A handler that failed is the body of an error, with the whole message of its exception.
WORKFLOW_SERVER = Server(
    "workflow server",
    "workflow_server_url",
    others="it is another server, or a version without this path",
    error_size=sys.maxsize,
)

SERVERS = {"apiserver": API_SERVER, "core": CONTROL_PLANE, "workflows": WORKFLOW_SERVER}
"""The servers by the tags of their operations in the OpenAPI documents."""
