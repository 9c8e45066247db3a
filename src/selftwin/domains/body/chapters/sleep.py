"""Sleep: how long, when, how even from night to night, and how far free days lie from working days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.chapters._figures import bounds, first_known, mean_line, newest_of, recent, silent, trust_of
from selftwin.learn.rhythm import social_jet_lag
from selftwin.vocabulary.finding import Finding, Line

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

FREE = (6, 7)  # Saturday's and Sunday's waking, by ISO weekday
CITES = (
    "Hirshkowitz and others, Sleep Health 2015;1:40 (7 to 9 hours for adults)",
    "Wittmann and others, Chronobiol Int 2006;23:497 (social jet lag)",
)


@dataclass(frozen=True, slots=True)
class Sleep:
    """The chapter on sleep."""

    name: str = "sleep"
    title: str = "Sleep"
    rank: int = 5

    def read(self, past: Past) -> Finding:
        """Duration, middle, spread of the middle, social jet lag and efficiency over the last four weeks."""
        nights = recent(past, "sleep.duration")
        if not nights.height:
            raise silent("sleep", "A watch's export brings it; `selftwin note sleep.duration 450` keeps a night.")
        middles, sound = recent(past, "sleep.midpoint"), recent(past, "sleep.efficiency")
        lines = [
            mean_line(nights, "sleep.duration", "sleep, a night"),
            mean_line(middles, "sleep.midpoint", "its middle") if middles.height else None,
            _evenness(middles),
            _social_jet_lag(middles),
            mean_line(sound, "sleep.efficiency") if sound.height else None,
        ]
        n = nights.height
        known = past.days("sleep.duration").height
        return Finding(self.name, self.title, newest_of(nights).isoformat(), trust_of(known), n, first_known(lines),
                       cites=CITES, spell="night")  # fmt: skip


def _evenness(middles: pl.DataFrame) -> Line | None:
    """The spread of the middle from night to night, in minutes."""
    if middles.height < 7:
        return None
    values = middles["value"].to_numpy().astype(np.float64)
    low, high = bounds(values, _spread)
    return Line("how far its middle wanders", float(_spread(values)), low, high, "min", note="standard deviation")


def _spread(values: Floats, axis: int = 0) -> Floats:
    """Standard deviation along an axis."""
    return np.asarray(values.std(axis=axis, ddof=1))


def _social_jet_lag(middles: pl.DataFrame) -> Line | None:
    """The middle of sleep before free days less that before working days, in minutes."""
    free = middles["day"].dt.weekday().is_in(FREE).to_numpy()
    found = social_jet_lag(middles["value"].to_numpy().astype(np.float64), free)
    if found is None:
        return None
    apart, error = found
    away = 1.645 * error
    return Line("later on free days by", apart, apart - away, apart + away, "min", note="social jet lag")


CHAPTER = Sleep()
