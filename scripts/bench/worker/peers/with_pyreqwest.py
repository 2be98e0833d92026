"""pyreqwest."""

from pyreqwest.client import ClientBuilder, SyncClientBuilder


class Pyreqwest:
    def __init__(self, url: str) -> None:
        self.http = ClientBuilder().build()
        self.url = url

    async def status(self):
        response = await self.http.get(f"{self.url}/status/").build().send()
        return await response.json()

    async def aclose(self) -> None:
        await self.http.close()


class BlockingPyreqwest:
    def __init__(self, url: str) -> None:
        self.http = SyncClientBuilder().build()
        self.url = url

    def status(self):
        return self.http.get(f"{self.url}/status/").build().send().json()

    def close(self) -> None:
        self.http.close()
