"""The `ssl.SSLContext` for certificate settings of a client and of the environment."""

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
    """A certificate file cannot be used. The message names it, and the setting that names it."""


def tls_context(
    *,
    verify: bool,
    ca_bundle: File | None,
    client_cert: File | None,
    client_cert_password: SecretStr | str | None,
    trust_env: bool,
) -> ssl.SSLContext:
    """Return the context for these settings. Reading authorities takes about 30 ms.

    Raises:
        CertificateFile: a file, named by a setting or a variable, cannot be used.
    """
    context = _judging(ca_bundle, trust_env) if verify else httpx.create_ssl_context(verify=False)
    if client_cert is not None:
        hint = "" if client_cert_password is None else ". Is client_cert_password right?"
        with _naming("client_cert", client_cert, hint):
            context.load_cert_chain(client_cert, password=_password(client_cert_password))
    return context


def _judging(ca_bundle: File | None, trust_env: bool) -> ssl.SSLContext:
    """Make a context with the authorities of the setting, of the environment, or of certifi."""
    keys = os.environ.get("SSLKEYLOGFILE")  # Python reads this variable even without trust_env
    if keys:
        with _naming("the variable SSLKEYLOGFILE", keys):
            Path(keys).open("ab").close()
    file = os.environ.get("SSL_CERT_FILE") if trust_env else None
    folders = os.environ.get("SSL_CERT_DIR") if trust_env else None
    if ca_bundle is not None:
        with _naming("ca_bundle", ca_bundle):
            return ssl.create_default_context(cafile=ca_bundle)
    if file:
        with _naming("the variable SSL_CERT_FILE", file):
            return ssl.create_default_context(cafile=file)
    if folders:
        if not any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
            # OpenSSL treats a missing folder like an empty one.
            raise CertificateFile(f"the variable SSL_CERT_DIR: there is no folder {folders!r}")
        return ssl.create_default_context(capath=folders)
    return httpx.create_ssl_context(verify=True, trust_env=False)


def _password(secret: SecretStr | str | None) -> str | Callable[[], str]:
    """Return the password of a private key, or a function that raises if one is needed.

    Without either, OpenSSL would prompt for it on the terminal, and wait.
    """
    if secret is not None:
        return secret if isinstance(secret, str) else secret.get_secret_value()

    def refuse() -> str:
        raise CertificateFile("its private key is encrypted: set client_cert_password")

    return refuse


@contextmanager
def _naming(source: str, file: File, hint: str = "") -> Iterator[None]:
    """Name the file in errors: OpenSSL does not."""
    try:
        yield
    except CertificateFile as error:
        raise CertificateFile(f"{source}: {str(file)!r}: {error}") from None
    except FileNotFoundError as error:
        raise CertificateFile(f"{source}: there is no file {str(file)!r}") from error
    except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError and a ValueError
        if isinstance(error, OSError) and error.errno is None:
            raise
        raise CertificateFile(f"{source}: {str(file)!r} cannot be used ({error}){hint}") from error
