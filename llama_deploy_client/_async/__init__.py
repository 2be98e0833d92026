"""The facade and its transport, written once; `_sync/` is converted from it."""
