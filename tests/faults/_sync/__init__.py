# Made by `make generate` from tests/faults/_async/__init__.py: do not edit.
