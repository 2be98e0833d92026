"""httpx: with its own pool, and over other transports."""

import asyncio
import json
import uuid

import httpx

from .counting import Counting
from .lines import decoded, decoded_blockingly

TIMEOUT = 120.0


class Httpx:
    def __init__(self, url: str, **options: object) -> None:
        self.http = httpx.AsyncClient(timeout=TIMEOUT, **options)
        self.url = url

    async def status(self):
        return (await self.http.get(f"{self.url}/status/")).json()

    async def events(self, task: str):
        url = f"{self.url}/deployments/bench/tasks/{task}/events"
        async with self.http.stream("GET", url) as response:
            async for event in decoded(response.aiter_bytes()):
                yield event

    async def aclose(self) -> None:
        await self.http.aclose()


def spacious(url: str) -> Httpx:
    """One with room for hundreds of streams."""
    return Httpx(url, limits=httpx.Limits(max_connections=1000))


def over_aiohttp(url: str) -> Httpx:
    from httpx_aiohttp import AiohttpTransport

    return Httpx(url, transport=AiohttpTransport())


def over_pyreqwest(url: str) -> Httpx:
    from pyreqwest.compatibility.httpx import HttpxTransport

    return Httpx(url, transport=HttpxTransport())


class BlockingHttpx:
    def __init__(self, url: str) -> None:
        self.http = httpx.Client(timeout=TIMEOUT)
        self.url = url

    def status(self):
        return self.http.get(f"{self.url}/status/").json()

    def events(self, task: str):
        url = f"{self.url}/deployments/bench/tasks/{task}/events"
        with self.http.stream("GET", url) as response:
            yield from decoded_blockingly(response.iter_bytes())

    def close(self) -> None:
        self.http.close()


class Ideal(Counting):
    """Runs tasks on a real control plane, and asks for their results every 10 ms."""

    INTERVAL = 0.010

    def __init__(self, url: str) -> None:
        super().__init__()
        self.http = httpx.AsyncClient(timeout=TIMEOUT, base_url=url)
        self.session = None

    async def run(self, seconds: float) -> str:
        if self.session is None:
            self.session = (await self.http.post("/sessions/create")).json()
        path = f"/sessions/{self.session}/tasks"
        task = {
            "input": json.dumps({"seconds": seconds}),
            "task_id": str(uuid.uuid4()),
            "session_id": self.session,
            "service_id": "slow",
        }
        id = (await self.http.post(path, json=task)).json()
        while (result := (await self.http.get(f"{path}/{id}/result")).json()) is None:
            await asyncio.sleep(self.INTERVAL)
        return result["result"]

    async def aclose(self) -> None:
        await self.http.aclose()
