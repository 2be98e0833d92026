# Made by `make generate` from llama_deploy_client/_async/__init__.py: do not edit.
"""The public classes, written once; `_sync/` is generated from them."""
