"""Where the time of a call goes."""

from __future__ import annotations

from ..bench import Bench
from ..peers import Peer
from ..tables import Table

MICROSECONDS, SHARE = "µs per call", "% of the call"


WHY = """\
The parts of a status call, as pyinstrument sees them. It slows all of them down, so the shares
count. Why each is there:

- the network, and waiting for the server: the call itself.
- httpx: its request, response, header and URL objects, which authentication, transports and errors
  are made of; its client, which follows redirects and keeps cookies, is left out.
- this client, the facade: the deadline, the retries, the size limits and the error of each status.
- this client, its transport: whose turn it is, and whether that connection is still good.
- this client, HTTP/1.1 and its sockets: the request as bytes, the response out of bytes (llhttp).
- asyncio: waiting for the answer, not longer than the deadline.
- the generated request: path, query and body as the OpenAPI document has them.
- pydantic: the answer checked, and made the type that users get.
- the loop that calls, and the rest of Python: this benchmark, and what all of these call.
"""


def profile(bench: Bench) -> list[Table]:
    """One table for each side, async and blocking."""
    others = bench.environments.others
    peers = {
        "async": Peer("", others, "facade:Facade"),
        "sync": Peer("", others, "facade:BlockingFacade", "sync"),
    }
    tables = []
    for colour, peer in peers.items():
        [rounds] = bench.measure(
            [peer], "profiled", bench.rounds(3, quick=1), count=500 if bench.quick else 3000
        ).values()
        parts = sorted(rounds[-1], key=lambda part: -rounds[-1][part])
        times = {part: [figures.get(part, 0.0) for figures in rounds] for part in parts}
        shares = {
            part: [100 * figures.get(part, 0.0) / sum(figures.values()) for figures in rounds]
            for part in parts
        }
        tables.append(
            Table(
                f"One call, {colour}",
                WHY,
                {MICROSECONDS: times, SHARE: shares},
            )
        )
    return tables
