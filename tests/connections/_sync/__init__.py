# Made by `make generate` from tests/connections/_async/__init__.py: do not edit.
