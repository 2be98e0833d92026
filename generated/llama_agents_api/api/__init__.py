# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""The operations, by the server that has them."""
