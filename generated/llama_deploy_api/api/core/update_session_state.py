# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_detail import ErrorDetail
from ...models.session_state import SessionState
from ...models.validation_error_response import ValidationErrorResponse
from ...types import Response


def _get_kwargs(
    session_id: str,
    *,
    body: SessionState,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/sessions/{session_id}/state".format(
            session_id=quote(str(session_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorDetail | None | ValidationErrorResponse | None:
    if response.status_code == 200:
        response_200 = cast(None, response.json())
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

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorDetail | None | ValidationErrorResponse]:
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
    body: SessionState,
) -> Response[ErrorDetail | None | ValidationErrorResponse]:
    """Add to a session's state

     Entries of the same name are replaced, the control plane's own among them; others stay. None
    can be removed.

    Args:
        session_id (str):
        body (SessionState): Any JSON object. The control plane keeps its own entries in it: for
            each task `<task id>`, `stream_<task id>` and `result_<task id>`, further `retries` and,
            under the session's own id, the workflow's state.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | None | ValidationErrorResponse]
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
    body: SessionState,
) -> ErrorDetail | None | ValidationErrorResponse | None:
    """Add to a session's state

     Entries of the same name are replaced, the control plane's own among them; others stay. None
    can be removed.

    Args:
        session_id (str):
        body (SessionState): Any JSON object. The control plane keeps its own entries in it: for
            each task `<task id>`, `stream_<task id>` and `result_<task id>`, further `retries` and,
            under the session's own id, the workflow's state.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | None | ValidationErrorResponse
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
    body: SessionState,
) -> Response[ErrorDetail | None | ValidationErrorResponse]:
    """Add to a session's state

     Entries of the same name are replaced, the control plane's own among them; others stay. None
    can be removed.

    Args:
        session_id (str):
        body (SessionState): Any JSON object. The control plane keeps its own entries in it: for
            each task `<task id>`, `stream_<task id>` and `result_<task id>`, further `retries` and,
            under the session's own id, the workflow's state.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorDetail | None | ValidationErrorResponse]
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
    body: SessionState,
) -> ErrorDetail | None | ValidationErrorResponse | None:
    """Add to a session's state

     Entries of the same name are replaced, the control plane's own among them; others stay. None
    can be removed.

    Args:
        session_id (str):
        body (SessionState): Any JSON object. The control plane keeps its own entries in it: for
            each task `<task id>`, `stream_<task id>` and `result_<task id>`, further `retries` and,
            under the session's own id, the workflow's state.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorDetail | None | ValidationErrorResponse
    """

    return (
        await asyncio_detailed(
            session_id=session_id,
            client=client,
            body=body,
        )
    ).parsed
