"""The services of a control plane."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from llama_deploy_api.api.core import (
    deregister_service,
    get_service,
    list_services,
    register_service,
)

from .._timeout import UNSET, Timeout
from ..types import ServiceDefinition
from .model import Collection, Model


@frozen(kw_only=True)
class Service(Model):
    """A service. Its id is its name."""

    @property
    def service_name(self) -> str:
        """The same as `id`."""
        return self.id

    async def definition(self, *, timeout: Timeout = UNSET) -> ServiceDefinition:
        """Return the definition that the service registered (`GET /services/{service}`).

        Raises:
            NotFoundError: no such service.
        """
        return await self._send(get_service.request(self.id), timeout)


@frozen(kw_only=True)
class ServiceCollection(Collection[Service]):
    """The services of the control plane."""

    async def list(self, *, timeout: Timeout = UNSET) -> list[Service]:
        """List all services (`GET /services`)."""
        request = list_services.request().returning(dict[str, Any])  # only the names are used
        return [Service(client=self.client, id=name) for name in await self._send(request, timeout)]

    async def get(self, id: str, *, timeout: Timeout = UNSET) -> Service:
        """Get a service by its name (`GET /services/{service}`).

        Raises:
            NotFoundError: no such service.
        """
        service = Service(client=self.client, id=id)
        await service.definition(timeout=timeout)
        return service

    async def register(self, service: ServiceDefinition, *, timeout: Timeout = UNSET) -> Service:
        """Register a service, or replace the one with its name (`POST /services/register`).

        The collection's `items` get it too.
        """
        service = ServiceDefinition.model_validate(service)
        await self._send(register_service.request(body=service).returning(None), timeout)
        registered = Service(client=self.client, id=service.service_name)
        self.items[registered.id] = registered
        return registered

    async def deregister(self, service_name: str, *, timeout: Timeout = UNSET) -> None:
        """Deregister a service, if it exists (`POST /services/deregister`)."""
        await self._send(deregister_service.request(service_name=service_name), timeout)
