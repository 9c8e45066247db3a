"""Fitness: the resting heart, cardio fitness with the error of its method, this week's training beside the month's, and
the race times that would go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.chapters._figures import first_known, mean_line, newest_of, recent, silent, trust_of
from selftwin.domains.body.fitness.race import DISTANCES, VO2_HIGH, VO2_LOW, times
from selftwin.domains.body.fitness.vo2max import Estimate, from_heart_rates, highest_heart_rate
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.finding import Finding, Line

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

WATCH_ERROR = 0.13  # share: how far a watch's own estimate lies from a laboratory's (recalled; docs/models/body.md)
NORMAL90 = 1.645
LIVES = 2000
HEART_DAYS = 365
RACES = {"race.5k": "5 km", "race.10k": "10 km", "race.half_marathon": "a half marathon"}
CITES = (
    "Uth and others, Eur J Appl Physiol 2004;91:111",
    "Tanaka and others, J Am Coll Cardiol 2001;37:153",
    "Daniels and Gilbert, Oxygen Power, 1979",
)


@dataclass(frozen=True, slots=True)
class Fitness:
    """The chapter on fitness."""

    name: str = "fitness"
    title: str = "Fitness"
    rank: int = 4

    def read(self, past: Past) -> Finding:
        """Resting heart rate, VO2 max by the best method at hand, minutes of exercise, race times."""
        resting = recent(past, "heart_rate.resting")
        estimate, missing = uptake(past)
        moving = recent(past, "activity.exercise")
        known = [rows for rows in (resting, moving, past.days("vo2_max")) if rows.height]
        if not known:
            raise silent("resting heart rate or exercise", "A watch's export brings both.")
        lines = [
            mean_line(resting, "heart_rate.resting") if resting.height else None,
            _uptake_line(estimate) if estimate else None,
            mean_line(moving, "activity.exercise", "exercise, a day") if moving.height else None,
            *(_race_lines(estimate) if estimate else ()),
        ]
        newest: date = max(newest_of(rows) for rows in known)
        n = max(resting.height, moving.height, 1)
        return Finding(self.name, self.title, newest.isoformat(), trust_of(n), n, first_known(lines), missing=missing,
                       cites=CITES if estimate else ())  # fmt: skip


def uptake(past: Past) -> tuple[Estimate | None, tuple[str, ...]]:
    """VO2 max: a watch's own estimate where there is one, else by heart rates; and what is missing."""
    measured = recent(past, "vo2_max", 60)
    if measured.height:
        value = float(np.median(measured["value"].to_numpy()))
        return Estimate(value, WATCH_ERROR * value, "your watch's estimates"), ()
    resting, age = recent(past, "heart_rate.resting"), past.number("age")
    if not resting.height or age is None:
        missing = "your year of birth, for a guess at cardio fitness: `selftwin note birth.year 1985`"
        return None, (missing,) if resting.height else ()
    seen = recent(past, "heart_rate.max", HEART_DAYS)
    highest = max(highest_heart_rate(age), float(np.max(seen["value"].to_numpy())) if seen.height else 0.0)
    return from_heart_rates(min(highest, 220.0), float(resting["value"].to_numpy().mean())), ()


def _uptake_line(estimate: Estimate) -> Line:
    signal = nature("vo2_max")
    away = NORMAL90 * estimate.error
    return Line("cardio fitness (VO2 max)", estimate.value, estimate.value - away, estimate.value + away, signal.unit,
                "vo2_max", f"by {estimate.method}")  # fmt: skip


def _race_lines(estimate: Estimate) -> list[Line]:
    """Times over the usual distances, in minutes, from draws of the estimate and of the day's luck."""
    rng = np.random.default_rng(0)
    drawn = np.clip(estimate.value + estimate.error * rng.standard_normal(LIVES), VO2_LOW, VO2_HIGH)
    luck = rng.standard_normal((LIVES, 2))
    return [_race_line(key, name, times(DISTANCES[key], drawn, luck) / 60) for key, name in RACES.items()]


def _race_line(key: str, name: str, minutes: Floats) -> Line:
    low, high = np.quantile(minutes, [0.05, 0.95])
    return Line(name, float(np.median(minutes)), float(low), float(high), nature(key).unit, key, "if trained for it")


CHAPTER = Fitness()
