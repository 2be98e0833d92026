# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""A class for each schema, in a module of its own: a program loads those that it uses."""
