"""Errors: one tree, which says what, where and why, and travels between processes."""

from __future__ import annotations

import copy
import gzip
import multiprocessing
import pickle
import ssl
from concurrent.futures import ProcessPoolExecutor
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


def certificate_error() -> httpx.ConnectError:
    error = httpx.ConnectError("failed")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    return error


TIMEOUTS = (
    httpx.TimeoutException,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.WriteTimeout,
    httpx.ReadTimeout,
)
EXAMPLES: dict[str, LlamaDeployError] = {
    type(error).__name__: error
    for error in [
        *(status_error(response(code), API_SERVER) for code in (302, 400, 401, 404, 418, 500)),
        status_error(response(404, json={"detail": "Not Found"}), API_SERVER),
        *(request_error(kind(""), REQUEST, API_SERVER, 3) for kind in TIMEOUTS),
        request_error(httpx.ConnectError("refused"), REQUEST, API_SERVER, 3),
        request_error(certificate_error(), REQUEST, API_SERVER, 3),
        errors.CertificateFileError("ca_bundle: no", request=REQUEST),
        request_error(httpx.ReadError(""), REQUEST, API_SERVER, 3),
        errors.MalformedResponseError("no JSON", response=response(200)),
        errors.StreamInterruptedError("cut", request=REQUEST, delivered=2),
        errors.ReplayDiffersError("other events", request=REQUEST, delivered=2),
        errors.StreamFailedError("broke", request=REQUEST, delivered=2),
        errors.TaskFailedError(response(500, text="Internal Server Error")),
        errors.EventMismatchError("no", event=ReceivedEvent("w.Ask", {"n": 1})),
        errors.AnswerTimeoutError("no", event=ReceivedEvent(None, {"n": 1})),
        errors.ClientClosedError("the client was closed"),
        errors.BatchError.of([], errors.ClientClosedError("the client was closed")),
        errors.ResultsFileError("no results file"),
    ]
}
each_kind = pytest.mark.parametrize("error", EXAMPLES.values(), ids=EXAMPLES)


def subclasses(kind: type[Any]) -> set[str]:
    return {kind.__name__}.union(*(subclasses(below) for below in kind.__subclasses__()))


def test_the_examples_are_of_every_kind() -> None:
    assert subclasses(LlamaDeployError) - set(EXAMPLES) == {"LlamaDeployError", "CallError"}


@each_kind
def test_an_error_holds_method_and_url_and_no_credentials(error: LlamaDeployError) -> None:
    if isinstance(error, errors.CallError):
        assert str(error) == f"{error.message.removesuffix('.')} (POST http://one:1/x?y=1)"
        assert (error.method, error.url) == ("POST", "http://one:1/x?y=1")
        assert "authorization" not in error.request.headers
    assert b"s3cret" not in pickle.dumps(error)


def same(one: Any, other: Any) -> bool:
    if not isinstance(one, BaseException):
        return bool(one == other)
    fields = [vars(error).keys() - {"_request", "response"} for error in (one, other)]
    return (
        type(one) is type(other)
        and str(one) == str(other)
        and fields[0] == fields[1]
        and all(same(getattr(one, name), getattr(other, name)) for name in fields[0])
    )


@each_kind
def test_an_error_can_be_pickled_and_copied(error: LlamaDeployError) -> None:
    for duplicate in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert same(duplicate, error)
        if isinstance(error, errors.CallError):
            assert isinstance(duplicate, errors.CallError)
            assert duplicate.url == error.url
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


def test_a_batch_that_did_not_begin_counts_no_tasks() -> None:
    error = errors.BatchError.of([], FileNotFoundError("no such folder"))
    assert error.message == "The batch ended early: no such folder"


def fail(name: str) -> None:
    raise EXAMPLES[name]


