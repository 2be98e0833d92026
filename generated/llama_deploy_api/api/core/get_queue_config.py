# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""The message queue's settings (`GET /queue_config`)."""

from typing import Any

from llama_deploy_client.request import Request

from . import SERVER


def request() -> Request[dict[str, dict[str, Any]]]:
    """The message queue's settings (`GET /queue_config`).

    LlamaDeploy 0.6 to 0.8.
    """
    return Request(
        operation="get_queue_config",
        server=SERVER,
        method="GET",
        path="/queue_config",
        returns=dict[str, dict[str, Any]],
    )
