# Made by `make generate` from llama_deploy_client/_async/__init__.py: do not edit.
"""The facade, written once; `_sync/` is converted from it."""
