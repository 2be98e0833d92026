"""The public classes, written once; `_sync/` is generated from them."""
