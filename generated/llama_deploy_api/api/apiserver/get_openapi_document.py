# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""The server's own, incomplete OpenAPI document (`GET /openapi.json`)."""

from llama_deploy_client.request import Request

from ...models.open_api_document import OpenApiDocument
from . import SERVER


def request() -> Request[OpenApiDocument]:
    """The server's own, incomplete OpenAPI document (`GET /openapi.json`).

    LlamaDeploy 0.6 to 0.9.
    """
    return Request(
        operation="get_openapi_document",
        server=SERVER,
        method="GET",
        path="/openapi.json",
        returns=OpenApiDocument,
    )
