"""What is held, for the fields of forms: read once for each state of the twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.wording.phrases import short

if TYPE_CHECKING:
    from selftwin.twin import Twin
    from selftwin.web.page import Visit


PATIENCE = 5.0  # seconds: it is read at once, but where the machine is busy


@dataclass(frozen=True, slots=True)
class Known:
    """A signal of which something is recorded."""

    key: str
    label: str
    numeric: bool


def known(visit: Visit) -> tuple[Known, ...]:
    """Every signal that is held, by label."""
    found: tuple[Known, ...] = visit.held.answers.made("watch.known", _known, patience=PATIENCE)
    return found


def _known(twin: Twin) -> tuple[Known, ...]:
    held = [Known(one.signal.key, short(one.signal.label), one.signal.numeric) for one in twin.held()]
    return tuple(sorted(held, key=lambda one: one.label.lower()))
