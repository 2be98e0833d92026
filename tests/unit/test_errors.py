"""Errors: one tree, which says what, where and why, and travels between processes."""

from __future__ import annotations

import copy
import gzip
import pickle
import ssl
from typing import Any

import httpx
import pytest

from llama_deploy_client import Outcome, TaskDefinition, errors
from llama_deploy_client._failures import as_cause, request_error, status_error
from llama_deploy_client._servers import API_SERVER, CONTROL_PLANE
from llama_deploy_client._texts import shorten
from llama_deploy_client.errors import LlamaDeployError
from llama_deploy_client.events import ReceivedEvent

REQUEST = httpx.Request(
    "POST",
    "http://me:s3cret@one:1/x?y=1",
    headers={"Authorization": "Bearer s3cret"},
    content=b"s3cret",
)


def response(status: int, **content: Any) -> httpx.Response:
    return httpx.Response(status, request=REQUEST, **content)


def failed(status: int, **content: Any) -> errors.StatusError:
    return status_error(response(status, **content), API_SERVER)


def certificate_error() -> httpx.ConnectError:
    error = httpx.ConnectError("failed")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    return error


HTTPX_ERRORS = [
    httpx.TimeoutException(""),
    httpx.ConnectTimeout(""),
    httpx.PoolTimeout(""),
    httpx.WriteTimeout(""),
    httpx.ReadTimeout(""),
    httpx.ConnectError("refused"),
    certificate_error(),
    httpx.ReadError(""),
]
EXAMPLES: dict[str, LlamaDeployError] = {
    type(error).__name__: error
    for error in [
        *(failed(code) for code in (302, 400, 401, 404, 418, 500)),
        failed(404, json={"detail": "Not Found"}),
        *(request_error(error, REQUEST, API_SERVER, 3) for error in HTTPX_ERRORS),
        errors.CertificateFileError("ca_bundle: no", request=REQUEST),
        errors.MalformedResponseError("not JSON", response=response(200)),
        errors.StreamInterruptedError("cut", request=REQUEST, delivered=2),
        errors.ReplayDiffersError("other events", request=REQUEST, delivered=2),
        errors.StreamFailedError("broke", request=REQUEST, delivered=2),
        errors.TaskFailedError(response(500, text="Internal Server Error")),
        errors.EventMismatchError("no", event=ReceivedEvent("w.Ask", {"n": 1})),
        errors.AnswerTimeoutError("no", event=ReceivedEvent(None, {"n": 1})),
        errors.ClientClosedError("the client was closed"),
        errors.BatchError.of([], errors.ClientClosedError("the client was closed")),
        errors.ResultsFileError("not a results file"),
    ]
}


def subclasses(kind: type[Any]) -> set[str]:
    return {kind.__name__}.union(*(subclasses(below) for below in kind.__subclasses__()))


def test_the_examples_are_of_every_kind() -> None:
    assert subclasses(LlamaDeployError) - set(EXAMPLES) == {"LlamaDeployError", "CallError"}


def same(one: Any, other: Any) -> bool:
    if not isinstance(one, BaseException):
        return bool(one == other)
    fields = [vars(error).keys() - {"_request", "response"} for error in (one, other)]
    return (
        type(one) is type(other)
        and str(one) == str(other)
        and fields[0] == fields[1]
        and all(same(getattr(one, name), getattr(other, name)) for name in fields[0])
        and getattr(one, "url", "") == getattr(other, "url", "")
    )


@pytest.mark.parametrize("error", EXAMPLES.values(), ids=EXAMPLES)
def test_an_error_can_be_copied_and_has_method_and_url_without_credentials(
    error: LlamaDeployError,
) -> None:
    if isinstance(error, errors.CallError):
        assert str(error) == f"{error.message.removesuffix('.')} (POST http://one:1/x?y=1)"
        assert (error.method, error.url) == ("POST", "http://one:1/x?y=1")
        assert "authorization" not in error.request.headers
    assert b"s3cret" not in pickle.dumps(error)
    for duplicate in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert same(duplicate, error)
        if isinstance(error, errors.StatusError):
            assert isinstance(duplicate, errors.StatusError)
            assert duplicate.response.status_code == error.status_code


