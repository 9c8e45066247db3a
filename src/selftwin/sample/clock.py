"""The person's wall clock, day by day, and the moments it stands for; in UTC seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from selftwin.sample.plan import Plan
    from selftwin.vocabulary.zones import ZoneTimeline

DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Clock:
    """Day numbers count from the first day of the life; a minute may lie before midnight or past the next.

    `start` and `end` are the UTC seconds at which the first day begins and the last one ends.
    """

    zones: ZoneTimeline
    first: int
    days: int
    start: int = field(init=False)
    end: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", int(self.utc(0, 0)))
        object.__setattr__(self, "end", int(self.utc(self.days, 0)))

    def wall(self, day: ArrayLike, minute: ArrayLike) -> NDArray[np.int64]:
        """Wall-clock seconds since 1970 of a minute of a day."""
        return np.asarray((np.asarray(day) + self.first) * DAY + np.round(np.asarray(minute) * 60), np.int64)

    def utc(self, day: ArrayLike, minute: ArrayLike) -> NDArray[np.int64]:
        """UTC seconds of a minute of a day on the wall clock."""
        return self.zones.to_utc(self.wall(day, minute) * 1_000_000) // 1_000_000

    def exists(self, day: ArrayLike, minute: ArrayLike) -> NDArray[np.bool_]:
        """Whether the wall clock ever showed that minute: not where it leapt over it."""
        return np.asarray(self.local(self.utc(day, minute)) == self.wall(day, minute))

    def local(self, utc: NDArray[np.int64]) -> NDArray[np.int64]:
        """Wall-clock seconds at UTC seconds."""
        return self.zones.to_local(np.asarray(utc) * 1_000_000) // 1_000_000

    def day(self, utc: NDArray[np.int64]) -> NDArray[np.int64]:
        """The day of the life at UTC seconds; below 0 before it."""
        return self.local(utc) // DAY - self.first

    def minute(self, utc: ArrayLike) -> NDArray[np.int64]:
        """The minute of the life, counted from its start without regard to clocks."""
        return np.asarray((np.asarray(utc) - self.start) // 60, np.int64)


def clock(plan: Plan, zones: ZoneTimeline) -> Clock:
    """The clock of a plan."""
    return Clock(zones, plan.first.toordinal() - _EPOCH, plan.days)
