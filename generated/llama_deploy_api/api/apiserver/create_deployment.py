# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.deployment_definition import DeploymentDefinition
from ...models.deployment_upload import DeploymentUpload
from ...models.error_detail import ErrorDetail
from ...models.validation_error_response import ValidationErrorResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: DeploymentUpload,
    reload: bool | Unset = False,
    local: bool | Unset = False,
    base_path: str | Unset = ".",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["reload"] = reload

    params["local"] = local

    params["base_path"] = base_path

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/deployments/create",
        "params": params,
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str | None:
    if response.status_code == 200:
        response_200 = DeploymentDefinition.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorDetail.from_dict(response.json())

        return response_400

    if response.status_code == 422:
        response_422 = ValidationErrorResponse.from_dict(response.json())

        return response_422

    if response.status_code == 500:
        response_500 = response.text
        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentUpload,
    reload: bool | Unset = False,
    local: bool | Unset = False,
    base_path: str | Unset = ".",
) -> Response[DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str]:
    """Make a deployment from a deployment file

     The server loads the services, and installs what the file asks for, before it answers, and
    answers nobody else meanwhile.

    0.9 is then ready. 0.6 to 0.8 still have to start the control plane and the services, which
    takes some seconds: a task that they get too early never ends. A start that fails shows nowhere;
    the deployment is listed, and operations on its sessions are 500.

    500: a name that is taken (without `reload`) or unknown (with it), more deployments than
    `max_deployments`, a file that is not YAML or lacks something, a service that cannot be loaded.

    Args:
        reload (bool | Unset):  Default: False.
        local (bool | Unset):  Default: False.
        base_path (str | Unset):  Default: '.'.
        body (DeploymentUpload):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        body=body,
        reload=reload,
        local=local,
        base_path=base_path,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentUpload,
    reload: bool | Unset = False,
    local: bool | Unset = False,
    base_path: str | Unset = ".",
) -> DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str | None:
    """Make a deployment from a deployment file

     The server loads the services, and installs what the file asks for, before it answers, and
    answers nobody else meanwhile.

    0.9 is then ready. 0.6 to 0.8 still have to start the control plane and the services, which
    takes some seconds: a task that they get too early never ends. A start that fails shows nowhere;
    the deployment is listed, and operations on its sessions are 500.

    500: a name that is taken (without `reload`) or unknown (with it), more deployments than
    `max_deployments`, a file that is not YAML or lacks something, a service that cannot be loaded.

    Args:
        reload (bool | Unset):  Default: False.
        local (bool | Unset):  Default: False.
        base_path (str | Unset):  Default: '.'.
        body (DeploymentUpload):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str
    """

    return sync_detailed(
        client=client,
        body=body,
        reload=reload,
        local=local,
        base_path=base_path,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentUpload,
    reload: bool | Unset = False,
    local: bool | Unset = False,
    base_path: str | Unset = ".",
) -> Response[DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str]:
    """Make a deployment from a deployment file

     The server loads the services, and installs what the file asks for, before it answers, and
    answers nobody else meanwhile.

    0.9 is then ready. 0.6 to 0.8 still have to start the control plane and the services, which
    takes some seconds: a task that they get too early never ends. A start that fails shows nowhere;
    the deployment is listed, and operations on its sessions are 500.

    500: a name that is taken (without `reload`) or unknown (with it), more deployments than
    `max_deployments`, a file that is not YAML or lacks something, a service that cannot be loaded.

    Args:
        reload (bool | Unset):  Default: False.
        local (bool | Unset):  Default: False.
        base_path (str | Unset):  Default: '.'.
        body (DeploymentUpload):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        body=body,
        reload=reload,
        local=local,
        base_path=base_path,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: DeploymentUpload,
    reload: bool | Unset = False,
    local: bool | Unset = False,
    base_path: str | Unset = ".",
) -> DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str | None:
    """Make a deployment from a deployment file

     The server loads the services, and installs what the file asks for, before it answers, and
    answers nobody else meanwhile.

    0.9 is then ready. 0.6 to 0.8 still have to start the control plane and the services, which
    takes some seconds: a task that they get too early never ends. A start that fails shows nowhere;
    the deployment is listed, and operations on its sessions are 500.

    500: a name that is taken (without `reload`) or unknown (with it), more deployments than
    `max_deployments`, a file that is not YAML or lacks something, a service that cannot be loaded.

    Args:
        reload (bool | Unset):  Default: False.
        local (bool | Unset):  Default: False.
        base_path (str | Unset):  Default: '.'.
        body (DeploymentUpload):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeploymentDefinition | ErrorDetail | ValidationErrorResponse | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            reload=reload,
            local=local,
            base_path=base_path,
        )
    ).parsed
