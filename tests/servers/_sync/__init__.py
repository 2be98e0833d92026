# Made by `make generate` from tests/servers/_async/__init__.py: do not edit.
