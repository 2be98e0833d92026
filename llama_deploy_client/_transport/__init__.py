"""The connection pool, as an httpx transport. It knows nothing of LlamaDeploy.

It promises, both async and blocking:

- One deadline for all of a request: the wait for a connection, the host's name, connecting, a
  proxy's tunnel, TLS, sending, and every read.
- A response belongs to its request. A connection is used again only after a whole response with
  nothing behind it, neither in the socket nor within TLS; and for a request that cannot be repeated
  only if it was used a moment ago.
- What is sent is framed as its headers announce, and a response is refused where other programs
  may frame it otherwise.
- Connections are plain sockets. They can outlive an event loop, need no closing, and belong to one
  event loop, or to the threads of one process.
- Whatever raises at whatever line (a cancellation, Ctrl-C, a time limit's signal handler) comes out
  as it is, and costs at most its own connection.

It leaves out HTTP/2, SOCKS, redirects, cookies, content codings and HTTP upgrades.

`_async/` is written by hand and `_sync/` made from it. What both share waits for nothing (`lanes`,
`http1`, `records`, `proxies`, `mocks`, `deadline`), or is a pair (`sockets`, `resolving`,
`waiting`).
"""
