# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Deregister a service (`POST /services/deregister`)."""

from llama_deploy_client.request import Request, check_id

from . import SERVER


def request(
    *,
    service_name: str,
) -> Request[None]:
    """Deregister a service (`POST /services/deregister`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="deregister_service",
        server=SERVER,
        method="POST",
        path="/services/deregister",
        query={
            "service_name": check_id(service_name),
        },
        returns=None,
    )
