# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Contains endpoint functions for accessing the API"""
