# Made by `make generate` from llama_deploy_client/_async/apiserver.py: do not edit.
"""The API server: its deployments and their sessions."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, overload

from attrs import frozen
from llama_deploy_api.api.apiserver import (
    create_deployment,
    create_deployment_session,
    delete_deployment_session,
    get_deployment,
    get_deployment_session,
    get_metrics,
    get_openapi_document,
    get_root_page,
    get_status,
    list_deployment_sessions,
    list_deployments,
)

from .._deployment_file import (
    LARGEST,
    DeploymentFile,
    check,
    deployment_options,
    name_of,
    read_deployment_file,
)
from .._failures import why_down
from .._generations import ApiServerDocument
from .._timeout import UNSET, Timeout
from .._values import describe
from ..errors import (
    CertificateError,
    MalformedResponseError,
    ServerUnreachableError,
    StatusError,
)
from ..request import File
from ..types import ApiServerLinks, SessionDefinition, Status, StatusEnum
from .model import Collection, Model

if TYPE_CHECKING:
    from .tasks import TaskCollection


@frozen(kw_only=True)
class SessionCollection(Collection[Model]):
    """The sessions of a deployment."""

    deployment_id: str

    def create(self, *, timeout: Timeout = UNSET) -> SessionDefinition:
        """Create a session (`POST /deployments/{deployment}/sessions/create`).

        Raises:
            NotFoundError: no such deployment.
        """
        return self._send(create_deployment_session.request(self.deployment_id), timeout)

    def get(self, id: str, *, timeout: Timeout = UNSET) -> SessionDefinition:
        """Get a session by its id (`GET /deployments/{deployment}/sessions/{session}`).

        Raises:
            ServerError: no such session (0.6 to 0.8; 0.9 returns one for any id).
            NotFoundError: no such deployment.
        """
        return self._send(get_deployment_session.request(self.deployment_id, id), timeout)

    def list(self, *, timeout: Timeout = UNSET) -> list[SessionDefinition]:
        """List all sessions (`GET /deployments/{deployment}/sessions`).

        Raises:
            NotFoundError: no such deployment.
        """
        return self._send(list_deployment_sessions.request(self.deployment_id), timeout)

    def delete(self, session_id: str, *, timeout: Timeout = UNSET) -> None:
        """Delete a session (`POST /deployments/{deployment}/sessions/delete`).

        Raises:
            ServerError: no such session (0.9; no error in 0.6 to 0.8).
            NotFoundError: no such deployment.
        """
        request = delete_deployment_session.request(self.deployment_id, session_id=session_id)
        self._send(request, timeout)


@frozen(kw_only=True)
class Deployment(Model):
    """A deployment. Its id is its name."""

    @property
    def tasks(self) -> TaskCollection:
        """The deployment's tasks, in all of its sessions. Sends nothing."""
        from .tasks import TaskCollection  # imported when it is needed

        return TaskCollection(client=self.client, deployment_id=self.id)

    @property
    def sessions(self) -> SessionCollection:
        """The deployment's sessions. Sends nothing."""
        return SessionCollection(client=self.client, deployment_id=self.id)


