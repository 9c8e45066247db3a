"""Hours of days: never two devices added, never a day's total taken for an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.hours import by_hour

NOW = datetime(2026, 3, 12, 23, tzinfo=UTC)
MORNING = datetime(2026, 3, 12, 8, tzinfo=UTC)


def test_an_hour_without_steps_is_nought_on_a_day_with_enough_and_a_sparse_day_is_left_out() -> None:
    begun = [MORNING + timedelta(hours=hour) for hour in range(7)]
    walked = [(at, at + timedelta(minutes=20), 100.0) for at in begun]
    walked += [(MORNING - timedelta(days=1), MORNING - timedelta(days=1, minutes=-9), 5000.0)]
    ((day, hours),) = by_hour(Remembered(NOW, observations={"steps": walked}), "steps")
    assert day == MORNING.date()
    assert hours.sum() == 700
    assert np.array_equal(np.flatnonzero(hours), np.arange(8, 15))


def test_a_total_of_a_day_is_of_no_hour() -> None:
    whole = [(MORNING, MORNING + timedelta(hours=15), 9000.0)]
    assert by_hour(Remembered(NOW, observations={"steps": whole}), "steps") == []


def test_what_is_measured_is_averaged_and_unknown_where_it_was_not() -> None:
    beats = [(MORNING, 60.0), (MORNING + timedelta(minutes=30), 80.0)]
    ((_, hours),) = by_hour(Remembered(NOW, observations={"heart_rate": beats}), "heart_rate")
    assert hours[8] == 70
    assert np.isnan(hours).sum() == 23
    assert by_hour(Remembered(NOW), "heart_rate") == []


def test_days_come_in_their_order_also_past_the_ninth_of_a_month() -> None:
    beats = [(MORNING - timedelta(days=ago), 60.0) for ago in range(8)]
    days = [day for day, _ in by_hour(Remembered(NOW, observations={"heart_rate": beats}), "heart_rate")]
    assert days == sorted(days)
    assert len(days) == 8
