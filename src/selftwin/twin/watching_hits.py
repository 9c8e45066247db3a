"""How often a watch has been right, by what the person answered; few answers say little, and the interval shows it.

The interval is Jeffreys': quantiles of a beta distribution with half a success and half a failure added, which shrinks
few answers toward even (Brown, Cai & DasGupta 2001, *Statistical Science* 16:101).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selftwin.twin.watching_papers import Case

LEVEL = 0.9
FEW = 5  # answers under which the figure is said to mean little


@dataclass(frozen=True, slots=True)
class Hits:
    """Of `told` alerts, `answered` ones of which `right` were right."""

    right: int
    answered: int
    told: int

    @property
    def share(self) -> float | None:
        """The share that was right, shrunk toward even; None without an answer."""
        return (self.right + 0.5) / (self.answered + 1) if self.answered else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The range that holds the share 9 times in 10; None without an answer. An end that was never seen stays open.

        >>> [round(edge, 3) for edge in Hits(3, 4, 6).bounds]
        [0.349, 0.954]
        """
        if not self.answered:
            return None
        from scipy.special import betaincinv

        good, bad, tail = self.right + 0.5, self.answered - self.right + 0.5, (1 - LEVEL) / 2
        low = float(betaincinv(good, bad, tail)) if self.right else 0.0
        high = float(betaincinv(good, bad, 1 - tail)) if self.right < self.answered else 1.0
        return low, high

    def words(self) -> str:
        """The same in a sentence or two."""
        if self.bounds is None:
            return "Nobody has told me yet whether its alerts were right."
        low, high = (round(100 * edge) for edge in self.bounds)
        alerts = "alert" if self.told == 1 else "alerts"
        verb = "was" if self.right == 1 else "were"
        said = f"Of {self.told} {alerts} you answered {self.answered}: {self.right} {verb} right"
        few = " So few answers say little." if self.answered < FEW else ""
        return f"{said} ({low} to {high} %, 9 times in 10).{few}"

    def plain(self) -> dict[str, Any]:
        """The same as data."""
        low, high = self.bounds or (None, None)
        return {"right": self.right, "answered": self.answered, "told": self.told, "share": self.share, "low": low,
                "high": high, "level": LEVEL}  # fmt: skip


def hits(cases: Iterable[Case], watch: str) -> Hits:
    """How often a watch has been right so far."""
    own = [one for one in cases if one.watch == watch]
    answers = [one.right for one in own if one.right is not None]
    return Hits(sum(answers), len(answers), len(own))


def monthly(alerts: int, days: int, level: float = LEVEL) -> tuple[float, float, float] | None:
    """Alerts a month of 30.4 days with the bounds that a count of so many allows (Garwood 1936); None without a day.

    >>> [round(value, 2) for value in monthly(3, 91)]
    [1.0, 0.27, 2.59]
    """
    if days < 1:
        return None
    from scipy.special import gammaincinv

    months, tail = days / 30.4, (1 - level) / 2
    low = float(gammaincinv(alerts, tail)) if alerts else 0.0
    return alerts / months, low / months, float(gammaincinv(alerts + 1, 1 - tail)) / months
