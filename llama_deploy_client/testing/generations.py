"""How the generations differ as servers: the one place in the in-memory server that knows."""

from __future__ import annotations

from attrs import frozen


@frozen
class Generation:
    """What a generation of LlamaDeploy does its own way.

    Attributes:
        name: for example "0.8".
        service_field: what payloads call a service.
        has_control_plane: 0.6 to 0.8. The properties below follow from it.
        has_metrics: `GET /status/metrics` is there.
        has_base_path: deployments are made with `base_path` and `local`.
        knows_its_address: the root page's links are of the address that was asked.
        refuses_other_sessions: a task for the control plane that names another session is a 400.
    """

    name: str
    service_field: str = "service_id"
    has_control_plane: bool = True
    has_metrics: bool = True
    has_base_path: bool = True
    knows_its_address: bool = True
    refuses_other_sessions: bool = True

    @property
    def results_wait(self) -> bool:
        """A task's result is waited for, instead of being `null` until it is there."""
        return not self.has_control_plane

    @property
    def results_are_text(self) -> bool:
        """Whatever a workflow returns arrives as Python's `str()` of it."""
        return self.has_control_plane

    @property
    def events_once(self) -> bool:
        """Each event is handed to one reader, instead of all events to each."""
        return not self.has_control_plane

    @property
    def has_raw_events(self) -> bool:
        """Events can be asked for with their classes."""
        return not self.has_control_plane

    @property
    def checks_sessions(self) -> bool:
        """A session is looked for wherever one is named, but for deleting it."""
        return self.has_control_plane

    @property
    def checks_tasks(self) -> bool:
        """Service, input and events are looked at when a task is created or an event is sent."""
        return not self.has_control_plane

    @property
    def takes_first_service(self) -> bool:
        """Where there is no default service, the first one is it, and is not named in answers."""
        return not self.has_control_plane

    @property
    def keeps_tasks(self) -> bool:
        """A deployment lists what was created, without sessions, not what its sessions hold."""
        return not self.has_control_plane

    @property
    def reads_first(self) -> bool:
        """A malformed request to an unknown deployment is a 422, not a 404."""
        return self.has_control_plane


GENERATIONS = {
    generation.name: generation
    for generation in (
        Generation(
            "0.6",
            service_field="agent_id",
            has_metrics=False,
            has_base_path=False,
            knows_its_address=False,
            refuses_other_sessions=False,
        ),
        Generation("0.7", has_base_path=False),
        Generation("0.8"),
        Generation("0.9", has_control_plane=False),
    )
}
NEWEST = "0.9"


def find(name: str) -> Generation:
    """The generation of a name.

    Raises:
        ValueError: there is none.
    """
    if name not in GENERATIONS:
        raise ValueError(f"there is no generation {name!r}, only {', '.join(GENERATIONS)}")
    return GENERATIONS[name]
