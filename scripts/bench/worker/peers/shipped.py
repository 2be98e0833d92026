"""The client that LlamaDeploy ships."""

from llama_deploy.client import Client
from llama_deploy.client.models import make_sync
from llama_deploy.client.models.apiserver import Task

from .counting import Counting


class Shipped:
    def __init__(self, url: str, **settings: object) -> None:
        self.client = Client(api_server_url=url, **settings)

    async def status(self):
        return await self.client.apiserver.status()

    def events(self, task: str):
        return Task(client=self.client, deployment_id="bench", session_id="s", id=task).events()

    async def aclose(self) -> None:
        """It keeps nothing open."""


class BlockingShipped:
    def __init__(self, url: str, **settings: object) -> None:
        self.client = Client(api_server_url=url, **settings)
        self.task = make_sync(Task)

    def status(self):
        return self.client.sync.apiserver.status()

    def events(self, task: str):
        own = self.client.sync
        return self.task(client=own, deployment_id="bench", session_id="s", id=task).events()

    def close(self) -> None:
        """It keeps nothing open."""


def without_tls(url: str) -> Shipped:
    """One that checks no certificates, which it then need not load for each call."""
    return Shipped(url, disable_ssl=True)


def blocking_without_tls(url: str) -> BlockingShipped:
    return BlockingShipped(url, disable_ssl=True)


class Runner(Counting):
    """Runs tasks on a real control plane."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.client = Client(control_plane_url=url)
        self.session = None

    async def run(self, seconds: float) -> str:
        self.session = self.session or await self.client.core.sessions.create()
        return await self.session.run("slow", seconds=seconds)

    async def aclose(self) -> None:
        """It keeps nothing open."""
