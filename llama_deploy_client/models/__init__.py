"""The classes behind `client.apiserver` and `client.core`."""

from .._async.model import Collection, Model

__all__ = ["Collection", "Model"]
