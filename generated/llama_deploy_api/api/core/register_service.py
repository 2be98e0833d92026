# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Register a service (`POST /services/register`)."""

from llama_deploy_client.request import Request

from ...models.control_plane_config import ControlPlaneConfig
from ...models.service_definition import ServiceDefinition
from . import SERVER


def request(
    *,
    body: ServiceDefinition,
) -> Request[ControlPlaneConfig]:
    """Register a service (`POST /services/register`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="register_service",
        server=SERVER,
        method="POST",
        path="/services/register",
        json=body.model_dump(mode="json"),
        returns=ControlPlaneConfig,
    )
