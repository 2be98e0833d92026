"""The transport, written once; `_sync/` is converted from it."""