@frozen(kw_only=True)
class DeploymentCollection(Collection[Deployment]):
    """The deployments of the API server."""

    @overload
    def create(
        self,
        config: DeploymentFile,
        reload: bool = False,
        *,
        base_path: str | PathLike[str] = ".",
        local: bool = False,
        timeout: Timeout = UNSET,
    ) -> Deployment: ...
    @overload
    def create(
        self,
        config: DeploymentFile,
        base_path: str | PathLike[str],
        /,
        *,
        reload: bool = False,
        local: bool = False,
        timeout: Timeout = UNSET,
    ) -> Deployment: ...
    @overload
    def create(
        self,
        config: DeploymentFile,
        base_path: str | PathLike[str],
        reload: bool,
        local: bool = False,
        /,
        *,
        timeout: Timeout = UNSET,
    ) -> Deployment: ...
    def create(
        self,
        config: DeploymentFile,
        *options: str | PathLike[str] | bool,
        reload: bool = False,
        base_path: str | PathLike[str] = ".",
        local: bool = False,
        timeout: Timeout = UNSET,
    ) -> Deployment:
        """Create a deployment from a deployment file (`POST /deployments/create`).

        The client checks the file first, and does not send one that no server can read.

        Args:
            config: an open file, a path, or the YAML text itself.
            options: `reload`, or `base_path, reload, local`, in the order of LlamaDeploy's own
                client (0.6 and 0.7, or 0.8 and 0.9).
            reload: replace the deployment of the same name.
            base_path: a folder **on the server** that relative paths in the file start from (0.8
                and 0.9; earlier servers ignore it).
            local: use the sources in place, without copying them (0.8 and 0.9; earlier servers
                ignore it).
            timeout: seconds for this call. The server installs the deployment's dependencies
                meanwhile.

        Raises:
            ValueError: the file is not valid YAML, or has no name, or a service without a source.
                Nothing is sent.
            ServerError: a deployment of this name exists and `reload` is false, or none exists and
                `reload` is true; or a source is missing. Servers give no reason.

        Examples:
            >>> def deploy(client):
            ...     with open("deployment.yml") as config:
            ...         return client.apiserver.deployments.create(config)
        """
        folder, reload, local = deployment_options(
            options, base_path=base_path, reload=reload, local=local
        )
        content = read_deployment_file(config)
        if len(content) <= LARGEST:
            check(content, name_of(config))
        request = create_deployment.request(
            config_file=File(name="deployment.yml", content=content, media_type="application/yaml"),
            reload=reload,
            base_path=None if folder == "." else folder,
            local=local or None,
        )
        created = self._send(request, timeout)
        return Deployment(client=self.client, id=created.name)

    def get(self, id: str, *, timeout: Timeout = UNSET) -> Deployment:
        """Get a deployment by its name (`GET /deployments/{deployment}`).

        Raises:
            NotFoundError: no such deployment.
        """
        self._send(get_deployment.request(id).returning(None), timeout)
        return Deployment(client=self.client, id=id)

    def list(self, *, timeout: Timeout = UNSET) -> list[Deployment]:
        """List all deployments (`GET /deployments/`)."""
        definitions = self._send(list_deployments.request(), timeout)
        return [Deployment(client=self.client, id=each.name) for each in definitions]


@frozen(kw_only=True)
class ApiServer(Model):
    """The API server."""

    @property
    def deployments(self) -> DeploymentCollection:
        """The API server's deployments. Sends nothing."""
        return DeploymentCollection(client=self.client)

    def status(self, *, timeout: Timeout = UNSET) -> Status:
        """Return the API server's status (`GET /status/`).

        Returns:
            Healthy, with the names of the deployments; unhealthy, if the response is an error, does
            not come from an API server, or the certificate is not trusted; down, if nothing
            responds.

        Raises:
            CallTimeoutError: no response within `timeout` seconds.
            ConnectionLostError: the connection broke, or the server does not speak HTTP.

        Examples:
            >>> from llama_deploy_client import StatusEnum
            >>> def is_up(client):
            ...     return (client.apiserver.status()).status is StatusEnum.HEALTHY
        """
        try:
            return describe(self._send(get_status.request(), timeout))
        except CertificateError as error:
            return Status(status=StatusEnum.UNHEALTHY, status_message=str(error))
        except ServerUnreachableError as error:
            return Status(status=StatusEnum.DOWN, status_message=why_down(error))
        except (StatusError, MalformedResponseError) as error:
            return Status(status=StatusEnum.UNHEALTHY, status_message=str(error))

    def metrics(self, *, timeout: Timeout = UNSET) -> str:
        """Return metrics in Prometheus' text format (`GET /status/metrics`); "" if they are off.

        Raises:
            UnknownEndpointError: the server is a 0.6, which has no metrics.
            ServerError: the server's metrics port does not respond.
        """
        return self._send(get_metrics.request(), timeout)

    def links(self, *, timeout: Timeout = UNSET) -> ApiServerLinks:
        """Return the URLs of the server's documentation and status (`GET /`)."""
        return self._send(get_root_page.request().returning(ApiServerLinks), timeout)

    def generation(self, *, timeout: Timeout = UNSET) -> str:
        """Return the server's LlamaDeploy generation, such as "0.8" (`GET /openapi.json`)."""
        request = get_openapi_document.request().returning(ApiServerDocument)
        return (self._send(request, timeout)).generation()
