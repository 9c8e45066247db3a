"""Levels a person names: how they are said, when they are told, and when a signal counts as back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.body.remembering import Remembered

from selftwin.domains.safety.watches._crossing import Rule, crossings, rule
from selftwin.domains.safety.watches.level import WATCH
from selftwin.vocabulary.alert import Setting, Urgency
from selftwin.vocabulary.catalogue import signal
from selftwin.vocabulary.errors import UsageError

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 3, tzinfo=UTC)


def glucose() -> list[tuple[datetime, float]]:
    """Two days of a sensor with three rises over 180, the second trembling around it."""
    minutes = np.arange(0, 2880, 5)
    values = 110 + 8 * np.sin(minutes / 45)
    for at, height in ((600, 110), (1100, 78), (2000, 120)):
        values = values + height * np.exp(-(((minutes - at) / 60) ** 2))
    trembling = (minutes > 1050) & (minutes < 1150)
    values = np.where(trembling, 181 + 2.0 * (-1) ** np.arange(len(minutes)), values)
    return [(START + timedelta(minutes=int(m)), float(v)) for m, v in zip(minutes, values, strict=True)]


def someone() -> Remembered:
    return Remembered(NOW, {"glucose": glucose()})


def specimen() -> tuple[Remembered, Setting, date]:
    return someone(), Setting("glucose", condition="above 180 mg/dL"), START.date()


def test_a_level_is_said_in_any_unit_with_a_way_back_and_how_long() -> None:
    said = rule(signal("glucose"), "above 10 mmol/L until 8 for 30 min now")
    assert said.level == pytest.approx(180.156)
    assert said.until == pytest.approx(144.125, abs=1e-3)
    assert (said.above, said.seconds, said.daily, said.now) == (True, 1800.0, False, True)
    days = rule(signal("heart_rate.resting"), "below 50 for 3 days")
    assert (days.level, days.above, days.seconds, days.daily) == (50.0, False, 3 * 86400.0, True)
    assert rule(signal("steps"), "under 2000").daily
    assert rule(signal("weight"), "over 80 kg daily").daily


@pytest.mark.parametrize(
    ("about", "condition"),
    [
        ("glucose", ""),
        ("glucose", "180"),
        ("glucose", "above much"),
        ("glucose", "above 180 kg"),
        ("glucose", "above -5"),
        ("glucose", "above 180 until 200"),
        ("steps", "below 2000 for 3 hours"),
        ("note", "above 3"),
        ("", "above 3"),
    ],
)
def test_what_cannot_be_a_level_is_refused_with_what_can(about: str, condition: str) -> None:
    with pytest.raises(UsageError) as odd:
        WATCH.check(Setting(about, condition=condition))
    assert odd.value.hint


def test_what_trembles_around_the_level_is_told_once() -> None:
    past, setting, since = specimen()
    seen = WATCH.look(past, setting, since)
    assert len(seen.alerts) == 3
    assert seen.open == ""
    assert [one.first[:13] for one in seen.alerts] == ["2026-03-01T09", "2026-03-01T17", "2026-03-02T08"]
    assert len(WATCH.look(past, replace(setting, condition="above 180 until 180"), since).alerts) > 10


def test_an_alert_holds_the_value_the_level_and_what_was_usual() -> None:
    past, setting, since = specimen()
    told = WATCH.look(past, setting, since).alerts[0]
    line = told.evidence[0]
    assert line.value > 180 == line.edges[0]
    assert line.low < line.high < 180
    assert told.at.startswith(told.first)
    assert told.urgency is Urgency.TODAY
    urgent = WATCH.look(past, replace(setting, condition="above 180 now"), since).alerts[0]
    assert urgent.urgency is Urgency.NOW


def test_what_must_last_is_told_once_it_has() -> None:
    times, values = 60.0 * np.array([0, 10, 20, 30, 40, 50, 60.0]), np.array([1, 9, 9, 1, 9, 9, 9.0])
    asked = Rule(5.0, above=True, until=5.0, seconds=1200.0)
    assert [(one.began, one.told, one.back) for one in crossings(times, values, asked)] == [(4, 6, None)]


def test_days_must_follow_each_other() -> None:
    days = 86400.0 * np.array([0, 1, 3, 4, 5.0])
    asked = Rule(5.0, above=False, until=5.0, seconds=3 * 86400.0, daily=True)
    assert [(one.began, one.told) for one in crossings(days, np.full(5, 1.0), asked)] == [(2, 4)]


def test_a_day_is_told_when_it_is_over_and_a_night_at_noon() -> None:
    walked = [(START.date() + timedelta(days=day), 9000.0 if day < 20 else 900.0) for day in range(22)]
    slept = [(day, 430.0 if steps > 1000 else 200.0) for day, steps in walked]
    now = datetime(2026, 3, 21, 13, tzinfo=UTC)
    past = Remembered(now, daily={"steps": walked, "sleep.duration": slept})
    asked = Setting("steps", condition="below 2000")
    assert WATCH.look(past, asked, START.date()).alerts == ()
    later = replace(past, now=datetime(2026, 3, 22, tzinfo=UTC))
    assert [one.at for one in WATCH.look(later, asked, START.date()).alerts] == ["2026-03-22T00:00:00+00:00"]
    night = WATCH.look(past, Setting("sleep.duration", condition="below 300"), START.date())
    assert [one.at for one in night.alerts] == ["2026-03-21T12:00:00+00:00"]
    assert night.open == night.alerts[0].id


def test_what_lasts_beyond_a_value_is_told_when_it_has_ended() -> None:
    began = START + timedelta(days=1)
    past = Remembered(NOW, {"heart_rate.resting": [(began, began + timedelta(hours=21), 70.0)]})
    asked = Setting("heart_rate.resting", condition="above 60")
    assert WATCH.look(past, asked, START.date()).alerts[0].at == "2026-03-02T21:00:00+00:00"
    assert WATCH.look(replace(past, now=began + timedelta(hours=20)), asked, START.date()).alerts == ()


def test_after_a_long_silence_a_crossing_is_new_and_an_old_one_is_not_open() -> None:
    rows = [(START, 150.0), (START + timedelta(days=1), 151.0), (START + timedelta(days=30), 152.0)]
    past = Remembered(START + timedelta(days=60), {"blood_pressure.systolic": rows})
    seen = WATCH.look(past, Setting("blood_pressure.systolic", condition="above 140"), START.date())
    assert [one.first[:10] for one in seen.alerts] == ["2026-03-01", "2026-03-31"]
    assert seen.open == ""


@given(values=st.lists(st.floats(0, 10), min_size=1, max_size=60), cut=st.integers(1, 60), above=st.booleans())
def test_later_values_change_no_crossing(values: list[float], cut: int, *, above: bool) -> None:
    times, asked = 300.0 * np.arange(len(values)), Rule(5.0, above=above)
    whole = crossings(times, np.array(values), asked)
    part = crossings(times[:cut], np.array(values[:cut]), asked)
    known = [(one.began, one.told, one.back if (one.back or cut) < cut else None) for one in whole if one.told < cut]
    assert [(one.began, one.told, one.back) for one in part] == known
