"""Fitbit's series of a value a day: resting heart rate, minutes of activity, minutes in heart rate zones, fitness."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from selftwin.sample.life import Life

_ZONES = ("BELOW_DEFAULT_ZONE_1", "IN_DEFAULT_ZONE_1", "IN_DEFAULT_ZONE_2", "IN_DEFAULT_ZONE_3")
_EDGES = (0, 96, 134, 163, 250)  # /min
_LEVELS = ("sedentary", "lightly_active", "moderately_active", "very_active")


def by_day(life: Life, rng: np.random.Generator) -> dict[str, list[dict[str, Any]]]:
    """Rows by file name; a day without the device has the zeros that Fitbit writes."""
    days = np.arange(life.plan.fitbit.first, life.plan.fitbit.stop)
    minute = np.arange(life.heart.size)
    day = np.clip(life.clock.day(life.clock.start + 60 * minute), 0, life.plan.days - 1)
    worn = life.wearing.fitbit
    first = life.plan.day(int(days[0])).isoformat()
    stamps = [f"{life.plan.day(int(one)):%m/%d/%y} 00:00:00" for one in days]
    found = {f"resting_heart_rate-{first}.json": _resting(life, days, stamps, rng)}
    for name, minutes in zip(_LEVELS, _active(life, day), strict=True):
        values = (str(int(one)) for one in minutes[days])
        found[f"{name}_minutes-{first}.json"] = [
            {"dateTime": at, "value": value} for at, value in zip(stamps, values, strict=True)
        ]
    zones = {
        name: np.bincount(day, worn & (life.heart >= low) & (life.heart < high), life.plan.days)
        for name, (low, high) in zip(_ZONES, pairwise(_EDGES), strict=True)
    }
    found[f"time_in_heart_rate_zones-{first}.json"] = [
        {"dateTime": at, "value": {"valuesInZones": {name: float(zone[one]) for name, zone in zones.items()}}}
        for at, one in zip(stamps, days, strict=True)
    ]
    found[f"demographic_vo2_max-{first}.json"] = [
        {"dateTime": at, "value": {"demographicVO2Max": round(float(life.body.fitness[one]), 5),
                                   "demographicVO2MaxError": 3.0, "filteredDemographicVO2Max": 0.0,
                                   "filteredDemographicVO2MaxError": 0.0}}
        for at, one in zip(stamps, days, strict=True)
    ]  # fmt: skip
    return found


def _resting(life: Life, days: Any, stamps: list[str], rng: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    for at, one in zip(stamps, days.tolist(), strict=True):
        seen = bool(life.wearing.fitbit_nights[one])
        rate = float(life.body.resting[one] + rng.normal(0, 0.3)) if seen else 0.0
        error = 6.8 if seen else 0.0
        rows.append({"dateTime": at, "value": {"date": at[:8] if seen else None, "value": rate, "error": error}})
    return rows


def _active(life: Life, day: Any) -> list[Any]:
    """Minutes of each level and day; sedentary is what is left of the day, asleep or not worn."""
    worn, steps = life.wearing.fitbit, life.movement.steps
    very = worn & ((steps >= 120) | (life.heart > 130))
    moderate = worn & ~very & (steps >= 95)
    light = worn & ~very & ~moderate & (steps > 0)
    counted = [np.bincount(day, one, life.plan.days) for one in (light, moderate, very)]
    seen = np.bincount(day, worn, life.plan.days) > 0
    return [np.where(seen, 1440 - sum(counted), 1440), *counted]