def test_every_error_comes_back_from_another_process() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        for name, error in EXAMPLES.items():
            assert same(pool.submit(fail, name).exception(timeout=60), error)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("StatusError", [httpx.HTTPStatusError]),
        ("TaskFailedError", [httpx.HTTPStatusError, errors.ServerError]),
        ("EventMismatchError", [ValueError]),
        ("AnswerTimeoutError", [TimeoutError]),
        ("RedirectError", [httpx.HTTPStatusError]),
        ("InvalidRequestError", [httpx.HTTPStatusError]),
        ("AuthenticationError", [httpx.HTTPStatusError]),
        ("NotFoundError", [httpx.HTTPStatusError, ValueError]),
        ("UnknownEndpointError", [httpx.HTTPStatusError, ValueError, errors.NotFoundError]),
        ("ServerError", [httpx.HTTPStatusError]),
        ("MalformedResponseError", [httpx.HTTPError]),
        ("CallTimeoutError", [TimeoutError, httpx.TimeoutException]),
        ("ConnectTimeoutError", [TimeoutError, httpx.ConnectTimeout]),
        ("PoolTimeoutError", [TimeoutError, httpx.PoolTimeout]),
        ("WriteTimeoutError", [TimeoutError, httpx.WriteTimeout]),
        ("ReadTimeoutError", [TimeoutError, httpx.ReadTimeout]),
        ("ServerUnreachableError", [httpx.ConnectError]),
        ("CertificateError", [httpx.ConnectError, errors.ServerUnreachableError]),
        ("ConnectionLostError", [httpx.RemoteProtocolError]),
        ("StreamInterruptedError", [httpx.RemoteProtocolError, errors.ConnectionLostError]),
        ("ReplayDiffersError", [errors.StreamInterruptedError]),
        ("StreamFailedError", [httpx.HTTPError]),
        ("ClientClosedError", [RuntimeError]),
        ("BatchError", [ExceptionGroup]),
        ("ResultsFileError", [ValueError]),
    ],
)
def test_handlers_written_for_httpx_and_python_catch_it(name: str, kinds: list[type]) -> None:
    for kind in kinds:
        assert isinstance(EXAMPLES[name], kind)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (100, errors.StatusError),
        (300, errors.RedirectError),
        (308, errors.RedirectError),
        (400, errors.InvalidRequestError),
        (401, errors.AuthenticationError),
        (403, errors.AuthenticationError),
        (404, errors.NotFoundError),
        (405, errors.StatusError),
        (407, errors.AuthenticationError),
        (409, errors.StatusError),
        (422, errors.InvalidRequestError),
        (429, errors.StatusError),
        (500, errors.ServerError),
        (503, errors.ServerError),
        (599, errors.ServerError),
        (600, errors.StatusError),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[errors.StatusError]) -> None:
    error = status_error(response(status, json={"detail": "Oh dear"}), API_SERVER)
    assert type(error) is kind
    assert error.status_code == status
    assert f"{status} " in str(error)


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
            {
                "json": {
                    "detail": [
                        {
                            "loc": ["body", "config_file"],
                            "msg": "Field required",
                            "type": "missing",
                        },
                        {"loc": ["query", 0], "msg": "bad"},
                        "odd",
                    ]
                }
            },
            'body.config_file: Field required; query.0: bad; "odd"',
        ),
        ({"json": {"detail": [{"msg": "bad"}, {"loc": []}]}}, '{"msg": "bad"}; {"loc": []}'),
        ({"json": {"detail": list("abcdefg")}}, '"a"; "b"; "c"; "d"; "e"'),
    ],
)
def test_the_detail_is_what_the_server_said(content: dict[str, Any], detail: str | None) -> None:
    error = status_error(response(500, **content), API_SERVER)
    assert error.detail == detail
    assert (detail or "500 Internal Server Error") in str(error)


@pytest.mark.parametrize(("status", "detail"), [(404, "Not Found"), (405, "Method Not Allowed")])
def test_an_unknown_path_differs_from_an_object_that_does_not_exist(
    status: int, detail: str
) -> None:
    error = status_error(response(status, json={"detail": detail}), CONTROL_PLANE)
    assert type(error) is errors.UnknownEndpointError
    assert "server at control_plane_url has no such path" in str(error)


