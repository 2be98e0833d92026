# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""The operations and the schemas of llama-agents's document in openapi/.

Each operation is a module of `api` whose function `request` builds a typed request, for
`client.send` or a method of the client. Each schema is a class in a module of `models`.
"""
