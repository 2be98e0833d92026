# Made by `make generate` from llama_deploy_client/_async/apiserver.py: do not edit.
"""The API server: its deployments and their sessions."""

from __future__ import annotations

from io import BytesIO
from typing import ClassVar

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
from llama_deploy_api.models import DeploymentUpload
from llama_deploy_api.types import UNSET as ABSENT
from llama_deploy_api.types import File

from .._deadline import UNSET, Timeout
from .._deployment_file import DeploymentFile, read_deployment_file
from .._generations import ApiServerDocument
from .._servers import API_SERVER, Server
from ..errors import (
    CertificateError,
    MalformedResponseError,
    ServerUnreachableError,
    StatusError,
)
from ..types import (
    ApiServerLinks,
    DeploymentDefinition,
    ReportedStatus,
    SessionDefinition,
    Status,
    StatusEnum,
    describe,
)
from .call import check_id
from .model import Collection, Model
from .tasks import TaskCollection


@frozen(kw_only=True)
class SessionCollection(Collection[Model]):
    """The sessions of a deployment."""

    _server: ClassVar[Server] = API_SERVER

    deployment_id: str

    def create(self, *, timeout: Timeout = UNSET) -> SessionDefinition:
        """Make a session (`POST /deployments/{deployment}/sessions/create`).

        Raises:
            NotFoundError: no such deployment.
        """
        call = self._call(create_deployment_session, self.deployment_id)
        return call.json(SessionDefinition, self._deadline(timeout))

    def get(self, session_id: str, *, timeout: Timeout = UNSET) -> SessionDefinition:
        """One session (`GET /deployments/{deployment}/sessions/{session}`).

        Raises:
            ServerError: no such session (0.6 to 0.8; 0.9 gives one for any id).
            NotFoundError: no such deployment.
        """
        call = self._call(get_deployment_session, self.deployment_id, session_id)
        return call.json(SessionDefinition, self._deadline(timeout))

    def list(self, *, timeout: Timeout = UNSET) -> list[SessionDefinition]:
        """All sessions (`GET /deployments/{deployment}/sessions`).

        Raises:
            NotFoundError: no such deployment.
        """
        call = self._call(list_deployment_sessions, self.deployment_id)
        return call.json(list[SessionDefinition], self._deadline(timeout))

    def delete(self, session_id: str, *, timeout: Timeout = UNSET) -> None:
        """Delete a session (`POST /deployments/{deployment}/sessions/delete`).

        Raises:
            ServerError: no such session (0.9; no error in 0.6 to 0.8).
            NotFoundError: no such deployment.
        """
        check_id(session_id)
        call = self._call(delete_deployment_session, self.deployment_id, session_id=session_id)
        call.done(self._deadline(timeout))


@frozen(kw_only=True)
class Deployment(Model):
    """A deployment. Its id is its name."""

    _server: ClassVar[Server] = API_SERVER

    @property
    def tasks(self) -> TaskCollection:
        """Its tasks, in all of its sessions. Sends nothing."""
        return TaskCollection(client=self.client, deployment_id=self.id)

    @property
    def sessions(self) -> SessionCollection:
        """Its sessions. Sends nothing."""
        return SessionCollection(client=self.client, deployment_id=self.id)


@frozen(kw_only=True)
class DeploymentCollection(Collection[Deployment]):
    """The deployments of the API server."""

    _server: ClassVar[Server] = API_SERVER

    def create(
        self,
        config: DeploymentFile,
        reload: bool = False,
        *,
        base_path: str = ".",
        local: bool = False,
        timeout: Timeout = UNSET,
    ) -> Deployment:
        """Make a deployment from a deployment file (`POST /deployments/create`).

        Args:
            config: an open file, a path, or the YAML text itself.
            reload: replace a deployment of the same name.
            base_path: the folder on the server that relative paths in the file start from
                (0.8 on; earlier servers ignore it).
            local: take the sources where they are, without a copy (0.8 on; likewise).
            timeout: seconds for this call. Servers install what the file asks for meanwhile.

        Raises:
            ServerError: the file is malformed, or there is a deployment of its name and `reload`
                is false. Servers give no reason.

        Examples:
            >>> def deploy(client):
            ...     with open("deployment.yml") as config:
            ...         return client.apiserver.deployments.create(config)
        """
        file = File(
            payload=BytesIO(read_deployment_file(config)),
            file_name="deployment.yml",
            mime_type="application/yaml",
        )
        call = self._call(
            create_deployment,
            body=DeploymentUpload(config_file=file),
            reload=reload,
            base_path=ABSENT if base_path == "." else base_path,
            local=local or ABSENT,
        )
        made = call.json(DeploymentDefinition, self._deadline(timeout))
        return Deployment(client=self.client, id=made.name)

    def get(self, id: str, *, timeout: Timeout = UNSET) -> Deployment:
        """The deployment of that name (`GET /deployments/{deployment}`).

        Raises:
            NotFoundError: no such deployment.
        """
        self._call(get_deployment, id).done(self._deadline(timeout))
        return Deployment(client=self.client, id=id)

    def list(self, *, timeout: Timeout = UNSET) -> list[Deployment]:
        """All deployments (`GET /deployments/`)."""
        call = self._call(list_deployments)
        found = call.json(list[DeploymentDefinition], self._deadline(timeout))
        return [Deployment(client=self.client, id=deployment.name) for deployment in found]


@frozen(kw_only=True)
class ApiServer(Model):
    """The API server."""

    _server: ClassVar[Server] = API_SERVER

    @property
    def deployments(self) -> DeploymentCollection:
        """Its deployments. Sends nothing."""
        return DeploymentCollection(client=self.client)

    def status(self, *, timeout: Timeout = UNSET) -> Status:
        """How the server is (`GET /status/`).

        Returns:
            Healthy, with the names of the deployments; unhealthy, where the answer is an error or
            not an API server's, or the certificate cannot be trusted; down, where nothing answers.

        Raises:
            CallTimeoutError: no answer within `timeout` seconds.
            ConnectionLostError: the connection broke, or what answers speaks no HTTP.

        Examples:
            >>> from llama_deploy_client import StatusEnum
            >>> def is_up(client):
            ...     return (client.apiserver.status()).status is StatusEnum.HEALTHY
        """
        try:
            call = self._call(get_status)
            return describe(call.json(ReportedStatus, self._deadline(timeout)))
        except CertificateError as error:
            return Status(status=StatusEnum.UNHEALTHY, status_message=str(error))
        except ServerUnreachableError:
            return Status(status=StatusEnum.DOWN, status_message="API Server is down")
        except (StatusError, MalformedResponseError) as error:
            return Status(status=StatusEnum.UNHEALTHY, status_message=str(error))

    def metrics(self, *, timeout: Timeout = UNSET) -> str:
        """The server's metrics in Prometheus' text format (`GET /status/metrics`); "" if off.

        Raises:
            UnknownEndpointError: 0.6 has no metrics.
            ServerError: the server's metrics port does not answer.
        """
        response = self._call(get_metrics).send(self._deadline(timeout))
        return response.text

    def links(self, *, timeout: Timeout = UNSET) -> ApiServerLinks:
        """Where the server's documentation and status are (`GET /`)."""
        return self._call(get_root_page).json(ApiServerLinks, self._deadline(timeout))

    def generation(self, *, timeout: Timeout = UNSET) -> str:
        """The generation of LlamaDeploy that it is of, such as "0.8" (`GET /openapi.json`)."""
        call = self._call(get_openapi_document)
        document = call.json(ApiServerDocument, self._deadline(timeout))
        return document.generation()
