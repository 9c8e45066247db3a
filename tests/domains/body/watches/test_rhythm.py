"""The watch on the rhythm of days: a middle of sleep that moves, nights that scatter, weekends that drift apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from tests.domains.body.drifting import DAYS, FIRST, NOW, SINCE, drift
from tests.domains.body.remembering import SCHEMA, Remembered

from selftwin.domains.body.watches.rhythm import WATCH, WATCHED
from selftwin.vocabulary.alert import Setting

SET = Setting(budget=0.1)


def sleeping(later: float = 3.0, *, scattered: float = 1.0, seed: int = 2) -> Remembered:
    """A life whose sleep moves later, or whose nights scatter more, from the 200th day on."""
    rows = drift(200.0, 25.0, seed=seed, comes_to=later)
    from_then = FIRST + timedelta(days=200)
    spread = [(day, 200 + (value - 200) * (scattered if day >= from_then else 1.0)) for day, value in rows]
    return Remembered(NOW, daily={"sleep.midpoint": spread})


def specimen() -> tuple[Remembered, Setting, date]:
    """A past in which it alerts, for the promises of every watch."""
    return sleeping(), SET, SINCE


def test_sleep_that_moves_later_is_noticed() -> None:
    seen = WATCH.look(sleeping(), SET, SINCE)
    begun = (FIRST + timedelta(days=200)).isoformat()
    moved = [one for one in seen.alerts if one.cause.startswith("The middle of your sleep has moved later")]
    assert [one.first > begun for one in moved] == [True]


def test_nights_that_scatter_are_noticed_though_their_middle_stays() -> None:
    seen = WATCH.look(sleeping(0.0, scattered=4.0), SET, SINCE)
    assert any("how far your nights lie off" in one.cause.lower() for one in seen.alerts)


def test_how_far_free_days_lie_from_working_days_is_read_of_nights_before() -> None:
    days = [FIRST + timedelta(days=day) for day in range(56)]
    past = Remembered(NOW, daily={"sleep.midpoint": [(day, 260.0 if day.isoweekday() > 5 else 200.0) for day in days]})
    apart = WATCHED[2].read(past)
    assert {value for _, value in apart} == {60.0}
    assert {day.isoweekday() for day, _ in apart} == {6, 7}


def test_steps_gathered_in_the_day_stand_higher_than_steps_all_day() -> None:
    def steps(hours: np.ndarray) -> Remembered:
        rows = []
        for day in range(10):
            for hour in hours:
                at = datetime(2025, 1, 6, int(hour), tzinfo=UTC) + timedelta(days=day)
                rows.append((at, at + timedelta(minutes=10), at.replace(tzinfo=None), 500.0, None, "", "phone"))
        return Remembered(NOW, observations={"steps": pl.DataFrame(rows, schema=SCHEMA, orient="row")})

    gathered, spread = (WATCHED[3].read(steps(hours)) for hours in (np.arange(10, 18), np.arange(24)))
    assert gathered[0][1] > 1
    assert spread[0][1] == pytest.approx(0, abs=1e-9)
    assert len(gathered) == 10 < DAYS
