"""A tqdm progress bar for a batch, on request and if there is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .types import Outcome


def _bar_class() -> Any:
    try:
        from tqdm import tqdm
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'progress=True needs tqdm: pip install "llama_deploy_client[progress]"', name="tqdm"
        ) from error

    class Bar(tqdm):  # type: ignore[type-arg]  # generic in its stubs alone
        monitor_interval = 0  # without tqdm's monitor thread, which would outlive the batch

    return Bar


class Progress:
    """The progress of a batch, shown on stderr if that is a terminal."""

    def __init__(self, *, shown: bool, total: int | None) -> None:
        """Prepare the bar; nothing is shown yet.

        Raises:
            ModuleNotFoundError: `shown` is true and tqdm is not installed.
        """
        self._bar_class = _bar_class() if shown else None
        self._total = total

    @contextmanager
    def open(self) -> Iterator[Callable[[Outcome], None]]:
        """Show the bar, and give a function to call with each outcome."""
        if self._bar_class is None:
            yield lambda outcome: None
            return
        failed = 0
        # Draw the bar at each outcome: tqdm skips one that comes soon after another, and the bar
        # would be wrong for as long as the next task takes.
        often = {"mininterval": 0, "miniters": 1}
        with self._bar_class(total=self._total, unit="task", disable=None, **often) as bar:

            def count(outcome: Outcome) -> None:
                nonlocal failed
                if outcome.error is not None:
                    failed += 1
                    bar.set_postfix(failed=failed, refresh=False)
                bar.update()

            yield count
