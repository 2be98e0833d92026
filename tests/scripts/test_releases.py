"""Releases: those that the tests run, and others of their generations."""

from __future__ import annotations

import pytest

from scripts.releases import find_release


@pytest.mark.parametrize(
    ("name", "version", "has_control_plane"),
    [("0.6.1", "0.6.1", True), ("0.9", "0.9.2", False), ("0.6.0", "0.6.0", True)],
)
def test_a_release_has_the_traits_of_its_generation(
    name: str, version: str, has_control_plane: bool
) -> None:
    release = find_release(name)
    assert (release.version, release.has_control_plane) == (version, has_control_plane)


@pytest.mark.parametrize("version", ["0.5.1", "1.0.0", "newest"])
def test_another_generation_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match=f"LlamaDeploy {version} is not supported"):
        find_release(version)
