"""The options of a client: from keyword arguments, else from `LLAMA_DEPLOY_…` variables."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypedDict

import httpx
from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from ._certificates import tls_context
from ._setting_types import File, Headers, HidesInput, Secret, Token, Url, hide
from ._texts import without_credentials

_URLS = {"api_server_url", "control_plane_url", "workflow_server_url", "proxy"}
_SECRET = {"token", "headers", "auth", "ssl_context", "client_cert_password"}
OBJECTS = ("ssl_context", "auth")
"""Settings that are objects of the running program and have no text form."""


def refuse_to_copy(names: Sequence[str]) -> None:
    """Refuse to pickle or copy settings that have no text form.

    Raises:
        TypeError: `names` is not empty.
    """
    if names:
        raise TypeError(
            f"a client with {' and '.join(names)} cannot be pickled or deep-copied: "
            "make another one with the same options"
        )


def _without_credentials(fields: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for name, value in fields:
        if name in _URLS and value:
            yield name, str(without_credentials(value))
        elif name not in _SECRET:
            yield name, value


def _restore(kind: type[Settings], fields: dict[str, Any]) -> Settings:
    return kind(**fields)


class _Environment(EnvSettingsSource):
    """The environment variables.

    A field without a variable is skipped at once. Otherwise pydantic-settings would inspect each
    field for each client, which takes most of the time of making one.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        text = self.env_vars.get(self._variable(field_name)) or ""
        if field.validation_alias is None and not text.strip():
            return None, field_name, True
        return super().get_field_value(field, field_name)

    def prepare_field_value(
        self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool
    ) -> Any:
        if value is None:
            return None
        return super().prepare_field_value(field_name, field, value, value_is_complex)

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:  # its text quotes the value, and names no variable
            return value

    def _variable(self, field_name: str) -> str:
        return f"{self.env_prefix}{field_name}".lower()


class _EnvironmentFile(DotEnvSettingsSource):
    """A file of variables. It may hold variables of other programs, as the environment does."""

    def __call__(self) -> dict[str, Any]:
        return EnvSettingsSource.__call__(self)


