"""Shell completion for names of profiles, deployments, services, sessions and tasks.

Importing the client takes half a second, which is too slow for completion. So this module sends one
request with `urllib`, waits at most a second, and imports everything else only when needed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import typer
from attrs import fields

from .profiles import read_profiles
from .settings import API_SERVER, CONTROL_PLANE, DEFAULT_URLS, Flags, Settings, resolve

if TYPE_CHECKING:
    import ssl

VARIABLE = "_LLAMA_DEPLOY_CLIENT_COMPLETE"
"""The variable that shells set to request completions."""
_SECONDS = 1.0
_MOST_BYTES = 4 * 1024 * 1024
_BREAKS = {"=", ":"}
"""The characters at which bash splits a word."""
_PLAIN_WORD = re.compile(r"\w[\w.-]*", re.ASCII)


def _offering(
    names: Callable[[typer.Context], Iterable[str]],
) -> Callable[[typer.Context, str], list[str]]:
    """Offer the names that begin with the typed text.

    Shells evaluate the offers, so names that are not plain words are left out.
    """

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            offered = list(names(ctx))
        except Exception:  # a message would appear in the middle of the typed line
            return []
        return [
            _Whole(f"{_typed_option()}{name}")
            for name in dict.fromkeys(offered)
            if name.startswith(incomplete) and _PLAIN_WORD.fullmatch(name)
        ]

    return complete


class _Whole(str):
    """A word with the option before it. Typer compares it with the text after the option."""

    __slots__ = ()

    def startswith(self, *_: Any) -> bool:
        return True


def _typed_option() -> str:
    """Return `--profile=` if zsh or fish complete `--profile=ol`: they replace the whole word."""
    if os.environ.get(VARIABLE) not in ("complete_zsh", "complete_fish"):
        return ""
    word = os.environ.get("_TYPER_COMPLETE_ARGS", "").rpartition(" ")[2]
    option, equals, _ = word.partition("=")
    return f"{option}=" if equals and option.startswith("--") else ""


def join_options(words: list[str], current: int) -> tuple[list[str], int]:
    """Join the words that bash splits: it splits `--profile=ol` and `http://a` into three words.

    Args:
        words: the words of the line, from bash.
        current: the index of the word that the user is typing.

    Examples:
        >>> join_options(["--url", "http", ":", "//a", "status", "--profile", "=", "ol"], 7)
        (['--url', 'http://a', 'status', '--profile=ol'], 3)
    """
    joined: list[str] = []
    place = current
    for index, word in enumerate(words):
        if joined and index <= current and {word[:1], words[index - 1][-1:]} & _BREAKS:
            joined[-1] += word
            place -= 1
        else:
            joined.append(word)
    return joined, place


def prepare_bash() -> None:
    """Join the words that bash splits, before typer reads them."""
    if os.environ.get(VARIABLE) == "complete_bash":
        words = os.environ.get("COMP_WORDS", "").split("\n")
        words, current = join_options(words, int(os.environ.get("COMP_CWORD", "0")))
        os.environ.update(COMP_WORDS="\n".join(words), COMP_CWORD=str(current))


@_offering
def complete_profile(ctx: typer.Context) -> Iterable[str]:
    """The names of profiles."""
    return read_profiles()


@_offering
def complete_deployment(ctx: typer.Context) -> Iterable[str]:
    """The names of the server's deployments."""
    return _deployments(_settings(ctx))


@_offering
def complete_service(ctx: typer.Context) -> Iterable[str]:
    """The names of the control plane's services (0.6 to 0.8)."""
    services: dict[str, Any] = _get(_settings(ctx), CONTROL_PLANE, "/services")
    return services


@_offering
def complete_task(ctx: typer.Context) -> Iterable[str]:
    """The ids of a deployment's tasks, the newest first."""
    return [task["task_id"] for task in reversed(_in_deployment(ctx, "tasks"))]


@_offering
def complete_session(ctx: typer.Context) -> Iterable[str]:
    """The ids of a deployment's sessions, the newest first."""
    return [session["session_id"] for session in reversed(_in_deployment(ctx, "sessions"))]


def _settings(ctx: typer.Context) -> Settings:
    """Return the settings; a command's flags override those before its name."""
    typed: dict[str, Any] = {}
    context: Any = ctx  # typer's annotation is a private class
    while context is not None:
        own = {name: value for name, value in context.params.items() if value}
        typed, context = {**own, **typed}, context.parent
    flags = {field.name: typed[field.name] for field in fields(Flags) if field.name in typed}
    return resolve(Flags(**flags))


def _deployments(settings: Settings) -> list[str]:
    return [each["name"] for each in _get(settings, API_SERVER, "/deployments/")]


def _in_deployment(ctx: typer.Context, what: str) -> list[dict[str, Any]]:
    settings = _settings(ctx)
    name = ctx.params.get("deployment") or settings.get("deployment")
    if not name:
        [name] = _deployments(settings)
    entries: list[dict[str, Any]] = _get(
        settings, API_SERVER, f"/deployments/{quote(name, safe='')}/{what}"
    )
    return entries


def _get(settings: Settings, server: str, path: str) -> Any:
    """Send one request, and return the JSON of the response."""
    from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

    values = settings.values(server)
    headers = dict(values.get("headers", {}))
    if values.get("token"):
        headers["Authorization"] = f"Bearer {values['token']}"
    url = values.get(server, DEFAULT_URLS[server]).rstrip("/")
    proxy = values.get("proxy")
    of_environment: dict[str, str] | None = None if _is_true(values.get("trust_env", True)) else {}
    proxies = ProxyHandler({"http": proxy, "https": proxy} if proxy else of_environment)
    handlers = [proxies, _no_redirects()]
    if url.startswith("https:"):
        handlers.append(HTTPSHandler(context=_tls(values)))
    opener: OpenerDirector = build_opener(*handlers)
    with opener.open(Request(url + path, headers=headers), timeout=_SECONDS) as response:
        return json.loads(response.read(_MOST_BYTES))


def _no_redirects() -> Any:
    """Return a handler that refuses redirects: they would pass on credentials."""
    from urllib.request import HTTPRedirectHandler

    class NoRedirects(HTTPRedirectHandler):
        def redirect_request(self, *_: Any, **__: Any) -> None:
            return None

    return NoRedirects()


def _tls(values: dict[str, Any]) -> ssl.SSLContext:
    import ssl

    context = ssl.create_default_context(cafile=values.get("ca_bundle"))
    if values.get("client_cert"):
        context.load_cert_chain(values["client_cert"], password=values.get("client_cert_password"))
    if _is_true(values.get("disable_ssl", False)):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _is_true(value: Any) -> bool:
    """Return the value of a boolean setting, which may be text from the environment."""
    return str(value).lower() in ("true", "t", "1", "yes", "y", "on")
