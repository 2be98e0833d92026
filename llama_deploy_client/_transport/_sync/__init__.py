# Made by `make generate` from llama_deploy_client/_transport/_async/__init__.py: do not edit.
"""The transport, written once; `_sync/` is generated from it."""
