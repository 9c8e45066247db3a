"""The lines of the record in memory: read whole once, and from then on only what came since."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from selftwin.consent.grant import MODELS, OWNER
from selftwin.consent.record import CHECKPOINT
from selftwin.web.rendering import texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from selftwin.consent.consent import Consent
    from selftwin.consent.record import Entry
    from selftwin.twin import Twin
    from selftwin.web.page import Visit


class Lines:
    """Every line that tells something, oldest first; checkpoints are none of them, and kept as `seals`."""

    def __init__(self) -> None:
        self._found: list[Entry] = []
        self.seals: list[Entry] = []
        self._size = 0
        self._guard = threading.Lock()

    @classmethod
    def of(cls, twin: Twin) -> Lines:
        """The lines of a twin as they are now."""
        made = cls()
        made.upto(twin)
        return made

    def upto(self, twin: Twin) -> Sequence[Entry]:
        """The lines, with those that came since they were last asked for."""
        record = twin.consent.record
        with self._guard:
            size = len(record)
            if size > self._size:
                for one in record.entries(self._size):
                    (self.seals if one.kind == CHECKPOINT else self._found).append(one)
                self._size = size
            return tuple(self._found)


def lines(visit: Visit) -> Sequence[Entry]:
    """Every line of the record so far, oldest first. Raises Preparing."""
    return kept(visit).upto(visit.twin)


def kept(visit: Visit) -> Lines:
    """The lines as they are kept in memory. Raises Preparing."""
    found: Lines = visit.made("record.lines", Lines.of)
    return found


def names(consent: Consent) -> Mapping[str, str]:
    """What everyone is called, by id."""
    t = texts("en")
    told = {party.id: party.name for party in consent.parties()}
    return told | {OWNER: t("record.you"), MODELS: t("record.models")}
