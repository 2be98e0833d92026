# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_detail import ErrorDetail
from ...models.validation_error_response import ValidationErrorResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    deployment_name: str,
    task_id: str,
    *,
    raw_event: bool | Unset = False,
    session_id: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["raw_event"] = raw_event

    params["session_id"] = session_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/deployments/{deployment_name}/tasks/{task_id}/events".format(
            deployment_name=quote(str(deployment_name), safe=""),
            task_id=quote(str(task_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorDetail | ValidationErrorResponse | str | None:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

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
    deployment_name: str,
    task_id: str,
    *,
    client: AuthenticatedClient | Client,
    raw_event: bool | Unset = False,
    session_id: str,
) -> Response[ErrorDetail | ValidationErrorResponse | str]:
    """A task's events as they happen

     Ends when the task does. A workflow that fails cuts the stream after its stop event in 0.9; in
    0.6 to 0.8 the stream ends as usual.

    0.6 to 0.8 replay from the first event for every reader, lose an event now and then (of two at
    the same moment, so often the last one), and cut a stream that is silent for 120 seconds. 0.9
    hands each event to one reader only: a second one hangs or is cut off.

    500: an unknown session (0.6 to 0.8; 0.9 ignores `session_id`) and an unknown task (0.9). An
    unknown task in 0.6 to 0.8 is a 200 and a silent stream.

    Args:
        deployment_name (str):
        task_id (str):
        raw_event (bool | Unset):  Default: False.
        session_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
        task_id=task_id,
        raw_event=raw_event,
        session_id=session_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    deployment_name: str,
    task_id: str,
    *,
    client: AuthenticatedClient | Client,
    raw_event: bool | Unset = False,
    session_id: str,
) -> ErrorDetail | ValidationErrorResponse | str | None:
    """A task's events as they happen

     Ends when the task does. A workflow that fails cuts the stream after its stop event in 0.9; in
    0.6 to 0.8 the stream ends as usual.

    0.6 to 0.8 replay from the first event for every reader, lose an event now and then (of two at
    the same moment, so often the last one), and cut a stream that is silent for 120 seconds. 0.9
    hands each event to one reader only: a second one hangs or is cut off.

    500: an unknown session (0.6 to 0.8; 0.9 ignores `session_id`) and an unknown task (0.9). An
    unknown task in 0.6 to 0.8 is a 200 and a silent stream.

    Args:
        deployment_name (str):
        task_id (str):
        raw_event (bool | Unset):  Default: False.
        session_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | ValidationErrorResponse | str
    """

    return sync_detailed(
        deployment_name=deployment_name,
        task_id=task_id,
        client=client,
        raw_event=raw_event,
        session_id=session_id,
    ).parsed


async def asyncio_detailed(
    deployment_name: str,
    task_id: str,
    *,
    client: AuthenticatedClient | Client,
    raw_event: bool | Unset = False,
    session_id: str,
) -> Response[ErrorDetail | ValidationErrorResponse | str]:
    """A task's events as they happen

     Ends when the task does. A workflow that fails cuts the stream after its stop event in 0.9; in
    0.6 to 0.8 the stream ends as usual.

    0.6 to 0.8 replay from the first event for every reader, lose an event now and then (of two at
    the same moment, so often the last one), and cut a stream that is silent for 120 seconds. 0.9
    hands each event to one reader only: a second one hangs or is cut off.

    500: an unknown session (0.6 to 0.8; 0.9 ignores `session_id`) and an unknown task (0.9). An
    unknown task in 0.6 to 0.8 is a 200 and a silent stream.

    Args:
        deployment_name (str):
        task_id (str):
        raw_event (bool | Unset):  Default: False.
        session_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
        task_id=task_id,
        raw_event=raw_event,
        session_id=session_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    deployment_name: str,
    task_id: str,
    *,
    client: AuthenticatedClient | Client,
    raw_event: bool | Unset = False,
    session_id: str,
) -> ErrorDetail | ValidationErrorResponse | str | None:
    """A task's events as they happen

     Ends when the task does. A workflow that fails cuts the stream after its stop event in 0.9; in
    0.6 to 0.8 the stream ends as usual.

    0.6 to 0.8 replay from the first event for every reader, lose an event now and then (of two at
    the same moment, so often the last one), and cut a stream that is silent for 120 seconds. 0.9
    hands each event to one reader only: a second one hangs or is cut off.

    500: an unknown session (0.6 to 0.8; 0.9 ignores `session_id`) and an unknown task (0.9). An
    unknown task in 0.6 to 0.8 is a 200 and a silent stream.

    Args:
        deployment_name (str):
        task_id (str):
        raw_event (bool | Unset):  Default: False.
        session_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | ValidationErrorResponse | str
    """

    return (
        await asyncio_detailed(
            deployment_name=deployment_name,
            task_id=task_id,
            client=client,
            raw_event=raw_event,
            session_id=session_id,
        )
    ).parsed
