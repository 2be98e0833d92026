# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_detail import ErrorDetail
from ...models.session_definition import SessionDefinition
from ...types import Response


def _get_kwargs(
    deployment_name: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/deployments/{deployment_name}/sessions/create".format(
            deployment_name=quote(str(deployment_name), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorDetail | SessionDefinition | str | None:
    if response.status_code == 200:
        response_200 = SessionDefinition.from_dict(response.json())

        return response_200

    if response.status_code == 404:
        response_404 = ErrorDetail.from_dict(response.json())

        return response_404

    if response.status_code == 500:
        response_500 = response.text
        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorDetail | SessionDefinition | str]:
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
) -> Response[ErrorDetail | SessionDefinition | str]:
    """Make a session

     500: the control plane does not answer (0.6 to 0.8); the deployment has no services (0.9).

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | SessionDefinition | str]
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
) -> ErrorDetail | SessionDefinition | str | None:
    """Make a session

     500: the control plane does not answer (0.6 to 0.8); the deployment has no services (0.9).

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | SessionDefinition | str
    """

    return sync_detailed(
        deployment_name=deployment_name,
        client=client,
    ).parsed


async def asyncio_detailed(
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[ErrorDetail | SessionDefinition | str]:
    """Make a session

     500: the control plane does not answer (0.6 to 0.8); the deployment has no services (0.9).

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | SessionDefinition | str]
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
) -> ErrorDetail | SessionDefinition | str | None:
    """Make a session

     500: the control plane does not answer (0.6 to 0.8); the deployment has no services (0.9).

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | SessionDefinition | str
    """

    return (
        await asyncio_detailed(
            deployment_name=deployment_name,
            client=client,
        )
    ).parsed
