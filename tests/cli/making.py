"""Beliefs made for tests of how they are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from selftwin.vocabulary.estimate import Forecast, Normal, Step, Trust

USUAL = Normal(
    signal="heart_rate.resting", unit="/min", day="2026-03-12", age_days=0, value=54.0, trust=Trust.TRUSTED, n=211,
    low=51.0, middle=54.0, high=57.0, level=90, place=0.5, outside="", run=0, trend_per_week=0.0, weekly=None,
)  # fmt: skip
NEXT = Forecast(
    signal="heart_rate.resting", unit="/min", made_at="2026-03-12", trust=Trust.TRUSTED, n=211,
    method="own past, mixed experts", beats=(("last value", 0.83), ("7-day mean", 0.95)),
    steps=tuple(Step(f"2026-03-{day}", 56.0, 54.0, 58.0, 52.0, 60.0, 51.0, 61.0) for day in (13, 14, 15)),
)  # fmt: skip
GUESS = replace(NEXT, method="simple guess: weekday mean")
SILENT = replace(NEXT, trust=Trust.NONE, n=2, beats=(), steps=tuple(Step(step.at, None) for step in NEXT.steps))


def normal(**changes: Any) -> Normal:
    return replace(USUAL, **changes)


ABOVE = normal(value=60.2, outside="above", run=3, place=1.0)
EARLY = normal(trust=Trust.NONE, n=3, low=None, middle=None, high=None, level=None, place=None)
