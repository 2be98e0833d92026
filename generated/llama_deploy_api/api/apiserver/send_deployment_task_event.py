# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_detail import ErrorDetail
from ...models.event_definition import EventDefinition
from ...models.validation_error_response import ValidationErrorResponse
from ...types import UNSET, Response


def _get_kwargs(
    deployment_name: str,
    task_id: str,
    *,
    body: EventDefinition,
    session_id: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["session_id"] = session_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/deployments/{deployment_name}/tasks/{task_id}/events".format(
            deployment_name=quote(str(deployment_name), safe=""),
            task_id=quote(str(task_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorDetail | EventDefinition | ValidationErrorResponse | str | None:
    if response.status_code == 200:
        response_200 = EventDefinition.from_dict(response.json())

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
) -> Response[ErrorDetail | EventDefinition | ValidationErrorResponse | str]:
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
    body: EventDefinition,
    session_id: str,
) -> Response[ErrorDetail | EventDefinition | ValidationErrorResponse | str]:
    """Send an event to a running task

     0.9 ignores the task and the service: the event goes to the session. 0.6 to 0.8 do not look
    whether task and service exist, or whether the event can be read. No generation looks whether
    the task still runs.

    500: an unknown session, and in 0.9 an event that cannot be read or whose class the server
    does not find.

    Args:
        deployment_name (str):
        task_id (str):
        session_id (str):
        body (EventDefinition): An event on its way to a workflow. 0.6 needs and returns
            `agent_id`, later servers `service_id`; a request that carries both serves all
            generations.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | EventDefinition | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
        task_id=task_id,
        body=body,
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
    body: EventDefinition,
    session_id: str,
) -> ErrorDetail | EventDefinition | ValidationErrorResponse | str | None:
    """Send an event to a running task

     0.9 ignores the task and the service: the event goes to the session. 0.6 to 0.8 do not look
    whether task and service exist, or whether the event can be read. No generation looks whether
    the task still runs.

    500: an unknown session, and in 0.9 an event that cannot be read or whose class the server
    does not find.

    Args:
        deployment_name (str):
        task_id (str):
        session_id (str):
        body (EventDefinition): An event on its way to a workflow. 0.6 needs and returns
            `agent_id`, later servers `service_id`; a request that carries both serves all
            generations.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | EventDefinition | ValidationErrorResponse | str
    """

    return sync_detailed(
        deployment_name=deployment_name,
        task_id=task_id,
        client=client,
        body=body,
        session_id=session_id,
    ).parsed


async def asyncio_detailed(
    deployment_name: str,
    task_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: EventDefinition,
    session_id: str,
) -> Response[ErrorDetail | EventDefinition | ValidationErrorResponse | str]:
    """Send an event to a running task

     0.9 ignores the task and the service: the event goes to the session. 0.6 to 0.8 do not look
    whether task and service exist, or whether the event can be read. No generation looks whether
    the task still runs.

    500: an unknown session, and in 0.9 an event that cannot be read or whose class the server
    does not find.

    Args:
        deployment_name (str):
        task_id (str):
        session_id (str):
        body (EventDefinition): An event on its way to a workflow. 0.6 needs and returns
            `agent_id`, later servers `service_id`; a request that carries both serves all
            generations.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | EventDefinition | ValidationErrorResponse | str]
    """

    kwargs = _get_kwargs(
        deployment_name=deployment_name,
        task_id=task_id,
        body=body,
        session_id=session_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    deployment_name: str,
    task_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: EventDefinition,
    session_id: str,
) -> ErrorDetail | EventDefinition | ValidationErrorResponse | str | None:
    """Send an event to a running task

     0.9 ignores the task and the service: the event goes to the session. 0.6 to 0.8 do not look
    whether task and service exist, or whether the event can be read. No generation looks whether
    the task still runs.

    500: an unknown session, and in 0.9 an event that cannot be read or whose class the server
    does not find.

    Args:
        deployment_name (str):
        task_id (str):
        session_id (str):
        body (EventDefinition): An event on its way to a workflow. 0.6 needs and returns
            `agent_id`, later servers `service_id`; a request that carries both serves all
            generations.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | EventDefinition | ValidationErrorResponse | str
    """

    return (
        await asyncio_detailed(
            deployment_name=deployment_name,
            task_id=task_id,
            client=client,
            body=body,
            session_id=session_id,
        )
    ).parsed