def test_the_error_of_a_batch_travels_with_all_outcomes() -> None:
    task = TaskDefinition(input={})
    lost = EXAMPLES["ConnectionLostError"]
    outcomes = [Outcome(index=0, task=task, result=1), Outcome(index=1, task=task, error=lost)]
    error = errors.BatchError.of(outcomes, lost)
    assert error.exceptions == (lost,)  # once, though it is both
    assert error.message == (
        f"1 of 2 tasks failed. The first, input 1: {lost}. The batch ended early: {lost}"
    )
    duplicate = pickle.loads(pickle.dumps(error))
    assert duplicate.outcomes[0] == outcomes[0]
    assert same(duplicate.outcomes[1].error, lost)
    assert same(duplicate.exceptions[0], lost)
    assert duplicate.subgroup(httpx.RemoteProtocolError) is not None


def test_the_error_of_a_batch_that_did_not_begin_counts_no_tasks() -> None:
    error = errors.BatchError.of([], FileNotFoundError("no such folder"))
    assert error.message == "The batch ended early: no such folder"


BASES: dict[str, list[type]] = {
    "StatusError": [httpx.HTTPStatusError],
    "TaskFailedError": [errors.ServerError],
    "EventMismatchError": [ValueError],
    "AnswerTimeoutError": [TimeoutError],
    "NotFoundError": [errors.StatusError, ValueError],
    "UnknownEndpointError": [errors.NotFoundError],
    "ServerError": [errors.StatusError],
    "MalformedResponseError": [httpx.HTTPError],
    "CallTimeoutError": [TimeoutError, httpx.TimeoutException],
    "ConnectTimeoutError": [errors.CallTimeoutError, httpx.ConnectTimeout],
    "PoolTimeoutError": [errors.CallTimeoutError, httpx.PoolTimeout],
    "WriteTimeoutError": [errors.CallTimeoutError, httpx.WriteTimeout],
    "ReadTimeoutError": [errors.CallTimeoutError, httpx.ReadTimeout],
    "ServerUnreachableError": [httpx.ConnectError],
    "CertificateError": [errors.ServerUnreachableError],
    "ConnectionLostError": [httpx.RemoteProtocolError, httpx.ReadError],
    "StreamInterruptedError": [errors.ConnectionLostError],
    "ReplayDiffersError": [errors.StreamInterruptedError],
    "StreamFailedError": [httpx.HTTPError],
    "ClientClosedError": [RuntimeError],
    "BatchError": [ExceptionGroup],
    "ResultsFileError": [ValueError],
}


@pytest.mark.parametrize(("name", "bases"), BASES.items(), ids=BASES)
def test_handlers_written_for_httpx_and_python_catch_it(name: str, bases: list[type]) -> None:
    for base in bases:
        assert isinstance(EXAMPLES[name], base)


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        (errors.StatusError, [100, 405, 409, 429, 600]),
        (errors.RedirectError, [300, 308]),
        (errors.InvalidRequestError, [400, 422]),
        (errors.AuthenticationError, [401, 403, 407]),
        (errors.NotFoundError, [404]),
        (errors.ServerError, [500, 503, 599]),
    ],
)
def test_each_status_has_its_error(kind: type[errors.StatusError], statuses: list[int]) -> None:
    for status in statuses:
        error = failed(status, json={"detail": "Oh dear"})
        assert type(error) is kind
        assert error.status_code == status
        assert f"{status} " in str(error)


INVALID: list[Any] = [
    {"loc": ["body", "config_file"], "msg": "Field required", "type": "missing"},
    {"loc": ["query", 0], "msg": "bad"},
    "odd",
]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        ({"json": {"detail": "Deployment not found"}}, "Deployment not found"),
        ({"json": {"detail": {"code": 7}}}, '{"code": 7}'),
        ({"json": {"error": "broke"}}, '{"error": "broke"}'),
        ({"json": "just text"}, "just text"),
        ({"json": ["a"]}, '"a"'),
        ({"text": "Service\n  down"}, "Service down"),
        ({"text": "Internal Server Error"}, None),
        ({"text": ""}, None),
        ({"content": b"\xff\xfe"}, "\ufffd\ufffd"),
        (
            {"json": {"detail": INVALID}},
            'body.config_file: Field required; query.0: bad; "odd"',
        ),
        ({"json": {"detail": [{"msg": "bad"}, {"loc": []}]}}, '{"msg": "bad"}; {"loc": []}'),
        ({"json": {"detail": list("abcdefg")}}, '"a"; "b"; "c"; "d"; "e"'),
    ],
)
def test_the_detail_is_the_servers_explanation(content: dict[str, Any], detail: str | None) -> None:
    error = failed(500, **content)
    assert error.detail == detail
    assert (detail or "500 Internal Server Error") in str(error)


