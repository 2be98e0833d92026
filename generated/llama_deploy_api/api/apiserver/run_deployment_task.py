# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_detail import ErrorDetail
from ...models.new_task import NewTask
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
        "url": "/deployments/{deployment_name}/tasks/run".format(
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
) -> Any | ErrorDetail | ValidationErrorResponse | str | None:
    if response.status_code == 200:
        response_200 = response.json()
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
) -> Response[Any | ErrorDetail | ValidationErrorResponse | str]:
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
) -> Response[Any | ErrorDetail | ValidationErrorResponse | str]:
    """Run a workflow and wait for its result

     Without the query parameter `session_id` the workflow runs in a session of its own, which is
    gone afterwards. `session_id` and `task_id` in the body are ignored.

    A workflow that fails: 500 in 0.9. In 0.6 to 0.8 it is a normal 200 whose string is the text of
    the exception, not to be told from a result.

    500 as well: an unknown session; an `input` that is not the JSON of an object (0.9 takes an
    empty string for no arguments); in 0.6 to 0.8 a workflow that takes over 120 seconds, which
    then runs on.

    Args:
        deployment_name (str):
        session_id (str | Unset):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorDetail | ValidationErrorResponse | str]
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
) -> Any | ErrorDetail | ValidationErrorResponse | str | None:
    """Run a workflow and wait for its result

     Without the query parameter `session_id` the workflow runs in a session of its own, which is
    gone afterwards. `session_id` and `task_id` in the body are ignored.

    A workflow that fails: 500 in 0.9. In 0.6 to 0.8 it is a normal 200 whose string is the text of
    the exception, not to be told from a result.

    500 as well: an unknown session; an `input` that is not the JSON of an object (0.9 takes an
    empty string for no arguments); in 0.6 to 0.8 a workflow that takes over 120 seconds, which
    then runs on.

    Args:
        deployment_name (str):
        session_id (str | Unset):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ErrorDetail | ValidationErrorResponse | str
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
) -> Response[Any | ErrorDetail | ValidationErrorResponse | str]:
    """Run a workflow and wait for its result

     Without the query parameter `session_id` the workflow runs in a session of its own, which is
    gone afterwards. `session_id` and `task_id` in the body are ignored.

    A workflow that fails: 500 in 0.9. In 0.6 to 0.8 it is a normal 200 whose string is the text of
    the exception, not to be told from a result.

    500 as well: an unknown session; an `input` that is not the JSON of an object (0.9 takes an
    empty string for no arguments); in 0.6 to 0.8 a workflow that takes over 120 seconds, which
    then runs on.

    Args:
        deployment_name (str):
        session_id (str | Unset):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorDetail | ValidationErrorResponse | str]
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
) -> Any | ErrorDetail | ValidationErrorResponse | str | None:
    """Run a workflow and wait for its result

     Without the query parameter `session_id` the workflow runs in a session of its own, which is
    gone afterwards. `session_id` and `task_id` in the body are ignored.

    A workflow that fails: 500 in 0.9. In 0.6 to 0.8 it is a normal 200 whose string is the text of
    the exception, not to be told from a result.

    500 as well: an unknown session; an `input` that is not the JSON of an object (0.9 takes an
    empty string for no arguments); in 0.6 to 0.8 a workflow that takes over 120 seconds, which
    then runs on.

    Args:
        deployment_name (str):
        session_id (str | Unset):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ErrorDetail | ValidationErrorResponse | str
    """

    return (
        await asyncio_detailed(
            deployment_name=deployment_name,
            client=client,
            body=body,
            session_id=session_id,
        )
    ).parsed
