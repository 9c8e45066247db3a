"""Open-Meteo: the weather of every day at home, as its archive of historical weather gives it in JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.archive import kept

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_PLACE = {
    "latitude": 52.5, "longitude": 5.3, "generationtime_ms": 0.3, "utc_offset_seconds": 3600,
    "timezone": "Europe/Amsterdam", "timezone_abbreviation": "GMT+1", "elevation": 0.0,
}  # fmt: skip
_UNITS = {"time": "iso8601", "temperature_2m_mean": "°C", "rain_sum": "mm", "sunshine_duration": "s",
          "weather_code": "wmo code"}  # fmt: skip
_CLEAR, _CLOUDY, _DRIZZLE, _RAIN = 0, 3, 51, 61


def weather(life: Life, folder: Path) -> Path:
    """`open-meteo-52.50N5.30E.json` in `folder`: warmer in summer, with spells of some days."""
    rng, days = draws(life.seed, "weather"), life.plan.days
    spell, shocks = np.zeros(days), rng.normal(0, 1.7, days)
    for day in range(1, days):
        spell[day] = 0.75 * spell[day - 1] + shocks[day]
    warmth = 11.0 - 7.5 * life.states.winter + spell
    wet = rng.random(days) < 0.42 - 0.03 * spell
    rain = np.where(wet, np.round(rng.gamma(0.8, 5.0, days), 1), 0.0)
    longest = 3600 * (12.3 - 4.2 * life.states.winter)
    sun = np.round(longest * np.where(rain > 0, rng.beta(1.3, 3.5, days), rng.beta(2.5, 2.0, days)), 2)
    code = np.select([rain >= 2, rain > 0, sun > 0.6 * longest], [_RAIN, _DRIZZLE, _CLEAR], _CLOUDY)
    daily = {
        "time": [life.plan.day(day).isoformat() for day in range(days)],
        "temperature_2m_mean": np.round(warmth, 1).tolist(), "rain_sum": rain.tolist(),
        "sunshine_duration": sun.tolist(), "weather_code": code.tolist(),
    }  # fmt: skip
    told = _PLACE | {"daily_units": _UNITS, "daily": daily}
    return kept(folder / "open-meteo-52.50N5.30E.json", json.dumps(told))
