"""Silent sources: which silence is told and when, and which is nobody's business."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from tests.domains.body.remembering import SCHEMA, Remembered

from selftwin.domains.safety.watches.stale import WATCH
from selftwin.vocabulary.alert import Looked, Setting
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
NOW = FIRST + timedelta(days=90)
WATCHED, PHONE, CUFF = "health:A watch", "health:A phone", "cuff"


def told(source: str, days: Iterable[int], *hours: int) -> pl.DataFrame:
    """A value of 60 at these hours of these days."""
    at = [FIRST + timedelta(days=int(day), hours=hour) for day in days for hour in hours]
    rows = [{"at": one, "until": one, "value": 60.0, "source": source} for one in at]
    return pl.DataFrame(rows, schema=SCHEMA).drop("local")


def past(**signals: list[pl.DataFrame]) -> Remembered:
    return Remembered(NOW, {key.replace("__", "."): pl.concat(frames) for key, frames in signals.items()})


@cache
def someone() -> Remembered:
    """A watch that stops on day 60 of 90, a phone that goes on, a cuff now and then."""
    return past(
        heart_rate=[told(WATCHED, range(61), *range(7, 23))],
        steps=[told(WATCHED, range(61), *range(8, 22)), told(PHONE, range(90), *range(8, 22))],
        blood_pressure__systolic=[told(CUFF, range(0, 90, 6), 9)],
    )


def specimen() -> tuple[Remembered, Setting, date]:
    return someone(), Setting(), FIRST.date()


def looked(what: Remembered, about: str = "") -> Looked:
    return WATCH.look(what, Setting(about), FIRST.date())


def test_a_watch_that_stops_is_told_once_after_three_days_and_what_nobody_tells_instead() -> None:
    seen = looked(someone())
    assert [one.about for one in seen.alerts] == [WATCHED]
    one = seen.alerts[0]
    assert one.at == (FIRST + timedelta(days=63, hours=22)).isoformat()
    assert "2026-03-02" in one.cause
    assert "heart rate" in one.ruled_out[0]
    assert "steps" not in one.ruled_out[0]
    assert one.n == 60
    assert seen.open == one.id
    assert {key: last for key, _, last in one.lineage}["heart_rate"] == "2026-03-02"


def test_what_another_source_has_taken_over_is_not_missed() -> None:
    replaced = past(heart_rate=[told(WATCHED, range(61), 8, 20), told("ring", range(58, 90), 8, 20)])
    assert looked(replaced).alerts == ()


def test_a_seldom_source_and_one_that_faded_out_are_left_alone() -> None:
    seldom = past(blood_pressure__systolic=[told(CUFF, (0, 9, 20, 28, 37), 9)], steps=[told(PHONE, range(90), 9)])
    assert looked(seldom).alerts == ()
    fading = [*range(30), 32, 34, 37, 40, 44, 49, 55]
    given_up = past(mood=[told("diary", fading, 21)], steps=[told(PHONE, range(90), 9)])
    assert looked(given_up).alerts == ()


def test_a_weekly_source_is_missed_later_than_a_daily_one() -> None:
    weekly = past(weight=[told("scale", range(0, 57, 7), 7)], steps=[told(PHONE, range(90), 9)])
    seen = looked(weekly)
    assert [one.about for one in seen.alerts] == ["scale"]
    assert datetime.fromisoformat(seen.alerts[0].at) == FIRST + timedelta(days=56 + 17.5, hours=7)


def test_a_sensor_of_every_hour_is_missed_after_a_day() -> None:
    sensor = past(glucose=[told("sensor", range(40), *range(24))], steps=[told(PHONE, range(90), 9)])
    assert looked(sensor).alerts[0].at == (FIRST + timedelta(days=40, hours=23)).isoformat()


def test_when_everything_falls_silent_it_is_one_alert_that_names_all() -> None:
    everything = past(
        heart_rate=[told("one app", range(50), 8, 12, 20)],
        steps=[told("another app", range(50), 9, 21)],
        mood=[told("a diary", range(50), 22)],
    )
    seen = looked(everything)
    assert len(seen.alerts) == 1
    assert all(name in seen.alerts[0].cause for name in ("one app", "another app", "a diary"))


def test_a_signal_lost_by_a_source_that_goes_on_is_told_and_a_hand_written_one_is_not() -> None:
    lost = past(
        heart_rate=[told(WATCHED, range(90), 8, 20)],
        respiratory_rate=[told(WATCHED, range(60), 4)],
        skin_temperature__sleep=[told(WATCHED, range(60), 4)],
        caffeine=[told("by hand", range(60), 9)],
    )
    seen = looked(lost)
    assert len(seen.alerts) == 1
    one = seen.alerts[0]
    assert "breathing rate, skin temperature asleep" in one.cause
    assert one.at == (FIRST + timedelta(days=67)).isoformat()
    assert {key for key, _, _ in one.lineage} == {"respiratory_rate", "skin_temperature.sleep"}


def test_one_source_can_be_asked_for_by_its_app_and_an_unknown_one_is_named_as_such() -> None:
    assert looked(someone(), "Health").alerts == looked(someone(), WATCHED).alerts
    silent = looked(someone(), "elsewhere")
    assert silent.alerts == ()
    assert WATCHED in silent.silent
    with pytest.raises(UsageError):
        WATCH.check(Setting(condition="above 3"))


def test_after_a_month_of_silence_nothing_is_open() -> None:
    later = replace(someone(), now=NOW + timedelta(days=10))
    assert looked(later, WATCHED).open == ""


def test_of_a_restless_source_a_gap_as_long_as_ever_says_nothing() -> None:
    days = np.flatnonzero(np.arange(80) % 10 < 6)
    restless = past(mood=[told("diary", days, 21)], steps=[told(PHONE, range(90), 9)])
    assert [one for one in looked(restless).alerts if one.first < "2026-03-18"] == []
