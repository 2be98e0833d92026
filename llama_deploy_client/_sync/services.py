# Made by `make generate` from llama_deploy_client/_async/services.py: do not edit.
"""The services of a control plane."""

from __future__ import annotations

from typing import Any, ClassVar

from attrs import frozen
from llama_deploy_api.api.core import (
    deregister_service,
    get_service,
    list_services,
    register_service,
)
from llama_deploy_api.models import ServiceRegistration

from .._deadline import UNSET, Timeout
from .._servers import CONTROL_PLANE, Server
from ..types import ServiceDefinition
from .call import check_id
from .model import Collection, Model


@frozen(kw_only=True)
class Service(Model):
    """A service. Its id is its name."""

    _server: ClassVar[Server] = CONTROL_PLANE

    @property
    def service_name(self) -> str:
        """The same as `id`."""
        return self.id

    def definition(self, *, timeout: Timeout = UNSET) -> ServiceDefinition:
        """What it registered with (`GET /services/{service}`).

        Raises:
            NotFoundError: no such service.
        """
        call = self._call(get_service, self.id)
        return call.json(ServiceDefinition, self._deadline(timeout))


@frozen(kw_only=True)
class ServiceCollection(Collection[Service]):
    """The services of the control plane."""

    _server: ClassVar[Server] = CONTROL_PLANE

    def list(self, *, timeout: Timeout = UNSET) -> list[Service]:
        """All services (`GET /services`)."""
        found = self._call(list_services).json(dict[str, Any], self._deadline(timeout))
        return [Service(client=self.client, id=name) for name in found]

    def get(self, id: str, *, timeout: Timeout = UNSET) -> Service:
        """The service of that name (`GET /services/{service}`).

        Raises:
            NotFoundError: no such service.
        """
        service = Service(client=self.client, id=id)
        service.definition(timeout=timeout)
        return service

    def register(self, service: ServiceDefinition, *, timeout: Timeout = UNSET) -> Service:
        """Register a service, or replace the one of its name (`POST /services/register`).

        It is also added to the `items` of this collection.
        """
        service = ServiceDefinition.model_validate(service)
        payload = ServiceRegistration.from_dict(service.model_dump(mode="json"))
        self._call(register_service, body=payload).done(self._deadline(timeout))
        registered = Service(client=self.client, id=service.service_name)
        self.items[registered.id] = registered
        return registered

    def deregister(self, service_name: str, *, timeout: Timeout = UNSET) -> None:
        """Deregister a service (`POST /services/deregister`). No error if there is none."""
        check_id(service_name)
        call = self._call(deregister_service, service_name=service_name)
        call.done(self._deadline(timeout))
