"""What comes back from watches: how each stands, what a run found, and what a replay would have told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime

    from selftwin.twin.watching_hits import Hits
    from selftwin.twin.watching_papers import Case, Watch
    from selftwin.twin.watching_round import Seen
    from selftwin.twin.watching_telling import Sent
    from selftwin.vocabulary.alert import Alert, Setting


@dataclass(frozen=True, slots=True)
class Standing:
    """A watch as it stands: how often it was right, alerts a month since it was set, and whether one holds now."""

    watch: Watch
    title: str
    promise: str
    hits: Hits
    rate: tuple[float, float, float] | None
    budgeted: bool
    open: tuple[int, ...]
    waiting: int

    def plain(self) -> dict[str, Any]:
        """The same as data."""
        return self.watch.plain() | {"title": self.title, "promise": self.promise, "right": self.hits.plain(),
                                     "monthly": self.rate, "budgeted": self.budgeted, "open": self.open,
                                     "waiting": self.waiting}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Replay:
    """Every alert that a watch would have given from `first` to `last`, and how many a month, with its bounds."""

    kind: str
    title: str
    promise: str
    setting: Setting
    budgeted: bool
    first: date
    last: date
    days: int
    alerts: tuple[Alert, ...]
    monthly: tuple[float, float, float] | None
    silent: str
    notes: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """The same as data."""
        named = ("kind", "title", "promise", "setting", "budgeted", "first", "last", "days", "monthly", "silent",
                 "notes")  # fmt: skip
        return {name: getattr(self, name) for name in named} | {"alerts": [one.plain() for one in self.alerts]}


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: what each watch saw, the alerts of which there was something new, what was sent, and what waits for the
    end of quiet hours."""

    at: datetime
    seen: tuple[Seen, ...]
    cases: tuple[Case, ...]
    sent: tuple[Sent, ...]
    held: tuple[int, ...]

    @property
    def failed(self) -> tuple[Sent, ...]:
        """What could not be sent, and is tried again."""
        return tuple(one for one in self.sent if one.trouble)

    def plain(self) -> dict[str, Any]:
        """The same as data."""
        return {"at": self.at, "seen": self.seen, "alerts": [one.plain() for one in self.cases], "sent": self.sent,
                "held": self.held}  # fmt: skip
