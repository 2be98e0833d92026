# Made by `make generate` from tests/testing/_async/__init__.py: do not edit.
