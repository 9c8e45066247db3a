"""When something in a life took another level: the day with its bounds, the size with its own, and what else changed
then. What changed at the same time is not thereby a cause."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.scenario import CLOCKS

if TYPE_CHECKING:
    from selftwin.vocabulary.estimate import Trust


class Beside(StrEnum):
    """What kind of thing changed as well, the foremost suspect first."""

    DEVICE = "device"
    JOURNEY = "journey"
    EVENT = "event"
    ILLNESS = "illness"
    MEDICINE = "medicine"
    HABIT = "habit"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Near:
    """One thing that changed near a change: what it is in words, its local day (ISO), and how many days it lies after
    the change (before it: less than nought); `signal` where it is of one."""

    kind: Beside
    words: str
    day: str
    off: int
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of level of a signal, in its `unit`.

    `day` is the local day (ISO) from which the new level held, `first` and `last` bound it nine times in ten; `size`,
    with `low` and `high` alike, is how far the level moved, `before` and `after` are the levels themselves, `spread`
    the standard deviation of the signal's own wandering about them. The new level held until `until` (ISO), empty where
    it still does. `worth` orders changes: twice the log likelihood. `n` days were read. `near` names what else changed
    then, the first suspect first.
    """

    signal: str
    label: str
    unit: str
    day: str
    first: str
    last: str
    size: float
    low: float
    high: float
    before: float
    after: float
    spread: float
    until: str
    worth: float
    n: int
    trust: Trust
    near: tuple[Near, ...] = ()
    lineage: tuple[tuple[str, str, str], ...] = ()

    @property
    def way(self) -> str:
        """Which way it went, as people say it: a time of the clock is later or earlier."""
        if self.signal in CLOCKS:
            return "moved later" if self.size > 0 else "moved earlier"
        return "rose" if self.size > 0 else "fell"

    @property
    def suspect(self) -> Near | None:
        """The first suspect: a changed device before all else, and no other signal that merely moved as well."""
        named = [one for one in self.near if one.kind is not Beside.SIGNAL]
        return named[0] if named else None

    def plain(self) -> dict[str, Any]:
        """The change as data."""
        suspect = self.suspect
        return asdict(self) | {"suspect": asdict(suspect) if suspect else None}


@dataclass(frozen=True, slots=True)
class Changes:
    """What a search for changes found, newest first: at which moment it was asked (ISO, UTC), in which signals it
    looked over how many signal-years, how many changes of these `luck` alone would find, and what to know."""

    made_at: str
    found: tuple[Change, ...]
    looked: tuple[str, ...]
    years: float
    luck: float
    notes: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """All of it as data."""
        kept = {name: getattr(self, name) for name in ("made_at", "looked", "years", "luck", "notes")}
        return kept | {"changes": [one.plain() for one in self.found]}
