"""Weight and what it is made of: where it stands without the water of a morning, where it is going, and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.chapters._figures import (
    RECENT,
    bounds,
    first_known,
    mean_line,
    newest_of,
    recent,
    silent,
    trust_of,
)
from selftwin.vocabulary.finding import Finding, Line

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

LEVEL_DAYS = 14
KCAL_PER_KG = 7700.0  # of body tissue lost or gained slowly (Hall 2008, Int J Obes 32:573: 7,400 to 9,400 kcal of fat)


@dataclass(frozen=True, slots=True)
class Weight:
    """The chapter on weight."""

    name: str = "weight"
    title: str = "Weight"
    rank: int = 2

    def read(self, past: Past) -> Finding:
        """The level of the last fortnight, its trend over four weeks, body mass index, and composition where known."""
        days = recent(past, "weight")
        if not days.height:
            raise silent("weight", "`selftwin note weight 80` keeps a weigh-in.")
        level = mean_line(recent(past, "weight", LEVEL_DAYS), "weight", "level of the last two weeks")
        height = past.number("height")
        lines = [level, *_going(days), _index(level, height), *(_part(past, key) for key in ("body_fat", "lean_mass"))]
        missing = () if height else ("your height, for the body mass index: `selftwin note height 1.80`",)
        known = past.days("weight").height
        return Finding(self.name, self.title, newest_of(days).isoformat(), trust_of(known), known, first_known(lines),
                       missing=missing)  # fmt: skip


def _going(days: pl.DataFrame) -> tuple[Line, ...]:
    """Kilograms a week over the last four weeks, by a straight line whose misses are drawn anew, and what that makes of
    energy a day."""
    if days.height < 8 or (newest_of(days) - days["day"][0]).days < RECENT // 2:
        return ()
    at = days["day"].cast(int).to_numpy().astype(np.float64)
    values = days["value"].to_numpy().astype(np.float64)
    slope, level = (float(one) for one in np.polyfit(at - at.mean(), values, 1))
    low, high = bounds(values - level - slope * (at - at.mean()), partial(_slopes, at))
    if low is None or high is None:
        return ()
    low, high = slope + low, slope + high
    beyond = "eaten beyond what is burnt, a day"
    return (
        Line("its trend, a week", 7 * slope, 7 * low, 7 * high, "kg"),
        Line(beyond, KCAL_PER_KG * slope, KCAL_PER_KG * low, KCAL_PER_KG * high, "kcal", note="if it is tissue"),
    )


def _slopes(at: Floats, lives: Floats, axis: int = 1) -> Floats:
    """The slope of each life (n, days) over its days."""
    centred = at - at.mean()
    return np.asarray((lives * centred).sum(axis=axis) / (centred @ centred))


def _index(level: Line, height: float | None) -> Line | None:
    """Body mass index, kg/m2; its width is that of the level."""
    if not height:
        return None
    low, high = (None if edge is None else edge / height**2 for edge in (level.low, level.high))
    return Line("body mass index", level.value / height**2, low, high, "kg/m2")


def _part(past: Past, key: str) -> Line | None:
    days = recent(past, key)
    return mean_line(days, key) if days.height else None


CHAPTER = Weight()
