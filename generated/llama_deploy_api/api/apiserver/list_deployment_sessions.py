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
        "method": "get",
        "url": "/deployments/{deployment_name}/sessions".format(
            deployment_name=quote(str(deployment_name), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorDetail | list[SessionDefinition] | str | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:
            response_200_item = SessionDefinition.from_dict(response_200_item_data)

            response_200.append(response_200_item)

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
) -> Response[ErrorDetail | list[SessionDefinition] | str]:
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
) -> Response[ErrorDetail | list[SessionDefinition] | str]:
    """A deployment's sessions

     `task_ids` and `state` are always empty here, whatever the sessions hold.

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | list[SessionDefinition] | str]
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
) -> ErrorDetail | list[SessionDefinition] | str | None:
    """A deployment's sessions

     `task_ids` and `state` are always empty here, whatever the sessions hold.

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | list[SessionDefinition] | str
    """

    return sync_detailed(
        deployment_name=deployment_name,
        client=client,
    ).parsed


async def asyncio_detailed(
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[ErrorDetail | list[SessionDefinition] | str]:
    """A deployment's sessions

     `task_ids` and `state` are always empty here, whatever the sessions hold.

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | list[SessionDefinition] | str]
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
) -> ErrorDetail | list[SessionDefinition] | str | None:
    """A deployment's sessions

     `task_ids` and `state` are always empty here, whatever the sessions hold.

    Args:
        deployment_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | list[SessionDefinition] | str
    """

    return (
        await asyncio_detailed(
            deployment_name=deployment_name,
            client=client,
        )
    ).parsed
