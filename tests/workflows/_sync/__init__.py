# Made by `make generate` from tests/workflows/_async/__init__.py: do not edit.
