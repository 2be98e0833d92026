# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_detail import ErrorDetail
from ...models.new_task import NewTask
from ...models.task_definition import TaskDefinition
from ...models.validation_error_response import ValidationErrorResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    deployment_name: str,
    *,
    body: NewTask,
    session_id: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["session_id"] = session_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/deployments/{deployment_name}/tasks/create".format(
            deployment_name=quote(str(deployment_name), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorDetail | TaskDefinition | ValidationErrorResponse | str | None:
    if response.status_code == 200:
        response_200 = TaskDefinition.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorDetail.from_dict(response.json())

        return response_400

    if response.status_code == 404:
        response_404 = ErrorDetail.from_dict(response.json())

        return response_404

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
) -> Response[ErrorDetail | TaskDefinition | ValidationErrorResponse | str]:
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
    body: NewTask,
    session_id: str | Unset = UNSET,
) -> Response[ErrorDetail | TaskDefinition | ValidationErrorResponse | str]:
    """Start a workflow without waiting for it

     Only the query parameter `session_id` counts; without it the server makes a session, which
    stays. `session_id` and `task_id` in the body are ignored, and the answer holds the real ones.
    If the request names no service, the answer names the default one, but in 0.9 `null`.

    0.6 to 0.8 do not check the service's name: an unknown one gives a task that never ends.

    500: an unknown session; an `input` that is not the JSON of an object (0.9 takes an empty
    string for no arguments).

    Args:
        deployment_name (str):
        session_id (str | Unset):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | TaskDefinition | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
        body=body,
        session_id=session_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewTask,
    session_id: str | Unset = UNSET,
) -> ErrorDetail | TaskDefinition | ValidationErrorResponse | str | None:
    """Start a workflow without waiting for it

     Only the query parameter `session_id` counts; without it the server makes a session, which
    stays. `session_id` and `task_id` in the body are ignored, and the answer holds the real ones.
    If the request names no service, the answer names the default one, but in 0.9 `null`.

    0.6 to 0.8 do not check the service's name: an unknown one gives a task that never ends.

    500: an unknown session; an `input` that is not the JSON of an object (0.9 takes an empty
    string for no arguments).

    Args:
        deployment_name (str):
        session_id (str | Unset):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | TaskDefinition | ValidationErrorResponse | str
    """

    return sync_detailed(
        deployment_name=deployment_name,
        client=client,
        body=body,
        session_id=session_id,
    ).parsed


async def asyncio_detailed(
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewTask,
    session_id: str | Unset = UNSET,
) -> Response[ErrorDetail | TaskDefinition | ValidationErrorResponse | str]:
    """Start a workflow without waiting for it

     Only the query parameter `session_id` counts; without it the server makes a session, which
    stays. `session_id` and `task_id` in the body are ignored, and the answer holds the real ones.
    If the request names no service, the answer names the default one, but in 0.9 `null`.

    0.6 to 0.8 do not check the service's name: an unknown one gives a task that never ends.

    500: an unknown session; an `input` that is not the JSON of an object (0.9 takes an empty
    string for no arguments).

    Args:
        deployment_name (str):
        session_id (str | Unset):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | TaskDefinition | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
        body=body,
        session_id=session_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    deployment_name: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewTask,
    session_id: str | Unset = UNSET,
) -> ErrorDetail | TaskDefinition | ValidationErrorResponse | str | None:
    """Start a workflow without waiting for it

     Only the query parameter `session_id` counts; without it the server makes a session, which
    stays. `session_id` and `task_id` in the body are ignored, and the answer holds the real ones.
    If the request names no service, the answer names the default one, but in 0.9 `null`.

    0.6 to 0.8 do not check the service's name: an unknown one gives a task that never ends.

    500: an unknown session; an `input` that is not the JSON of an object (0.9 takes an empty
    string for no arguments).

    Args:
        deployment_name (str):
        session_id (str | Unset):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | TaskDefinition | ValidationErrorResponse | str
    """

    return (
        await asyncio_detailed(
            deployment_name=deployment_name,
            client=client,
            body=body,
            session_id=session_id,
        )
    ).parsed
