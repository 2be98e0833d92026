# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.open_api_document import OpenApiDocument
from ...types import Response


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/openapi.json",
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OpenApiDocument | None:
    if response.status_code == 200:
        response_200 = OpenApiDocument.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[OpenApiDocument]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[OpenApiDocument]:
    """The server's own, incomplete OpenAPI document

     It tells the generations apart: `raw_event` is a parameter of the API server's events from 0.9
    on, `base_path` one of its deployments from 0.8 on, and `/status/metrics` is there from 0.7 on.
    The control planes of 0.7 and 0.8 are alike; 0.6's TaskDefinition has an `agent_id`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OpenApiDocument]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
) -> OpenApiDocument | None:
    """The server's own, incomplete OpenAPI document

     It tells the generations apart: `raw_event` is a parameter of the API server's events from 0.9
    on, `base_path` one of its deployments from 0.8 on, and `/status/metrics` is there from 0.7 on.
    The control planes of 0.7 and 0.8 are alike; 0.6's TaskDefinition has an `agent_id`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OpenApiDocument
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[OpenApiDocument]:
    """The server's own, incomplete OpenAPI document

     It tells the generations apart: `raw_event` is a parameter of the API server's events from 0.9
    on, `base_path` one of its deployments from 0.8 on, and `/status/metrics` is there from 0.7 on.
    The control planes of 0.7 and 0.8 are alike; 0.6's TaskDefinition has an `agent_id`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OpenApiDocument]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
) -> OpenApiDocument | None:
    """The server's own, incomplete OpenAPI document

     It tells the generations apart: `raw_event` is a parameter of the API server's events from 0.9
    on, `base_path` one of its deployments from 0.8 on, and `/status/metrics` is there from 0.7 on.
    The control planes of 0.7 and 0.8 are alike; 0.6's TaskDefinition has an `agent_id`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OpenApiDocument
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
