# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_detail import ErrorDetail
from ...models.new_task import NewTask
from ...models.validation_error_response import ValidationErrorResponse
from ...types import Response


def _get_kwargs(
    session_id: str,
    *,
    body: NewTask,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/sessions/{session_id}/tasks".format(
            session_id=quote(str(session_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorDetail | ValidationErrorResponse | str | None:
    if response.status_code == 200:
        response_200 = cast(str, response.json())
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
) -> Response[ErrorDetail | ValidationErrorResponse | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    session_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewTask,
) -> Response[ErrorDetail | ValidationErrorResponse | str]:
    """Start a task in a session

     A `task_id` in the body is used as it is, even if the session has such a task; without one the
    server makes one. Neither the service's name nor `input` is checked: an unknown service, or an
    `input` that is not the JSON of an object, gives a task that never ends.

    500, with the task in the session's list nevertheless: a body without a service, a message
    queue that does not answer.

    A body whose `session_id` is not the path's: 400 from 0.7 on. 0.6 lists the task under the
    path's session and keeps its result in the body's; if that one does not exist, it is a 404.

    Args:
        session_id (str):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        session_id=session_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    session_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewTask,
) -> ErrorDetail | ValidationErrorResponse | str | None:
    """Start a task in a session

     A `task_id` in the body is used as it is, even if the session has such a task; without one the
    server makes one. Neither the service's name nor `input` is checked: an unknown service, or an
    `input` that is not the JSON of an object, gives a task that never ends.

    500, with the task in the session's list nevertheless: a body without a service, a message
    queue that does not answer.

    A body whose `session_id` is not the path's: 400 from 0.7 on. 0.6 lists the task under the
    path's session and keeps its result in the body's; if that one does not exist, it is a 404.

    Args:
        session_id (str):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | ValidationErrorResponse | str
    """

    return sync_detailed(
        session_id=session_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    session_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewTask,
) -> Response[ErrorDetail | ValidationErrorResponse | str]:
    """Start a task in a session

     A `task_id` in the body is used as it is, even if the session has such a task; without one the
    server makes one. Neither the service's name nor `input` is checked: an unknown service, or an
    `input` that is not the JSON of an object, gives a task that never ends.

    500, with the task in the session's list nevertheless: a body without a service, a message
    queue that does not answer.

    A body whose `session_id` is not the path's: 400 from 0.7 on. 0.6 lists the task under the
    path's session and keeps its result in the body's; if that one does not exist, it is a 404.

    Args:
        session_id (str):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        session_id=session_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    session_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewTask,
) -> ErrorDetail | ValidationErrorResponse | str | None:
    """Start a task in a session

     A `task_id` in the body is used as it is, even if the session has such a task; without one the
    server makes one. Neither the service's name nor `input` is checked: an unknown service, or an
    `input` that is not the JSON of an object, gives a task that never ends.

    500, with the task in the session's list nevertheless: a body without a service, a message
    queue that does not answer.

    A body whose `session_id` is not the path's: 400 from 0.7 on. 0.6 lists the task under the
    path's session and keeps its result in the body's; if that one does not exist, it is a 404.

    Args:
        session_id (str):
        body (NewTask): A task to run.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | ValidationErrorResponse | str
    """

    return (
        await asyncio_detailed(
            session_id=session_id,
            client=client,
            body=body,
        )
    ).parsed
