"""Whether the checks notice that a document is wrong, from recordings of real servers alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from scripts.contract.document import Document, Half
from scripts.contract.exchange import Exchange, Recording
from scripts.drift import Known, differences, load_known

from .fidelity import Fidelity, load_unseen

NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
ANSWERS = "an answer that is not as documented"
CLAIMS = "something that is documented and was not seen"
DRIFT = "a difference from the server's own document"


def distinct(recording: Recording) -> Recording:
    """A recording without exchanges that differ from another one only in ids and numbers."""
    kept: dict[tuple[object, ...], Exchange] = {}
    for one in recording.exchanges:
        text = NUMBERS.sub("0", one.answer.text)
        key = (one.half, one.operation, one.answer.status, one.answer.content_type, text)
        kept.setdefault(key, one)
    return replace(recording, exchanges=list(kept.values()))


@dataclass
class Judge:
    """The checks that a document has to pass, with what they compare it with."""

    recordings: Sequence[Recording]
    unseen: set[str] = field(
        default_factory=lambda: {claim for entry in load_unseen() for claim in entry.claims}
    )
    known: list[Known] = field(default_factory=load_known)

    def verdict(self, document: Document) -> str | None:
        """What gives a wrong document away, or None if nothing does."""
        try:
            return self._drift(document) or self._answers(document)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return f"a document that cannot be read: {type(error).__name__}: {error}"

    def _answers(self, document: Document) -> str | None:
        fidelity = Fidelity(document, self.recordings)
        for exchange in fidelity.exchanges:
            problems = fidelity.rules[exchange.half].problems(exchange)
            if problems:
                return f"{ANSWERS}: {problems[0].partition(chr(10))[0]}"
        wrong = sorted(fidelity.unseen ^ self.unseen)
        return f"{CLAIMS}: {wrong[0]}" if wrong else None

    def _drift(self, document: Document) -> str | None:
        """New differences, and known ones that are gone."""
        used: set[str] = set()
        for recording in self.recordings:
            for tag, served in recording.served.items():
                ours = document.of(Half(recording.generation, tag))
                for line in differences(ours, Document(served)):
                    fitting = [one for one in self.known if fnmatchcase(line, one.difference)]
                    if not fitting:
                        return f"{DRIFT}: {line}"
                    used.update(one.difference for one in fitting)
        gone = [one.difference for one in self.known if one.difference not in used]
        return f"a known difference that is gone: {gone[0]}" if gone else None
