"""What a watch tells: an alert with its cause, its evidence and what was ruled out; and what a watcher promises.

A watcher is one file in a domain's folder `watches` that holds one object `WATCH`. `discover` finds them, and the
shared promises run on whatever is found.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import date

    from selftwin.vocabulary.estimate import Trust
    from selftwin.vocabulary.finding import Line
    from selftwin.vocabulary.model import Past


class Urgency(StrEnum):
    """How soon an alert wants to be seen: with the next look, today, or now, quiet hours or not."""

    LOOK = "look"
    TODAY = "today"
    NOW = "now"


class About(StrEnum):
    """What a watch of a kind is set on: nothing in particular, one signal, or one source."""

    NOTHING = "nothing"
    SIGNAL = "signal"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a person set: the signal or source it is `about` (empty for all), the false alarms a month they bear, and a
    `condition` in words for watches that need one (`above 180 mg/dL`)."""

    about: str = ""
    budget: float = 1.0
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode of a watch. `first` is the local day (ISO) its alarm began, with the minute where a watch looks
    within days; `at` the moment (ISO, UTC) from which it could be told. `cause` is a sentence on what is likely going
    on, `ruled_out` what else was looked at and explains too little, `possible` what else may be why, `proposes` what to
    do. `score` orders alerts of one watch. `lineage` names every signal that was read, with the first and last of its
    days."""

    watch: str
    about: str
    first: str
    at: str
    cause: str
    evidence: tuple[Line, ...]
    ruled_out: tuple[str, ...]
    possible: tuple[str, ...]
    proposes: tuple[str, ...]
    urgency: Urgency
    trust: Trust
    n: int
    score: float | None = None
    notes: tuple[str, ...] = ()
    lineage: tuple[tuple[str, str, str], ...] = ()

    @property
    def id(self) -> str:
        """What tells it from other alerts of the same watch."""
        return f"{self.watch}{':' + self.about if self.about else ''}@{self.first}"

    def plain(self) -> dict[str, Any]:
        """The alert as data."""
        return {"id": self.id, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Looked:
    """What a watch saw since a day: its alerts, oldest first; how many `days` it could watch; and where it cannot watch
    (or not all of it), `silent` says why and what would help. `open` is the id of the alert that still holds on the
    last day, or empty."""

    alerts: tuple[Alert, ...]
    days: int
    silent: str = ""
    open: str = ""
    notes: tuple[str, ...] = field(default=())


class Watcher(Protocol):
    """A kind of watch a person can set."""

    @property
    def name(self) -> str:
        """As its card in docs/models is called: `illness`."""

    @property
    def title(self) -> str:
        """What it watches for, in words of a person's life."""

    @property
    def version(self) -> int:
        """Raised when the same past gets other alerts."""

    @property
    def about(self) -> About:
        """What it is set on."""

    @property
    def budgeted(self) -> bool:
        """Whether it keeps to a number of false alarms a month; one that states facts (a silent source) does not."""

    @property
    def usual_budget(self) -> float:
        """False alarms a month where the person says none; 0 for one without a budget."""

    @property
    def promise(self) -> str:
        """What its figures mean, in plain words: how often it warns in time, and how rarely before anything is felt."""

    @property
    def cites(self) -> tuple[str, ...]:
        """The papers it stands on."""

    def check(self, setting: Setting) -> None:
        """Raises UsageError where it cannot be set so, with what can."""

    def look(self, past: Past, setting: Setting, since: date) -> Looked:
        """Every alert that could be told from local day `since` up to `past.now`, each made of nothing that came later
        than its `at`: asked again with a later `past`, it tells the same alerts and perhaps more. Raises Refused."""
