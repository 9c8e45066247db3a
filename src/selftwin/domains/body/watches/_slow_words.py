"""The words of the watches for slow change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.vocabulary.finding import Line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from selftwin.domains.body.watches._slow import Watched
    from selftwin.domains.body.watches._slow_noted import Noted, Switched
    from selftwin.learn.drift import Drift

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOLD = 3  # signals of one change
NEW, OLD = 28, 90  # days of the naive guess
TWO_YEARS = 730
PROPOSES = (
    "Think what else was new in those weeks; `selftwin changes` shows what else moved.",
    "If it goes on, or you feel worse, show it to somebody who knows medicine.",
)
FOUND = (
    "It looks every Sunday. Laid on people's real days, a change of one and a half times a signal's usual spread over "
    "four weeks was noticed in about half of the cases beyond luck at one false alarm every four months, one of a "
    "single spread in about one of six. "
)
NOT_A_DEVICE = "I name no illness by it. If you feel unwell, trust that first."


@dataclass(frozen=True, slots=True)
class Moved:
    """One signal that moved, with what was known of it then."""

    watched: Watched
    days: Ints
    values: Floats
    drift: Drift
    place: int

    @property
    def size(self) -> tuple[float, float, float]:
        """How far it has come, and its bounds."""
        size, low, high = (float(one[self.place]) for one in (self.drift.size, self.drift.low, self.drift.high))
        return size, low, high

    @property
    def naive(self) -> tuple[float, float] | None:
        """The mean of the last four weeks less that of the ninety days before, and its standard errors; None where
        either is not known."""
        last = int(self.days[-1])
        new = self.values[self.days > last - NEW]
        old = self.values[(self.days <= last - NEW) & (self.days > last - NEW - OLD)]
        if len(new) < 4 or len(old) < NEW or old.std() == 0:
            return None
        error = float(old.std(ddof=1) * np.sqrt(1 / len(new) + 1 / len(old)))
        return float(new.mean() - old.mean()), error


def cause(seen: Sequence[Moved], begun: date) -> str:
    """What is going on, in a sentence."""
    said = [f"{one.watched.name} {one.watched.rises if one.size[0] > 0 else one.watched.falls}" for one in seen]
    listed = said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1]
    return (f"{listed[0].upper()}{listed[1:]}, slowly and further than your own wandering takes it, since about "
            f"{begun.isoformat()}.")  # fmt: skip


def evidence(seen: Sequence[Moved]) -> tuple[Line, ...]:
    """Where each signal stands, how far it has come, and what the naive guess says."""
    lines = []
    for one in seen:
        size, low, high = one.size
        recent = one.values[one.days > one.days[-1] - NEW]
        away = 1.645 * float(recent.std(ddof=1)) / np.sqrt(len(recent)) if len(recent) > 3 else None
        level = float(recent.mean())
        odds = np.exp(min(float(one.drift.score[one.place]), 20.0))
        lines += [
            Line(f"{one.watched.name}, four weeks", level, None if away is None else level - away,
                 None if away is None else level + away, one.watched.unit, one.watched.signal),
            Line(f"{one.watched.name}, how far it has come", size, low, high, one.watched.unit,
                 note=f"{odds:.1f} times likelier than mere wandering"),
        ]  # fmt: skip
        if (guess := one.naive) is not None:
            lines.append(Line(f"{one.watched.name}, simple guess", guess[0], guess[0] - 1.645 * guess[1],
                              guess[0] + 1.645 * guess[1], one.watched.unit,
                              note="mean of 28 days less that of the 90 before"))  # fmt: skip
    return tuple(lines)


def ruled_out(switches: Sequence[Switched], lead: Moved) -> tuple[str, ...]:
    """What was looked at and explains too little."""
    found = []
    if not switches:
        found.append("a changed device: no other took over in those weeks")
    if _seasoned(lead):
        found.append("the season: a year's wave, as earlier years show it, was taken off")
    found.append("single odd days: they were held back")
    return tuple(found)


def possible(switches: Sequence[Switched], beside: Sequence[Noted], lead: Moved) -> tuple[str, ...]:
    """What else may be why, a changed device first."""
    found = [f"a changed device: {one.name} has told it since then; its own step was taken off as far as it shows"
             for one in switches[:1]]  # fmt: skip
    if not _seasoned(lead):
        found.append("the season: I know you for less than two years")
    found += [f"noted on {one.day.isoformat()}: {one.words}" for one in beside]
    return tuple(dict.fromkeys([*found, "shoes, routes, bed, work, medicines or a habit that is new"]))


def watching(names: Sequence[str]) -> tuple[str, ...]:
    """Which signals are watched."""
    return (f"Watched: {', '.join(names)}.",) if names else ()


def _seasoned(lead: Moved) -> bool:
    return bool(len(lead.days)) and int(lead.days[-1] - lead.days[0]) >= TWO_YEARS
