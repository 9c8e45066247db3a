"""Days outside what is usual: how far, how often, and from what was known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.normal.watches.unusual import WATCH
from selftwin.vocabulary.alert import Setting
from selftwin.vocabulary.errors import UsageError

FIRST = date(2025, 6, 1)
NOW = datetime(2026, 3, 10, tzinfo=UTC)


@cache
def steady(seed: int = 1, days: int = 280) -> list[tuple[date, float]]:
    rng = np.random.default_rng(seed)
    return [(FIRST + timedelta(days=day), float(value)) for day, value in enumerate(55 + rng.normal(size=days))]


def someone(seed: int = 1, **odd: float) -> Remembered:
    """A resting heart rate with odd days, such as d200=66."""
    rows = steady(seed).copy()
    for name, value in odd.items():
        rows[int(name[1:])] = (rows[int(name[1:])][0], value)
    return Remembered(NOW, daily={"heart_rate.resting": rows})


def specimen() -> tuple[Remembered, Setting, date]:
    return someone(d200=63.0, d201=62.0, d250=48.0), Setting("heart_rate.resting", 0.5), FIRST


def test_days_far_out_are_told_once_an_episode_and_on_either_side() -> None:
    past, setting, since = specimen()
    told = WATCH.look(past, setting, since).alerts
    firsts = {one.first: one for one in told}
    first, second = (FIRST + timedelta(days=day) for day in (200, 250))
    assert "above" in firsts[first.isoformat()].cause
    assert "below" in firsts[second.isoformat()].cause
    assert (first + timedelta(days=1)).isoformat() not in firsts
    line = firsts[first.isoformat()].evidence[0]
    assert 52 < line.low < line.edges[0] < line.high < line.value == 63.0
    above = WATCH.look(past, replace(setting, condition="above"), since).alerts
    assert second.isoformat() not in {one.first for one in above}


def test_it_keeps_to_its_budget_on_days_that_only_wander() -> None:
    seen = [WATCH.look(someone(seed), Setting("heart_rate.resting", 1.0), FIRST) for seed in range(3, 9)]
    months = sum(one.days for one in seen) / 30.4
    assert 0.2 <= sum(len(one.alerts) for one in seen) / months <= 1.3


def test_a_smaller_budget_tells_less_and_whoever_alarms_often_gets_a_higher_bar() -> None:
    rng = np.random.default_rng(2)
    wild = [(day, 55 + (9.0 if rng.random() < 0.06 else 1.0) * float(rng.normal())) for day, _ in steady()]
    past = Remembered(NOW, daily={"heart_rate.resting": wild})
    counts = [len(WATCH.look(past, Setting("heart_rate.resting", budget), FIRST).alerts) for budget in (2.0, 1.0, 0.2)]
    assert counts[0] > counts[1] > counts[2]


def test_a_day_is_told_when_it_is_over_and_a_night_at_noon() -> None:
    rows = steady()
    odd = [*rows[:250], (rows[250][0], 70.0)]
    morning = datetime.combine(rows[250][0], datetime.min.time(), UTC) + timedelta(hours=12)
    day = Remembered(morning, daily={"heart_rate.resting": odd})
    night = Remembered(morning, daily={"sleep.efficiency": [(when, value + 30) for when, value in odd]})
    assert WATCH.look(day, Setting("heart_rate.resting"), rows[250][0]).alerts == ()
    assert WATCH.look(night, Setting("sleep.efficiency"), rows[250][0]).alerts[0].at == morning.isoformat()
    over = replace(day, now=morning + timedelta(hours=12))
    assert WATCH.look(over, Setting("heart_rate.resting"), rows[250][0]).open


def test_few_days_are_too_few_and_what_never_moves_is_never_unusual() -> None:
    few = Remembered(NOW, daily={"heart_rate.resting": steady()[:20]})
    assert "29 are needed" in WATCH.look(few, Setting("heart_rate.resting"), FIRST).silent
    still = Remembered(NOW, daily={"heart_rate.resting": [(day, 55.0) for day, _ in steady()]})
    assert WATCH.look(still, Setting("heart_rate.resting"), FIRST).alerts == ()


@pytest.mark.parametrize(
    "odd", [Setting("note"), Setting(), Setting("steps", 3.0), Setting("steps", condition="above 3")]
)
def test_what_it_cannot_be_set_on_is_refused_with_what_can(odd: Setting) -> None:
    with pytest.raises(UsageError) as refused:
        WATCH.check(odd)
    assert refused.value.hint