class Settings(HidesInput, BaseSettings):
    """The options of a client.

    Each is a keyword argument of `Client` and `SyncClient`, and an environment variable with the
    prefix `LLAMA_DEPLOY_`: `LLAMA_DEPLOY_API_SERVER_URL`, `LLAMA_DEPLOY_TIMEOUT=none`.

    Attributes:
        api_server_url: where the API server listens.
        control_plane_url: where the control plane listens (LlamaDeploy 0.6 to 0.8).
        workflow_server_url: where a workflow server of llama-agents listens. On an appserver, or in
            LlamaCloud, it ends in `/deployments/{name}`.
        disable_ssl: accept any certificate.
        timeout: seconds for a whole call, including waiting and polling, or for the time between
            events of a stream; None for no limit. Each method has its own `timeout` as well.
        poll_interval: longest pause between polls, in seconds; the first ones are shorter.
        max_retries: how often a failed call is retried, if a retry is safe: if nothing was sent,
            or, for a call that only reads, if the connection broke or the server was unavailable
            (429, 502, 503, 504). Also how often in a row a stream is resumed without a new event.
            All retries count towards `timeout`.
        max_line_size: largest size of one line of a stream (one event), in bytes. A longer line is
            an error as soon as the limit is reached.
        max_response_size: largest size of a response, in bytes. It does not limit streams:
            `max_line_size` limits each of their events.
        max_values: largest number of JSON values in a response or an event; an array or object
            counts as two, a member's name as one. A list of objects that become instances of a
            class, such as sessions, may have a tenth of that.
        max_connections: largest number of connections to one server; further calls wait.
        ca_bundle: the PEM file of a private certificate authority, trusted instead of public ones.
        client_cert: the PEM file with the client's certificate and key.
        client_cert_password: the password of that key, if it is encrypted.
        ssl_context: your own TLS settings, in place of `disable_ssl`, `ca_bundle` and
            `client_cert`.
        token: the bearer token, sent as `Authorization: Bearer …`.
        auth: any httpx authentication, in place of `token`.
        headers: headers to send with every request.
        proxy: the URL of a proxy. By default, the proxy variables of the environment count.
        trust_env: whether the proxy variables, `SSL_CERT_FILE` and `SSL_CERT_DIR` of the
            environment count.
    """

    model_config = SettingsConfigDict(
        env_prefix="LLAMA_DEPLOY_",
        env_parse_none_str="none",
        env_ignore_empty=True,  # docker compose sets unset variables to the empty string
        validate_assignment=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
    )

    api_server_url: Url = Field(default="http://localhost:4501", repr=False)
    control_plane_url: Url = Field(default="http://localhost:8000", repr=False)
    workflow_server_url: Url = Field(default="http://localhost:8080", repr=False)
    disable_ssl: bool = False
    timeout: float | None = Field(default=120.0, ge=0)
    poll_interval: float = Field(default=0.5, ge=0)
    max_retries: int = Field(default=2, ge=0)
    max_line_size: int = Field(default=16 * 1024 * 1024, ge=1)
    max_response_size: int = Field(default=32 * 1024 * 1024, ge=0)
    max_values: int = Field(default=1_000_000, ge=1)

    # The following options are frozen: they are read once, for the first connection.
    max_connections: int = Field(default=100, ge=2, frozen=True)
    ca_bundle: File | None = Field(default=None, frozen=True)
    client_cert: File | None = Field(default=None, frozen=True)
    client_cert_password: Secret | None = Field(default=None, frozen=True, repr=False)
    ssl_context: ssl.SSLContext | None = Field(default=None, frozen=True, repr=False)
    token: Token | None = Field(default=None, frozen=True, repr=False)
    auth: httpx.Auth | None = Field(default=None, frozen=True, repr=False)
    headers: Headers = Field(default_factory=dict, frozen=True, repr=False)
    proxy: Url | None = Field(default=None, frozen=True, repr=False)
    trust_env: bool = Field(default=True, frozen=True)

    if not TYPE_CHECKING:  # type checkers know the types of the fields

        def __init__(self, **options: Any) -> None:
            # pydantic-settings takes positional arguments for its own options, and would silently
            # ignore a URL.
            super().__init__(**options)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read keyword arguments, the environment, and files configured in a subclass."""
        assert isinstance(env_settings, EnvSettingsSource)
        assert isinstance(dotenv_settings, DotEnvSettingsSource)
        assert isinstance(file_secret_settings, SecretsSettingsSource)
        prefix = env_settings.env_prefix
        sources = [init_settings, _Environment(settings_cls, env_prefix=prefix)]
        if file := dotenv_settings.env_file:
            encoding = dotenv_settings.env_file_encoding
            sources.append(_EnvironmentFile(settings_cls, file, encoding, env_prefix=prefix))
        if file_secret_settings.secrets_dir:
            sources.append(file_secret_settings)
        return tuple(sources)

    @model_validator(mode="after")
    def _no_contradiction(self) -> Settings:
        if self.ssl_context and (self.disable_ssl or self.ca_bundle or self.client_cert):
            raise ValueError(
                "ssl_context cannot be combined with disable_ssl, ca_bundle or client_cert"
            )
        if self.token and self.auth:
            raise ValueError("token and auth both set the Authorization header: use only one")
        return self

    def _replaced(self, options: Mapping[str, Any]) -> Self:
        """Return a copy with other values for some settings, also for frozen ones.

        Raises:
            ValidationError: a value is invalid, or contradicts another setting.
        """
        if options.keys() <= ASSIGNABLE:
            copy = self.model_copy()
            for name, value in options.items():
                setattr(copy, name, value)
            return copy
        current = {name: getattr(self, name) for name in Settings.model_fields}
        valid = Settings(**{**current, **options})
        return self.model_copy(update={name: getattr(valid, name) for name in options})

    @model_serializer(mode="wrap")
    def _serialize(self, dump: Callable[[Settings], dict[str, Any]]) -> dict[str, Any]:
        return dict(_without_credentials(dump(self).items()))

    def __iter__(self) -> Any:
        """Yield names and values without credentials, for `dict(settings)` and pickles."""
        return _without_credentials(super().__iter__())

    def __repr_args__(self) -> Any:
        yield "api_server_url", str(without_credentials(self.api_server_url))
        yield "control_plane_url", str(without_credentials(self.control_plane_url))
        yield "workflow_server_url", str(without_credentials(self.workflow_server_url))
        yield from super().__repr_args__()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the settings: neither objects of the running program nor credentials.

        The copy takes token and headers from the environment in which it is unpickled.
        """
        refuse_to_copy([name for name in OBJECTS if getattr(self, name)])
        return _restore, (type(self), dict(self))

    def __setattr__(self, name: str, value: Any) -> None:
        field = type(self).model_fields.get(name)
        if field is not None and field.frozen:  # pydantic's own error would show the value
            raise AttributeError(f"{name} is fixed: make new settings with another {name}")
        before = dict(vars(self))
        try:
            super().__setattr__(name, value)
        except ValidationError:  # pydantic keeps a value that only a model validator refuses
            vars(self).update(before)
            raise

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Copy the settings as a pickle would."""
        make, arguments = self.__reduce__()
        copied: Self = make(*arguments)
        return copied

    def _tls(self) -> Callable[[], ssl.SSLContext]:
        """Return a function that makes the SSL context. It takes 30 ms, so only HTTPS calls it.

        The function must not refer to this object: a pool that holds it would keep its client
        alive.
        """
        if self.ssl_context is not None:
            own = self.ssl_context
            return lambda: own
        return partial(
            tls_context,
            verify=not self.disable_ssl,
            ca_bundle=self.ca_bundle,
            client_cert=self.client_cert,
            client_cert_password=self.client_cert_password,
            trust_env=self.trust_env,
        )

    def _authentication(self) -> httpx.Auth | None:
        """Return the authentication of each request."""
        return _BearerAuth(hide(self.token).get_secret_value()) if self.token else self.auth


ASSIGNABLE = frozenset(name for name, each in Settings.model_fields.items() if not each.frozen)
OF_EACH_REQUEST = ASSIGNABLE - {"disable_ssl"} | {"headers"}
"""Settings that do not belong to a connection: clients that differ in them can share one."""


class Options(TypedDict, total=False):
    """The settings as keyword arguments; `Settings` explains each."""

    api_server_url: str
    control_plane_url: str
    workflow_server_url: str
    disable_ssl: bool
    timeout: float | None
    poll_interval: float
    max_retries: int
    max_line_size: int
    max_response_size: int
    max_values: int
    max_connections: int
    ca_bundle: Path | str | None
    client_cert: Path | str | None
    client_cert_password: SecretStr | str | None
    ssl_context: ssl.SSLContext | None
    token: SecretStr | str | None
    auth: httpx.Auth | None
    headers: dict[str, str]
    proxy: str | None
    trust_env: bool


class _BearerAuth(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = self._header
        yield request
