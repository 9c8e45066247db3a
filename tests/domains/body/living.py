"""A person of the tests who trains, sleeps and weighs: made from a seed, known by day up to `NOW`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from tests.domains.body.remembering import Remembered

from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

if TYPE_CHECKING:
    from selftwin.vocabulary.trajectory import Trajectory

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # nine in the morning in Vienna
VIENNA = ZoneInfo("Europe/Vienna")


def person(days: int = 120, seed: int = 1, **changed: object) -> Remembered:
    """Three sessions a week of 300, nights from about 23:20, 75 kg."""
    rng = np.random.default_rng(seed)
    when = [NOW.date() - timedelta(days=days - n) for n in range(days)]

    def daily(middle: float, spread: float) -> list[tuple[date, float]]:
        return [(day, middle + spread * float(rng.standard_normal())) for day in when]

    known = {
        "heart_rate.resting": daily(55, 1.2), "heart_rate.sleep": daily(52, 1.5),
        "training.load": [(day, 300.0) for day in when if day.weekday() in (1, 3, 5)],
        "steps": daily(7000, 1500), "sleep.start": daily(-40, 25), "sleep.duration": daily(430, 30),
        "weight": [(when[-1], 75.0)], "sleep.end": [],
    }  # fmt: skip
    told = {"age": 40.0, "height": 1.8, "sex": "male"}
    return replace(Remembered(NOW, daily=known, given=told, zone=VIENNA), **changed)


def without(past: Remembered, *keys: str) -> Remembered:
    """The same person, of whom some signals are not known."""
    daily = {key: [] if key in keys else rows for key, rows in past.daily.items()}
    return replace(past, daily=daily, given={key: one for key, one in past.given.items() if key not in keys})


def asked(steps: str, *, instead_of: str = "", days: float | None = None) -> Question:
    return Question(scenario(steps), scenario(instead_of) if instead_of else AS_YOU_ARE, days)


def by_signal(found: list[Trajectory]) -> dict[str, Trajectory]:
    return {one.signal: one for one in found}
