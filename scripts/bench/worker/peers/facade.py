"""The client of this project."""

import httpx

from llama_deploy_client import Client, SyncClient
from llama_deploy_client._async.http import HttpClient
from llama_deploy_client.models.apiserver import Task
from llama_deploy_client.sync.apiserver import Task as SyncTask

from .counting import Counting

TIMEOUT = 120.0


class Facade:
    def __init__(self, url: str, **settings: object) -> None:
        self.client = Client(api_server_url=url, **settings)

    async def status(self):
        return await self.client.apiserver.status()

    def events(self, task: str):
        return Task(client=self.client, deployment_id="bench", session_id="s", id=task).events()

    async def aclose(self) -> None:
        await self.client.aclose()


def spacious(url: str) -> Facade:
    """One with room for hundreds of streams."""
    return Facade(url, max_connections=1000)


def over_aiohttp(url: str) -> Facade:
    """One that uses another transport."""
    from httpx_aiohttp import AiohttpTransport

    return Facade(url, transport=AiohttpTransport())


def over_pyreqwest(url: str) -> Facade:
    from pyreqwest.compatibility.httpx import HttpxTransport

    return Facade(url, transport=HttpxTransport())


class BlockingFacade:
    def __init__(self, url: str, **settings: object) -> None:
        self.client = SyncClient(api_server_url=url, **settings)

    def status(self):
        return self.client.apiserver.status()

    def events(self, task: str):
        return SyncTask(client=self.client, deployment_id="bench", session_id="s", id=task).events()

    def close(self) -> None:
        self.client.close()


def blocking_over_pyreqwest(url: str) -> BlockingFacade:
    from pyreqwest.compatibility.httpx import SyncHttpxTransport

    return BlockingFacade(url, transport=SyncHttpxTransport())


class OverOurTransport:
    """httpx alone, over this client's connection pool."""

    def __init__(self, url: str) -> None:
        from llama_deploy_client._transport._async.transport import LaneTransport

        pool = LaneTransport(tls=httpx.create_ssl_context, max_connections=100, proxy=None)
        self.http = httpx.AsyncClient(transport=pool, timeout=TIMEOUT)
        self.url = url

    async def status(self):
        return (await self.http.get(f"{self.url}/status/")).json()

    async def aclose(self) -> None:
        await self.http.aclose()


class BlockingOverOurTransport:
    """httpx alone, over this client's connection pool."""

    def __init__(self, url: str) -> None:
        from llama_deploy_client._transport._sync.transport import LaneTransport

        pool = LaneTransport(tls=httpx.create_ssl_context, max_connections=100, proxy=None)
        self.http = httpx.Client(transport=pool, timeout=TIMEOUT)
        self.url = url

    def status(self):
        return self.http.get(f"{self.url}/status/").json()

    def close(self) -> None:
        self.http.close()


class Runner(Counting):
    """Runs tasks on a real control plane."""

    def __init__(self, url: str) -> None:
        super().__init__(HttpClient)
        self.client = Client(control_plane_url=url)
        self.session = None

    async def run(self, seconds: float) -> str:
        self.session = self.session or await self.client.core.sessions.create()
        return await self.session.run("slow", seconds=seconds)

    async def aclose(self) -> None:
        await self.client.aclose()
