"""The transport, written once; `_sync/` is generated from it."""