@pytest.mark.parametrize(
    ("status", "detail", "message"),
    [(409, "Conflict", "409 Conflict"), (400, "no", "400 Bad Request: no")],
)
def test_a_detail_equal_to_the_status_is_not_repeated(
    status: int, detail: str, message: str
) -> None:
    assert failed(status, json={"detail": detail}).message == message


@pytest.mark.parametrize(("status", "detail"), [(404, "Not Found"), (405, "Method Not Allowed")])
def test_an_unknown_path_differs_from_an_object_that_does_not_exist(
    status: int, detail: str
) -> None:
    error = status_error(response(status, json={"detail": detail}), CONTROL_PLANE)
    assert type(error) is errors.UnknownEndpointError
    assert "server at control_plane_url has no such path" in str(error)
    request = httpx.Request("GET", "http://one:1/status/metrics")
    old = httpx.Response(404, json={"detail": "Not Found"}, request=request)
    assert "LlamaDeploy 0.7" in str(status_error(old, API_SERVER))


@pytest.mark.parametrize(("length", "shown"), [(200, "x" * 200), (201, "x" * 200 + "…")])
def test_a_long_text_is_shortened_with_a_mark(length: int, shown: str) -> None:
    assert shorten("x" * length) == shorten(b"x" * length) == shown


def test_a_status_error_has_the_response_without_cookies() -> None:
    headers = {"Set-Cookie": "session=s3cret", "X-Request-Id": "7"}
    error = failed(500, text="broke", headers=headers)
    assert (error.response.status_code, error.response.text) == (500, "broke")
    assert error.response.headers["x-request-id"] == "7"
    assert "set-cookie" not in error.response.headers
    assert error.response.request is error.request


def test_the_response_of_an_error_is_decompressed() -> None:
    headers = {"Content-Encoding": "gzip", "Content-Length": "25", "Transfer-Encoding": "chunked"}
    error = failed(500, content=gzip.compress(b"broke"), headers=headers)
    assert error.response.headers == {"content-length": "5"}
    assert pickle.loads(pickle.dumps(error)).response.text == "broke"


@pytest.mark.parametrize(("reason", "end"), [("", ""), ("all are busy", ": all are busy")])
def test_a_timeout_says_its_seconds_and_httpx_s_reason(reason: str, end: str) -> None:
    error = request_error(httpx.PoolTimeout(reason), REQUEST, API_SERVER, 3)
    assert error.message.endswith(f"within 3 s{end}")


def linked(name: str, cause: Exception | None = None, context: Exception | None = None) -> Any:
    """An error that httpx raised for `REQUEST`, credentials and all, because of others."""
    try:
        raise httpx.ReadError(name, request=REQUEST)
    except httpx.ReadError as error:
        error.__cause__, error.__context__ = cause, context
        return error


def test_the_causes_of_an_error_are_stripped_of_credentials() -> None:
    leaves = [linked(name) for name in ("a", "b", "c", "d")]
    left, right = linked("left", *leaves[:2]), linked("right", *leaves[2:])
    top = linked("top", left, right)
    leaves[0].__cause__ = top  # a circle, which must be followed once
    assert as_cause(top, REQUEST) is top
    for error in (top, left, right, *leaves):
        assert error.__traceback__ is None
        assert error.request.url == "http://one:1/x?y=1"
        assert "authorization" not in error.request.headers
    assert (top.__cause__, top.__context__) == (left, right)


def test_an_untrusted_certificate_is_named_with_the_setting_that_helps() -> None:
    error = request_error(certificate_error(), REQUEST, API_SERVER, None)
    assert type(error) is errors.CertificateError
    assert "self-signed certificate" in str(error)
    assert "ca_bundle" in str(error)
