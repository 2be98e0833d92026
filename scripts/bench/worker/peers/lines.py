"""Events out of bytes, with as little as that takes."""

from collections.abc import AsyncIterator, Iterator

import orjson


async def decoded(chunks: AsyncIterator[bytes]):
    """The JSON values of lines that arrive in pieces."""
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield orjson.loads(line)


def decoded_blockingly(chunks: Iterator[bytes]):
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield orjson.loads(line)
