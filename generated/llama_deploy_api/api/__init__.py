# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""Contains methods for accessing the API"""
