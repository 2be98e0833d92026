"""Counts requests of whatever is built on httpx."""

import httpx


class Counting:
    """Counts all that this process sends from now on."""

    def __init__(self) -> None:
        self._requests = 0
        send = httpx.AsyncClient.send

        async def counted(client: httpx.AsyncClient, request: httpx.Request, **options: object):
            self._requests += 1
            return await send(client, request, **options)

        httpx.AsyncClient.send = counted

    def requests(self) -> int:
        """How many there were."""
        return self._requests
