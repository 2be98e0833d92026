"""`make demo` where the real server cannot be installed."""

from __future__ import annotations

import pytest

from scripts import demo, servers, workflow_server
from scripts.releases import Package
from scripts.servers import InstallError


async def test_the_in_memory_server_stands_in_and_the_demo_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def install(version: str) -> None:
        raise InstallError(f"LlamaDeploy {version} cannot be installed")

    def install_package(package: Package) -> None:
        raise InstallError(f"{package.name} cannot be installed")

    monkeypatch.setattr(servers, "install", install)
    monkeypatch.setattr(workflow_server, "install_package", install_package)
    await demo.main()
    printed = capsys.readouterr().out
    assert f"LlamaDeploy {demo.VERSION} cannot be installed" in printed
    assert printed.count(demo.STAND_IN) == 2
    assert "The human said: 42" in printed
    assert "the in-memory server: Question, Progress, StopEvent; 42" in printed
