"""The supported releases of LlamaDeploy, each installed into an environment of its own."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.processes import lock, tail

SCRIPTS = Path(__file__).resolve().parent
CONSTRAINTS = SCRIPTS / "constraints"
SERVERS = SCRIPTS.parent / ".servers"


@dataclass(frozen=True)
class Release:
    """One supported version of LlamaDeploy and what sets its servers apart."""

    version: str
    has_control_plane: bool
    keeps_source_folder: bool
    """Whether a service's path starts with its source folder (`source/module:name`)."""

    @property
    def generation(self) -> str:
        """The first two parts of the version: "0.6" to "0.9"."""
        return self.version.rpartition(".")[0]


VERSIONS = {
    release.version: release
    for release in (
        Release("0.6.1", has_control_plane=True, keeps_source_folder=False),
        Release("0.7.2", has_control_plane=True, keeps_source_folder=False),
        Release("0.8.1", has_control_plane=True, keeps_source_folder=True),
        Release("0.9.2", has_control_plane=False, keeps_source_folder=True),
    )
}
NEWEST = "0.9.2"


def find_release(version: str) -> Release:
    """The release called `version`, which may also be a generation ("0.8").

    Another point release of a generation, such as 0.6.0, is taken as well: it has the traits of the
    one that the tests run.

    Raises:
        ValueError: no such version is supported.
    """
    for release in VERSIONS.values():
        if version in (release.version, release.generation):
            return release
        if version.rpartition(".")[0] == release.generation:
            return replace(release, version=version)
    raise ValueError(f"LlamaDeploy {version} is not supported; supported: {', '.join(VERSIONS)}")


@dataclass(frozen=True)
class Package:
    """A server's package, to be installed at one version, with the pins beside it."""

    name: str
    version: str
    pins: str
    """What the names of its constraint file and of its environment begin with."""
    pinned: str = ""
    """The version whose constraint file counts, if that is another one."""

    @property
    def constraints(self) -> Path:
        return CONSTRAINTS / f"{self.pins}-{self.pinned or self.version}.txt"

    @property
    def environment(self) -> Path:
        return SERVERS / (
            self.version if self.pins == "llama-deploy" else f"{self.pins}-{self.version}"
        )


WORKFLOW_SERVER = Package("llama-agents-server", "0.8.0", "llama-agents")


class InstallError(RuntimeError):
    """A server could not be installed; the message ends with the output of pip."""


def install(version: str) -> Path:
    """Install one version of LlamaDeploy into `.servers/<version>/`, unless it is there already.

    Returns:
        The Python interpreter of the installed server.

    Raises:
        InstallError: creating the environment or `pip install` failed.
        ValueError: no such version is supported.
    """
    return install_package(package_of(version))


def install_package(package: Package) -> Path:
    """Install a server into an environment of its own, unless it is there already.

    An interrupted installation, one for other constraints or another Python is repeated. Several
    processes may ask at once: one installs, the others wait for it.

    Returns:
        The Python interpreter of the installed server.

    Raises:
        InstallError: creating the environment or `pip install` failed.
    """
    environment = package.environment
    python = environment / "bin" / "python"
    marker = environment / ".installed"
    fingerprint = _fingerprint(package.constraints)
    with lock(SERVERS / f"{environment.name}.lock"):
        if python.exists() and marker.exists() and marker.read_text() == fingerprint:
            return python
        _create_environment(environment)
        wanted_package = f"{package.name}=={package.version}"
        try:
            with _others(package) as constraints:
                _pip_install(python, wanted_package, "-c", str(constraints))
        except InstallError:
            if package.pinned in ("", package.version):
                raise
            _pip_install(python, wanted_package)  # which needs other versions than its successor
        marker.write_text(fingerprint)
    return python


@contextmanager
def _others(package: Package) -> Iterator[Path]:
    """The constraints of all that comes with a package, and not its own version."""
    pins = package.constraints.read_text().splitlines()
    others = [pin for pin in pins if not pin.startswith(f"{package.name}==")]
    with tempfile.TemporaryDirectory(prefix="llama-deploy-pins-") as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("\n".join(others) + "\n")
        yield constraints


def freeze(package: Package) -> Path:
    """Replace the constraint file of a server by what pip would choose today.

    Raises:
        InstallError: creating the environment or `pip install` failed.
    """
    with tempfile.TemporaryDirectory(prefix="llama-deploy-freeze-") as folder:
        environment = Path(folder) / "environment"
        python = environment / "bin" / "python"
        _create_environment(environment)
        _pip_install(python, f"{package.name}=={package.version}")
        frozen = _run([str(python), "-m", "pip", "freeze", "--local"]).splitlines()
    if package == WORKFLOW_SERVER:
        what, command = "llama-agents", "scripts.workflow_server freeze"
    else:
        what, command = "LlamaDeploy", f"scripts.servers freeze {package.version}"
    header = f"# What {what} {package.version} is tested with; re-made by `python -m {command}`."
    pins = [line for line in frozen if "==" in line]
    package.constraints.write_text("\n".join([header, *pins]) + "\n")
    return package.constraints


def package_of(version: str) -> Package:
    """The package of one version of LlamaDeploy.

    Raises:
        ValueError: no such version is supported.
    """
    release = find_release(version)
    pinned = next(each for each, of in VERSIONS.items() if of.generation == release.generation)
    return Package("llama-deploy", release.version, "llama-deploy", pinned)


def _fingerprint(constraints: Path) -> str:
    """What an installation depends on: the pins, and the interpreter it was made with."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"python {python} sha256 {hashlib.sha256(constraints.read_bytes()).hexdigest()}\n"


def _create_environment(environment: Path) -> None:
    if environment.exists():
        shutil.rmtree(environment)
    _run([sys.executable, "-m", "venv", str(environment)])


def _pip_install(python: Path, *arguments: str) -> None:
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "install", "--quiet", *arguments])


def _run(command: list[str]) -> str:
    """The command's standard output; its last lines, errors included, go into the error."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        output = tail(result.stdout + result.stderr)
        raise InstallError(f"{' '.join(command)} ended with {result.returncode}:\n{output}")
    return result.stdout
