"""Names of `llama_deploy` exist here, or the error says what to write."""

from __future__ import annotations

import importlib

import pytest

from llama_deploy_client._legacy import REPLACED

_CORE = """CONTROL_PLANE_NAME ActionTypes ChatMessage EventDefinition HumanResponse
    ServiceDefinition SessionDefinition TaskDefinition TaskResult TaskStream ToolCall
    ToolCallBundle ToolCallResult generate_id"""
_API_SERVER = "DeploymentDefinition Status StatusEnum"

# The public names of `llama_deploy`, its `types`, `client` and `client.models`, 0.6.1 to 0.9.2.
PUBLIC = {
    "types": f"{_CORE} {_API_SERVER} PydanticValidatedUrl",
    "types.core": _CORE,
    "types.apiserver": _API_SERVER,
    "models": "ApiServer Collection Core Model make_sync",
    "models.model": "Collection Model make_sync",
    "models.core": """Collection Core EventDefinition Model Service ServiceCollection
        ServiceDefinition Session SessionCollection TaskDefinition TaskResult""",
    "models.apiserver": """ApiServer Collection Deployment DeploymentCollection EventDefinition
        Model SessionCollection SessionDefinition Status StatusEnum Task TaskCollection
        TaskDefinition TaskResult""",
    "client": "Client LlamaDeployClient AsyncLlamaDeployClient",
    "": """AsyncLlamaDeployClient CallableMessageConsumer Client ControlPlaneConfig
        ControlPlaneServer LlamaDeployClient QueueMessage SimpleMessageQueue
        SimpleMessageQueueConfig SimpleMessageQueueServer SimpleOrchestrator
        SimpleOrchestratorConfig WorkflowService WorkflowServiceConfig deploy_core
        deploy_workflow""",
}


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_exists_or_says_what_replaces_it(module: str) -> None:
    home = importlib.import_module(f"llama_deploy_client.{module}".rstrip("."))
    for name in PUBLIC[module].split():
        if name in REPLACED:
            with pytest.raises(ImportError, match=f"^llama_deploy_client has no {name}: "):
                getattr(home, name)
        else:
            assert getattr(home, name) is not None
    assert not hasattr(home, "Nothing")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("LlamaDeployClient", 'SyncClient(control_plane_url="http://localhost:8000")'),
        ("AsyncLlamaDeployClient", 'Client(control_plane_url="http://localhost:8000")'),
        ("ControlPlaneConfig", 'control_plane_url="http://localhost:8000"'),
    ],
)
def test_importing_an_old_client_shows_the_line_to_write(name: str, line: str) -> None:
    with pytest.raises(ImportError) as caught:
        exec(f"from llama_deploy_client import {name}")
    assert line in str(caught.value)
