"""How certificates are judged: an `ssl.SSLContext` out of settings and the environment."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from pydantic import SecretStr

File = Path | str


class CertificateFile(ValueError):
    """A file of certificates cannot be used. The text names it and what named it."""


def tls_context(
    *,
    verify: bool,
    ca_bundle: File | None,
    client_cert: File | None,
    client_cert_password: SecretStr | str | None,
    trust_env: bool,
) -> ssl.SSLContext:
    """The context for these settings. Reading authorities takes some 30 ms.

    Raises:
        CertificateFile: a file, named by a setting or a variable, cannot be used.
    """
    context = _judging(ca_bundle, trust_env) if verify else httpx.create_ssl_context(verify=False)
    if client_cert is not None:
        with _naming("client_cert", client_cert):
            context.load_cert_chain(client_cert, password=_password(client_cert_password))
    return context


def _judging(ca_bundle: File | None, trust_env: bool) -> ssl.SSLContext:
    """A context with the authorities of the setting, or of the environment, or of certifi."""
    if ca_bundle is not None:
        with _naming("ca_bundle", ca_bundle):
            return ssl.create_default_context(cafile=ca_bundle)
    file = os.environ.get("SSL_CERT_FILE") if trust_env else None
    folder = os.environ.get("SSL_CERT_DIR") if trust_env else None
    if file:
        with _naming("the variable SSL_CERT_FILE", file):
            return ssl.create_default_context(cafile=file)
    if folder:
        if not Path(folder).is_dir():  # which OpenSSL takes for one that is empty
            raise CertificateFile(f"the variable SSL_CERT_DIR: there is no folder {folder!r}")
        return ssl.create_default_context(capath=folder)
    return httpx.create_ssl_context(verify=True, trust_env=False)


def _password(secret: SecretStr | str | None) -> str | Callable[[], str]:
    """The password of a private key, or what says that one is needed.

    Without either, OpenSSL would ask for it on the terminal, and wait.
    """
    if secret is not None:
        return secret if isinstance(secret, str) else secret.get_secret_value()

    def refuse() -> str:
        raise CertificateFile("its private key is encrypted: set client_cert_password")

    return refuse


@contextmanager
def _naming(source: str, file: File) -> Iterator[None]:
    """Tell which file it is that cannot be used: OpenSSL does not."""
    try:
        yield
    except OSError as error:  # an ssl.SSLError is one
        if error.errno is None:
            raise
        why = f"there is no file {str(file)!r}" if isinstance(error, FileNotFoundError) else None
        message = why or f"{str(file)!r} is not a PEM file of its kind ({error})"
        raise CertificateFile(f"{source}: {message}") from error
    except CertificateFile as error:
        raise CertificateFile(f"{source}: {str(file)!r}: {error}") from None
