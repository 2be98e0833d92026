"""The kinds of server, as settings and error messages name them."""

from __future__ import annotations

from attrs import frozen


@frozen
class Server:
    """One kind of server: its name, the setting that holds its URL, and what to know of it."""

    name: str
    setting: str
    note: str = ""


API_SERVER = Server("API server", "api_server_url")
CONTROL_PLANE = Server("control plane", "control_plane_url", " (LlamaDeploy 0.9 has none)")

WORKFLOW_SERVER = Server("workflow server", "workflow_server_url")

SERVERS = {"apiserver": API_SERVER, "core": CONTROL_PLANE, "workflows": WORKFLOW_SERVER}
"""The servers by the tags of their operations in the OpenAPI documents."""
