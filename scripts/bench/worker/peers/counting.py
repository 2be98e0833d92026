"""Counts requests, where they are sent."""

import httpx


class Counting:
    """Counts all that this process sends from now on with `sender`, a class like httpx's client."""

    def __init__(self, sender: type = httpx.AsyncClient) -> None:
        self._requests = 0
        send = sender.send

        async def counted(client: object, request: httpx.Request, **options: object):
            self._requests += 1
            return await send(client, request, **options)

        sender.send = counted

    def requests(self) -> int:
        """How many there were."""
        return self._requests
