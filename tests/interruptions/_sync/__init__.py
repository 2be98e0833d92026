# Made by `make generate` from tests/interruptions/_async/__init__.py: do not edit.
