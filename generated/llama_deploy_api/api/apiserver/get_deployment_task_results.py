# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_detail import ErrorDetail
from ...models.task_result import TaskResult
from ...models.validation_error_response import ValidationErrorResponse
from ...types import UNSET, Response


def _get_kwargs(
    deployment_name: str,
    task_id: str,
    *,
    session_id: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["session_id"] = session_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/deployments/{deployment_name}/tasks/{task_id}/results".format(
            deployment_name=quote(str(deployment_name), safe=""),
            task_id=quote(str(task_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorDetail | None | TaskResult | ValidationErrorResponse | str | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> None | TaskResult:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_nullable_task_result_type_1 = TaskResult.from_dict(
                    data
                )

                return componentsschemas_nullable_task_result_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TaskResult, data)

        response_200 = _parse_response_200(response.json())

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
) -> Response[ErrorDetail | None | TaskResult | ValidationErrorResponse | str]:
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
    session_id: str,
) -> Response[ErrorDetail | None | TaskResult | ValidationErrorResponse | str]:
    """A task's result

     0.6 to 0.8 answer at once: `null` while the task runs, and also for an unknown task. 0.9 holds
    the request open until the task is done.

    A workflow that fails: 500 in 0.9, in 0.6 to 0.8 a normal result with the text of the exception.
    500 as well: an unknown session (0.6 to 0.8; 0.9 ignores `session_id`), an unknown task (0.9),
    and a result that is not a string (0.9; in 0.6 to 0.8 it is Python's `str()` of it).

    Args:
        deployment_name (str):
        task_id (str):
        session_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | None | TaskResult | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
        task_id=task_id,
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
    session_id: str,
) -> ErrorDetail | None | TaskResult | ValidationErrorResponse | str | None:
    """A task's result

     0.6 to 0.8 answer at once: `null` while the task runs, and also for an unknown task. 0.9 holds
    the request open until the task is done.

    A workflow that fails: 500 in 0.9, in 0.6 to 0.8 a normal result with the text of the exception.
    500 as well: an unknown session (0.6 to 0.8; 0.9 ignores `session_id`), an unknown task (0.9),
    and a result that is not a string (0.9; in 0.6 to 0.8 it is Python's `str()` of it).

    Args:
        deployment_name (str):
        task_id (str):
        session_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | None | TaskResult | ValidationErrorResponse | str
    """

    return sync_detailed(
        deployment_name=deployment_name,
        task_id=task_id,
        client=client,
        session_id=session_id,
    ).parsed


async def asyncio_detailed(
    deployment_name: str,
    task_id: str,
    *,
    client: AuthenticatedClient | Client,
    session_id: str,
) -> Response[ErrorDetail | None | TaskResult | ValidationErrorResponse | str]:
    """A task's result

     0.6 to 0.8 answer at once: `null` while the task runs, and also for an unknown task. 0.9 holds
    the request open until the task is done.

    A workflow that fails: 500 in 0.9, in 0.6 to 0.8 a normal result with the text of the exception.
    500 as well: an unknown session (0.6 to 0.8; 0.9 ignores `session_id`), an unknown task (0.9),
    and a result that is not a string (0.9; in 0.6 to 0.8 it is Python's `str()` of it).

    Args:
        deployment_name (str):
        task_id (str):
        session_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | None | TaskResult | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
        task_id=task_id,
        session_id=session_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    deployment_name: str,
    task_id: str,
    *,
    client: AuthenticatedClient | Client,
    session_id: str,
) -> ErrorDetail | None | TaskResult | ValidationErrorResponse | str | None:
    """A task's result

     0.6 to 0.8 answer at once: `null` while the task runs, and also for an unknown task. 0.9 holds
    the request open until the task is done.

    A workflow that fails: 500 in 0.9, in 0.6 to 0.8 a normal result with the text of the exception.
    500 as well: an unknown session (0.6 to 0.8; 0.9 ignores `session_id`), an unknown task (0.9),
    and a result that is not a string (0.9; in 0.6 to 0.8 it is Python's `str()` of it).

    Args:
        deployment_name (str):
        task_id (str):
        session_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | None | TaskResult | ValidationErrorResponse | str
    """

    return (
        await asyncio_detailed(
            deployment_name=deployment_name,
            task_id=task_id,
            client=client,
            session_id=session_id,
        )
    ).parsed
