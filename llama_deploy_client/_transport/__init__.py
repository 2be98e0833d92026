"""The connection pool, as an httpx transport. It does not depend on the rest of the package.

It guarantees, async and blocking:

- One deadline for a whole request: waiting for a connection, resolving the host, connecting, a
  proxy's tunnel, TLS, sending, and every read.
- A response belongs to its request. A connection is reused only after a complete response with no
  further bytes, neither in the socket nor within TLS; and for a request that cannot be repeated,
  only if it was used a moment ago.
- Requests are framed as their headers announce. A response that other programs might frame
  differently is refused.
- Connections are plain sockets. They can outlive an event loop, need no explicit closing, and
  belong to one event loop, or to the threads of one process.
- An exception at any line (a cancellation, Ctrl-C, a time limit's signal handler) propagates
  unchanged, and costs at most its own connection.

It does not support HTTP/2, SOCKS, redirects, cookies, content codings or HTTP upgrades.

`_async/` is written by hand; `_sync/` is generated from it. Shared modules do no I/O (`lanes`,
`http1`, `records`, `proxies`, `mocks`, `deadline`), or contain pairs (`sockets`, `resolving`,
`waiting`).
"""