def test_an_error_names_the_generation_that_has_a_missing_path() -> None:
    request = httpx.Request("GET", "http://one:1/status/metrics")
    old = httpx.Response(404, json={"detail": "Not Found"}, request=request)
    assert "LlamaDeploy 0.7" in str(status_error(old, API_SERVER))


@pytest.mark.parametrize(("length", "shown"), [(200, "x" * 200), (201, "x" * 200 + "…")])
def test_a_text_is_shown_whole_or_with_a_mark_where_it_was_cut(length: int, shown: str) -> None:
    assert shorten("x" * length) == shorten(b"x" * length) == shown


def test_a_status_error_keeps_the_answer_without_cookies() -> None:
    headers = {"Set-Cookie": "session=s3cret", "X-Request-Id": "7"}
    error = status_error(response(500, text="broke", headers=headers), API_SERVER)
    assert (error.response.status_code, error.response.text) == (500, "broke")
    assert error.response.headers["x-request-id"] == "7"
    assert "set-cookie" not in error.response.headers
    assert error.response.request is error.request


def test_an_answer_that_was_compressed_can_be_read_from_its_error() -> None:
    headers = {"Content-Encoding": "gzip", "Content-Length": "25", "Transfer-Encoding": "chunked"}
    content = gzip.compress(b"broke")
    error = status_error(response(500, content=content, headers=headers), API_SERVER)
    assert error.response.headers == {"content-length": "5"}
    assert pickle.loads(pickle.dumps(error)).response.text == "broke"


@pytest.mark.parametrize(
    ("status", "detail", "said"),
    [(409, "Conflict", "409 Conflict"), (400, "no", "400 Bad Request: no")],
)
def test_nothing_is_said_twice(status: int, detail: str, said: str) -> None:
    error = status_error(response(status, json={"detail": detail}), API_SERVER)
    assert str(error) == f"{said} (POST http://one:1/x?y=1)"


@pytest.mark.parametrize(("words", "said"), [("", ""), ("all are busy", ": all are busy")])
def test_a_time_out_says_how_long_it_was_and_what_is_known_beyond(words: str, said: str) -> None:
    error = request_error(httpx.PoolTimeout(words), REQUEST, API_SERVER, 3)
    assert error.message.endswith(f"within 3 s{said}")


def linked(name: str, cause: Exception | None = None, context: Exception | None = None) -> Any:
    """An error that httpx raised for `REQUEST`, credentials and all, because of others."""
    try:
        raise httpx.ReadError(name, request=REQUEST)
    except httpx.ReadError as error:
        error.__cause__, error.__context__ = cause, context
        return error


def test_what_an_error_came_of_is_its_words_without_credentials() -> None:
    leaves = [linked(name) for name in ("a", "b", "c", "d")]
    left, right = linked("left", *leaves[:2]), linked("right", *leaves[2:])
    top = linked("top", left, right)
    all_errors = [top, left, right, *leaves]
    assert as_cause(top, REQUEST) is top
    for error in all_errors:
        assert error.__traceback__ is None
        assert error.request.url == "http://one:1/x?y=1"
        assert "authorization" not in error.request.headers
    assert (top.__cause__, top.__context__) == (left, right)


def test_errors_that_caused_each_other_are_followed_once() -> None:
    top, middle = linked("top"), linked("middle")
    top.__cause__, middle.__cause__ = middle, top
    as_cause(top, REQUEST)
    assert {error.request.url for error in (top, middle)} == {httpx.URL("http://one:1/x?y=1")}


def test_an_untrusted_certificate_is_named_with_the_setting_that_helps() -> None:
    error = request_error(certificate_error(), REQUEST, API_SERVER, None)
    assert type(error) is errors.CertificateError
    assert "self-signed certificate" in str(error)
    assert "ca_bundle" in str(error)
