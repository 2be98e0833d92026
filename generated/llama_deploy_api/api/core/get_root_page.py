# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_server_links import ApiServerLinks
from ...models.control_plane_settings import ControlPlaneSettings
from ...types import Response


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/",
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ApiServerLinks | ControlPlaneSettings | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> ApiServerLinks | ControlPlaneSettings:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = ApiServerLinks.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = ControlPlaneSettings.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ApiServerLinks | ControlPlaneSettings]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[ApiServerLinks | ControlPlaneSettings]:
    """The root page of either server

     The API server answers its links, the control plane its settings. The links of 0.6 always start
    with `http://localhost:4501`; later API servers take the address from the request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiServerLinks | ControlPlaneSettings]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
) -> ApiServerLinks | ControlPlaneSettings | None:
    """The root page of either server

     The API server answers its links, the control plane its settings. The links of 0.6 always start
    with `http://localhost:4501`; later API servers take the address from the request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiServerLinks | ControlPlaneSettings
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[ApiServerLinks | ControlPlaneSettings]:
    """The root page of either server

     The API server answers its links, the control plane its settings. The links of 0.6 always start
    with `http://localhost:4501`; later API servers take the address from the request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiServerLinks | ControlPlaneSettings]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
) -> ApiServerLinks | ControlPlaneSettings | None:
    """The root page of either server

     The API server answers its links, the control plane its settings. The links of 0.6 always start
    with `http://localhost:4501`; later API servers take the address from the request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiServerLinks | ControlPlaneSettings
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
