# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""The API server's metrics for Prometheus (`GET /status/metrics`)."""

from llama_deploy_client.request import Request

from . import SERVER


def request() -> Request[str]:
    """The API server's metrics for Prometheus (`GET /status/metrics`).

    LlamaDeploy 0.7 to 0.9.
    """
    return Request(
        operation="get_metrics",
        server=SERVER,
        method="GET",
        path="/status/metrics",
        returns=str,
        text=True,
    )
