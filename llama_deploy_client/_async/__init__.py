"""The facade, written once; `_sync/` is converted from it."""
