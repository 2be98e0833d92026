"""A LlamaDeploy server in memory, for the tests of applications that use this client.

`FakeServer` is the server; `faults` are what can go wrong with it. The pytest fixture
`llama_deploy` is one that every client of the test talks to.
"""

from . import faults
from .events import InputRequiredEvent, StopEvent
from .server import FakeServer

__all__ = ["FakeServer", "InputRequiredEvent", "StopEvent", "faults"]
