"""The API server: deployments, their tasks and their sessions."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, ClassVar

from attrs import frozen
from llama_deploy_api.api.apiserver import (
    create_deployment,
    create_deployment_session,
    create_deployment_task,
    delete_deployment_session,
    get_deployment,
    get_deployment_session,
    get_deployment_task_results,
    get_metrics,
    get_openapi_document,
    get_root_page,
    get_status,
    list_deployment_sessions,
    list_deployment_tasks,
    list_deployments,
    run_deployment_task,
    send_deployment_task_event,
    stream_deployment_task_events,
)
from llama_deploy_api.models import DeploymentUpload
from llama_deploy_api.models import EventDefinition as EventPayload
from llama_deploy_api.models import NewTask as TaskPayload
from llama_deploy_api.types import UNSET as ABSENT
from llama_deploy_api.types import File
from pydantic import BaseModel

from .._deadline import UNSET, Timeout
from .._deployment_file import DeploymentFile, read_deployment_file
from .._generations import ApiServerDocument
from .._servers import API_SERVER, Server
from ..errors import (
    CallTimeoutError,
    CertificateError,
    MalformedResponseError,
    ServerUnreachableError,
    StatusError,
)
from ..events import ServerEvent, define
from ..types import (
    ApiServerLinks,
    DeploymentDefinition,
    EventDefinition,
    SessionDefinition,
    Status,
    StatusEnum,
    TaskDefinition,
    TaskIds,
    TaskResult,
    describe,
    to_task,
)
from .call import check_id
from .model import Collection, Model
from .streams import EventStream, read_events


@frozen(kw_only=True)
class Task(Model):
    """A task of a deployment."""

    _server: ClassVar[Server] = API_SERVER

    deployment_id: str
    session_id: str | None
    """The task's session. None where a 0.9 server lists tasks: it does not say."""

    async def results(self, *, timeout: Timeout = UNSET) -> TaskResult | None:
        """The task's result (`GET /deployments/{deployment}/tasks/{task}/results`).

        0.6 to 0.8 answer None until the task is done; 0.9 waits for it, for `timeout` seconds.
        A workflow that failed: 0.6 to 0.8 give the text of the exception as the result.

        Raises:
            ServerError: the workflow failed, the task is unknown, or its result is not a string
                (0.9); the session is unknown (0.6 to 0.8). Servers give no reason.
            NotFoundError: no such deployment.
        """
        call = self._call(
            get_deployment_task_results,
            self.deployment_id,
            self.id,
            session_id=self.session_id or "",
        )
        return await call.json_or_none(TaskResult, self._deadline(timeout))

    async def send_event(
        self, ev: BaseModel | ServerEvent, service_name: str, *, timeout: Timeout = UNSET
    ) -> EventDefinition:
        """Send an event to the running task (`POST /deployments/{deployment}/tasks/{task}/events`).

        Args:
            ev: a llama-index event, any other pydantic model, or a `ServerEvent`, such as
                `HumanResponseEvent`.
            service_name: the service that waits for it.
            timeout: seconds for this call.

        Returns:
            The event as it was sent.

        Example:
            >>> from llama_deploy_client import HumanResponseEvent
            >>> async def answer(task):
            ...     await task.send_event(HumanResponseEvent(response="42"), "human")
        """
        payload = EventPayload.from_dict(define(ev, service_name).model_dump())
        call = self._call(
            send_deployment_task_event,
            self.deployment_id,
            self.id,
            body=payload,
            session_id=self.session_id or "",
        )
        return await call.json(EventDefinition, self._deadline(timeout))

    def events(self, *, timeout: Timeout = UNSET) -> EventStream:
        """The events of the task as they happen.

        `GET /deployments/{deployment}/tasks/{task}/events`.

        Each is a dict with the fields of the event. The last one is the workflow's stop event: `{}`
        or `{"result": …}`. 0.6 to 0.8 give all events to each reader, 0.9 each event to one reader.

        A stream of 0.6 to 0.8 that is cut is read on from there, `max_retries` times in a row
        without a new event at the most.

        Args:
            timeout: seconds that may pass without an event.

        Raises:
            CallTimeoutError: no event for `timeout` seconds, or no stream (404) for so long.
            StreamInterruptedError: the connection broke for good, the workflow failed (0.9), or the
                stream ended without a stop event and the task has no result (0.6 to 0.8).
            ReplayDiffersError: it broke, and the server sent other events afterwards than before.
            ServerError: no such task (0.9) or session (0.6 to 0.8).

        Example:
            >>> async def show(task):
            ...     async for event in task.events():
            ...         print(event)
        """
        call = self._call(
            stream_deployment_task_events,
            self.deployment_id,
            self.id,
            session_id=self.session_id or "",
        )
        deadline = self._deadline(timeout)
        return EventStream(
            read_events(call, self.client, deadline, replays=self._replays, task_ended=self._ended)
        )

    async def _replays(self, timeout: float | None) -> bool:
        """Whether the events can be read again: 0.9 sends each one once."""
        api_server = ApiServer(client=self.client, id="apiserver")
        try:
            return await api_server.generation(timeout=timeout) != "0.9"
        except CallTimeoutError:
            raise
        except Exception:  # whatever is wrong with this question, the cut is what is to be told
            return False

    async def _ended(self, timeout: float | None) -> bool:
        """Whether there is a result. 0.9 cuts what does not end well, and is to be believed."""
        return not await self._replays(timeout) or await self.results(timeout=timeout) is not None


