# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""The root page of either server (`GET /`)."""

from llama_deploy_client.request import Request

from ...models.api_server_links import ApiServerLinks
from ...models.control_plane_settings import ControlPlaneSettings
from . import SERVER


def request() -> Request[ApiServerLinks | ControlPlaneSettings]:
    """The root page of either server (`GET /`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="get_root_page",
        server=SERVER,
        method="GET",
        path="/",
        returns=ApiServerLinks | ControlPlaneSettings,
    )
