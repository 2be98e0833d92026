# Made by `make generate` from openapi/llama_deploy.yaml: do not edit.
"""ApiServerStatus is written by hand."""

from llama_deploy_client._values import ReportedStatus as ApiServerStatus

__all__ = ["ApiServerStatus"]
