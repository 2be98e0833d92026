"""A LlamaDeploy server in memory, for the tests of applications that use this client.

`FakeServer` is the server; `faults` make it fail. The pytest fixture `llama_deploy` is a server
that all clients in the test talk to.
"""

from . import faults
from .events import InputRequiredEvent, StopEvent
from .server import FakeServer

__all__ = ["FakeServer", "InputRequiredEvent", "StopEvent", "faults"]
