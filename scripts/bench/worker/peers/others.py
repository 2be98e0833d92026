"""httpx, with its own connections and over this client's, and aiohttp."""

import httpx

TIMEOUT = 120.0
EVENTS = "/deployments/bench/tasks/{}/events"


class Decoder:
    """The JSON values of lines that arrive in pieces, with as little as that takes."""

    def __init__(self) -> None:
        from orjson import loads

        self.loads = loads
        self.rest = b""

    def values(self, chunk: bytes):
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        return map(self.loads, lines)


class Async:
    def __init__(self, url: str, **options: object) -> None:
        self.http = httpx.AsyncClient(base_url=url, timeout=TIMEOUT, **options)

    async def status(self):
        return (await self.http.get("/status/")).json()

    async def events(self, task: str):
        decoder = Decoder()
        async with self.http.stream("GET", EVENTS.format(task)) as response:
            async for chunk in response.aiter_bytes():
                for event in decoder.values(chunk):
                    yield event


class Blocking:
    def __init__(self, url: str, **options: object) -> None:
        self.http = httpx.Client(base_url=url, timeout=TIMEOUT, **options)

    def status(self):
        return self.http.get("/status/").json()

    def events(self, task: str):
        decoder = Decoder()
        with self.http.stream("GET", EVENTS.format(task)) as response:
            for chunk in response.iter_bytes():
                yield from decoder.values(chunk)


class OverOurs(Async):
    def __init__(self, url: str) -> None:
        from llama_deploy_client._transport._async.transport import LaneTransport

        pool = LaneTransport(tls=httpx.create_ssl_context, max_connections=100, proxy=None)
        super().__init__(url, transport=pool)


class BlockingOverOurs(Blocking):
    def __init__(self, url: str) -> None:
        from llama_deploy_client._transport._sync.transport import LaneTransport

        pool = LaneTransport(tls=httpx.create_ssl_context, max_connections=100, proxy=None)
        super().__init__(url, transport=pool)


class Aiohttp:
    def __init__(self, url: str) -> None:
        import aiohttp

        self.http = aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(total=TIMEOUT))

    async def status(self):
        async with self.http.get("/status/") as response:
            return await response.json()

    async def events(self, task: str):
        decoder = Decoder()
        async with self.http.get(EVENTS.format(task)) as response:
            async for chunk in response.content.iter_any():
                for event in decoder.values(chunk):
                    yield event
