# Made by `make generate` from openapi/llama_agents.yaml: do not edit.
"""The operations of one server: in each module, `request` builds a request."""

from llama_deploy_client.request import Server

SERVER: Server = "workflows"
