"""The parts of a deployment file that the in-memory server uses."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from .._texts import shorten


@frozen
class File:
    """A deployment file.

    Attributes:
        default: the default service, if there is one.
        services: their ports by their names.
        port: the control plane's.
        queue_port: the message queue's.
    """

    name: str
    default: str | None
    services: dict[str, int | None]
    port: int | None
    queue_port: int | None


def parse(text: str) -> File:
    """Read a deployment file.

    Raises:
        ValueError: it is not YAML, or lacks name or services.
    """
    import yaml  # type: ignore[import-untyped]  # whose stubs are a package of their own

    try:
        content: Any = yaml.safe_load(text)
        services = {str(name): service.get("port") for name, service in content["services"].items()}
        return File(
            str(content["name"]),
            content.get("default-service"),
            services,
            content.get("control-plane", {}).get("port"),
            content.get("message-queue", {}).get("port"),
        )
    except yaml.YAMLError as error:
        raise ValueError(f"the deployment file is not valid YAML: {error}") from error
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            "the text is not a deployment file, such as 'name: demo\nservices: {shout: {}}'; it "
            f"starts: {shorten(text)}"
        ) from error
