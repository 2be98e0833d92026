# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.deployment_definition import DeploymentDefinition
from ...models.error_detail import ErrorDetail
from ...types import Response


def _get_kwargs(
    deployment_name: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/deployments/{deployment_name}".format(
            deployment_name=quote(str(deployment_name), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DeploymentDefinition | ErrorDetail | None:
    if response.status_code == 200:
        response_200 = DeploymentDefinition.from_dict(response.json())

        return response_200

    if response.status_code == 404:
        response_404 = ErrorDetail.from_dict(response.json())

        return response_404

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DeploymentDefinition | ErrorDetail]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[DeploymentDefinition | ErrorDetail]:
    """One deployment

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeploymentDefinition | ErrorDetail]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> DeploymentDefinition | ErrorDetail | None:
    """One deployment

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeploymentDefinition | ErrorDetail
    """

    return sync_detailed(
        deployment_name=deployment_name,
        client=client,
    ).parsed


async def asyncio_detailed(
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[DeploymentDefinition | ErrorDetail]:
    """One deployment

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeploymentDefinition | ErrorDetail]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> DeploymentDefinition | ErrorDetail | None:
    """One deployment

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeploymentDefinition | ErrorDetail
    """

    return (
        await asyncio_detailed(
            deployment_name=deployment_name,
            client=client,
        )
    ).parsed
