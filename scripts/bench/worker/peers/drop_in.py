"""The client of this project, and those of LlamaDeploy, used by the same program."""

try:
    from llama_deploy.client import Client
    from llama_deploy.client.models import make_sync
    from llama_deploy.client.models.apiserver import Task

    SyncTask = make_sync(Task)
except ImportError:  # the environment has this client
    from llama_deploy_client import Client
    from llama_deploy_client.models.apiserver import Task
    from llama_deploy_client.sync.apiserver import Task as SyncTask


class Async:
    def __init__(self, url: str, **settings: object) -> None:
        self.client = Client(api_server_url=url, **settings)

    async def status(self):
        return await self.client.apiserver.status()

    def events(self, task: str):
        return Task(client=self.client, deployment_id="bench", session_id="s", id=task).events()


class OverAiohttp(Async):
    """One that uses another transport."""

    def __init__(self, url: str) -> None:
        from httpx_aiohttp import AiohttpTransport

        super().__init__(url, transport=AiohttpTransport())


class Blocking:
    def __init__(self, url: str) -> None:
        self.client = Client(api_server_url=url)

    def status(self):
        return self.client.sync.apiserver.status()

    def events(self, task: str):
        own = self.client.sync
        return SyncTask(client=own, deployment_id="bench", session_id="s", id=task).events()