@frozen(kw_only=True)
class TaskCollection(Collection[Task]):
    """The tasks of a deployment, in all of its sessions."""

    _server: ClassVar[Server] = API_SERVER

    deployment_id: str

    async def run(
        self, task: TaskDefinition | str | Mapping[str, Any], *, timeout: Timeout = UNSET
    ) -> Any:
        """Run a workflow and wait for its result (`POST /deployments/{deployment}/tasks/run`).

        Args:
            task: what to run; or the arguments for the default service, as JSON text or a dict.
                With its `session_id`, it runs in that session.
            timeout: seconds that it may take.

        Returns:
            The result: any JSON value (0.9), or a string (0.6 to 0.8), which for a workflow that
            failed is the text of the exception.

        Raises:
            ServerError: the workflow failed (0.9), or no such session.
            NotFoundError: no such deployment or service.

        Example:
            >>> async def shout(deployment):
            ...     return await deployment.tasks.run({"message": "hello"})
        """
        task = to_task(task)
        call = self._call(
            run_deployment_task,
            self.deployment_id,
            body=TaskPayload.from_dict(task.model_dump()),
            session_id=task.session_id or ABSENT,
        )
        return await call.json(object, self._deadline(timeout))

    async def create(
        self, task: TaskDefinition | str | Mapping[str, Any], *, timeout: Timeout = UNSET
    ) -> Task:
        """Start a workflow without waiting for it (`POST /deployments/{deployment}/tasks/create`).

        Args:
            task: as for `run`. Without a `session_id` the server makes a session.
            timeout: seconds for this call.

        Returns:
            The task, with the ids that the server gave it.

        Raises:
            NotFoundError: no such deployment, or no such service (0.9). 0.6 to 0.8 take an
                unknown service for a task that never ends.
            ServerError: no such session.
        """
        task = to_task(task)
        call = self._call(
            create_deployment_task,
            self.deployment_id,
            body=TaskPayload.from_dict(task.model_dump()),
            session_id=task.session_id or ABSENT,
        )
        return self._task(await call.json(TaskIds, self._deadline(timeout)))

    async def list(self, *, timeout: Timeout = UNSET) -> list[Task]:
        """All tasks (`GET /deployments/{deployment}/tasks`).

        Raises:
            NotFoundError: no such deployment.
        """
        call = self._call(list_deployment_tasks, self.deployment_id)
        return [self._task(ids) for ids in await call.json(list[TaskIds], self._deadline(timeout))]

    def _task(self, ids: TaskIds) -> Task:
        return Task(
            client=self.client,
            deployment_id=self.deployment_id,
            id=ids.task_id,
            session_id=ids.session_id,
        )


