"""The differences between generations: the only place in the in-memory server that has them."""

from __future__ import annotations

from attrs import frozen


@frozen
class Generation:
    """The differences of one generation of LlamaDeploy.

    Attributes:
        name: the name, for example "0.8".
        service_field: the name of a service's field in payloads.
        has_control_plane: true for 0.6 to 0.8. The properties below follow from it.
        has_metrics: `GET /status/metrics` exists.
        has_base_path: creating a deployment accepts `base_path` and `local`.
        knows_its_address: the links of the root page have the address of the request.
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
        """A request for a result waits for it, instead of returning `null` until it exists."""
        return not self.has_control_plane

    @property
    def results_are_text(self) -> bool:
        """Results arrive as Python's `str()` of what the workflow returned."""
        return self.has_control_plane

    @property
    def events_once(self) -> bool:
        """Each event goes to one reader, instead of all events to each reader."""
        return not self.has_control_plane

    @property
    def has_raw_events(self) -> bool:
        """A client can request events with their classes."""
        return not self.has_control_plane

    @property
    def checks_sessions(self) -> bool:
        """The server checks session ids everywhere except in requests to delete one."""
        return self.has_control_plane

    @property
    def checks_tasks(self) -> bool:
        """The server checks service and input of new tasks, and events that are sent."""
        return not self.has_control_plane

    def taken_names(self, *, in_session: bool) -> set[str]:
        """Return reserved argument names: a task with one gets a 500."""
        if self.has_control_plane:
            return {"self", "service_name"}
        return {"self", "service_id", "session_id", "ctx", *(["context"] if in_session else [])}

    @property
    def takes_first_service(self) -> bool:
        """Without a default service, the first one is the default, unnamed in responses."""
        return not self.has_control_plane

    @property
    def keeps_tasks(self) -> bool:
        """A deployment lists all created tasks without sessions, not those of its sessions."""
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
    """Return the generation with a name.

    Raises:
        ValueError: there is no such generation.
    """
    if name not in GENERATIONS:
        raise ValueError(f"there is no generation {name!r}, only {', '.join(GENERATIONS)}")
    return GENERATIONS[name]
