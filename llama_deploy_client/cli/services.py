"""`services`: list the services of a control plane (LlamaDeploy 0.6 to 0.8)."""

from __future__ import annotations

from .invocation import Invocation
from .settings import CONTROL_PLANE


def list_services(call: Invocation) -> None:
    """List the services of the control plane at --control-plane-url (0.6 to 0.8)."""
    from .output import show_rows

    with call.client(CONTROL_PLANE) as client:
        services = [service.definition() for service in client.core.services.list()]
    rows = [service.model_dump(mode="json") for service in services]
    for row in rows:
        row["address"] = f"{row['host']}:{row['port']}" if row["host"] else None
    show_rows(
        rows,
        as_json=call.as_json,
        columns=["service_name", "address", "description"],
        nothing="There are no services.",
    )
