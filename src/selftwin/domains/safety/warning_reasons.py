"""What else could explain an alarm: what was noted near it, and how much of the day it explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.learn.surveillance_courses import CONFOUNDERS, SLIP

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAR = 4  # days up to the alarm in which a note counts
LIKELY = 0.25  # of the day explained: no longer ruled out
WORDS = {
    "alcohol": "alcohol", "training": "hard training", "travel": "a journey", "vaccine": "a vaccine",
    SLIP: "a sensor's slip",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One other explanation: its share of what explains the day, and how many days ago it was noted, or None."""

    name: str
    share: float
    noted: int | None

    @property
    def is_ruled_out(self) -> bool:
        """Whether it explains too little of the day to stand for it."""
        return self.share < LIKELY

    def words(self) -> str:
        """The reason as a line for the person.

        >>> Reason("alcohol", 0.04, 2).words()
        'alcohol: noted 2 days ago, explains 4 % of the day: ruled out'
        """
        when = "not noted" if self.noted is None else "noted the same day"
        if self.noted:
            when = f"noted {self.noted} day{'s' if self.noted > 1 else ''} ago"
        if self.name == SLIP:
            when = "cannot be noted"
        verdict = "ruled out" if self.is_ruled_out else "may be why"
        return f"{WORDS[self.name]}: {when}, explains {100 * self.share:.0f} % of the day: {verdict}"


def reasons(others: NDArray[np.float64], tags: NDArray[np.bool_], day: int) -> list[Reason]:
    """Every other explanation of a day of one series, the likeliest first, from the shares `others` (n, C + 1) and the
    notes `tags` (n, C) of CONFOUNDERS."""
    found = []
    for place, name in enumerate((*CONFOUNDERS, SLIP)):
        noted = None
        if name != SLIP:
            noted = next((ago for ago in range(min(NEAR, day) + 1) if tags[day - ago, place]), None)
        found.append(Reason(name, float(others[day, place]), noted))
    return sorted(found, key=lambda reason: -reason.share)