@frozen(kw_only=True)
class SessionCollection(Collection[Model]):
    """The sessions of a deployment."""

    _server: ClassVar[Server] = API_SERVER

    deployment_id: str

    async def create(self, *, timeout: Timeout = UNSET) -> SessionDefinition:
        """Make a session (`POST /deployments/{deployment}/sessions/create`).

        Raises:
            NotFoundError: no such deployment.
        """
        call = self._call(create_deployment_session, self.deployment_id)
        return await call.json(SessionDefinition, self._deadline(timeout))

    async def get(self, session_id: str, *, timeout: Timeout = UNSET) -> SessionDefinition:
        """One session (`GET /deployments/{deployment}/sessions/{session}`).

        Raises:
            ServerError: no such session (0.6 to 0.8; 0.9 gives one for any id).
            NotFoundError: no such deployment.
        """
        call = self._call(get_deployment_session, self.deployment_id, session_id)
        return await call.json(SessionDefinition, self._deadline(timeout))

    async def list(self, *, timeout: Timeout = UNSET) -> list[SessionDefinition]:
        """All sessions (`GET /deployments/{deployment}/sessions`).

        Raises:
            NotFoundError: no such deployment.
        """
        call = self._call(list_deployment_sessions, self.deployment_id)
        return await call.json(list[SessionDefinition], self._deadline(timeout))

    async def delete(self, session_id: str, *, timeout: Timeout = UNSET) -> None:
        """Delete a session (`POST /deployments/{deployment}/sessions/delete`).

        Raises:
            ServerError: no such session (0.9; no error in 0.6 to 0.8).
            NotFoundError: no such deployment.
        """
        check_id(session_id)
        call = self._call(delete_deployment_session, self.deployment_id, session_id=session_id)
        await call.done(self._deadline(timeout))


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

    async def create(
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

        Example:
            >>> async def deploy(client):
            ...     with open("deployment.yml") as config:
            ...         return await client.apiserver.deployments.create(config)
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
            base_path=base_path,
            local=local,
        )
        made = await call.json(DeploymentDefinition, self._deadline(timeout))
        return Deployment(client=self.client, id=made.name)

    async def get(self, id: str, *, timeout: Timeout = UNSET) -> Deployment:
        """The deployment of that name (`GET /deployments/{deployment}`).

        Raises:
            NotFoundError: no such deployment.
        """
        await self._call(get_deployment, id).done(self._deadline(timeout))
        return Deployment(client=self.client, id=id)

    async def list(self, *, timeout: Timeout = UNSET) -> list[Deployment]:
        """All deployments (`GET /deployments/`)."""
        call = self._call(list_deployments)
        found = await call.json(list[DeploymentDefinition], self._deadline(timeout))
        return [Deployment(client=self.client, id=deployment.name) for deployment in found]


@frozen(kw_only=True)
class ApiServer(Model):
    """The API server."""

    _server: ClassVar[Server] = API_SERVER

    @property
    def deployments(self) -> DeploymentCollection:
        """Its deployments. Sends nothing."""
        return DeploymentCollection(client=self.client)

    async def status(self, *, timeout: Timeout = UNSET) -> Status:
        """How the server is (`GET /status/`).

        Returns:
            Healthy, with the names of the deployments; unhealthy, where the answer is an error or
            not an API server's, or the certificate cannot be trusted; down, where nothing answers.

        Raises:
            CallTimeoutError: no answer within `timeout` seconds.

        Example:
            >>> from llama_deploy_client import StatusEnum
            >>> async def is_up(client):
            ...     return (await client.apiserver.status()).status is StatusEnum.HEALTHY
        """
        try:
            return describe(await self._call(get_status).json(Status, self._deadline(timeout)))
        except CertificateError as error:
            return Status(status=StatusEnum.UNHEALTHY, status_message=str(error))
        except ServerUnreachableError:
            return Status(status=StatusEnum.DOWN, status_message="API Server is down")
        except (StatusError, MalformedResponseError) as error:
            return Status(status=StatusEnum.UNHEALTHY, status_message=str(error))

    async def metrics(self, *, timeout: Timeout = UNSET) -> str:
        """The server's metrics in Prometheus' text format (`GET /status/metrics`); "" if off.

        Raises:
            UnknownEndpointError: 0.6 has no metrics.
            ServerError: the server's metrics port does not answer.
        """
        response = await self._call(get_metrics).send(self._deadline(timeout))
        return response.text

    async def links(self, *, timeout: Timeout = UNSET) -> ApiServerLinks:
        """Where the server's documentation and status are (`GET /`)."""
        return await self._call(get_root_page).json(ApiServerLinks, self._deadline(timeout))

    async def generation(self, *, timeout: Timeout = UNSET) -> str:
        """The generation of LlamaDeploy that it is of, such as "0.8" (`GET /openapi.json`)."""
        call = self._call(get_openapi_document)
        document = await call.json(ApiServerDocument, self._deadline(timeout))
        return document.generation()
