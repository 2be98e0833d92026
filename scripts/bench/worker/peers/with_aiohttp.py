"""aiohttp."""

import aiohttp

from .lines import decoded

TIMEOUT = aiohttp.ClientTimeout(total=120.0)


class Aiohttp:
    def __init__(self, url: str, **options: object) -> None:
        self.http = aiohttp.ClientSession(timeout=TIMEOUT, **options)
        self.url = url

    async def status(self):
        async with self.http.get(f"{self.url}/status/") as response:
            return await response.json()

    async def events(self, task: str):
        url = f"{self.url}/deployments/bench/tasks/{task}/events"
        async with self.http.get(url) as response:
            async for event in decoded(response.content.iter_any()):
                yield event

    async def aclose(self) -> None:
        await self.http.close()


def spacious(url: str) -> Aiohttp:
    """One with room for hundreds of streams."""
    return Aiohttp(url, connector=aiohttp.TCPConnector(limit=1000))
