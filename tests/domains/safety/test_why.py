"""Why the illness watch says what it says: the split adds up to the alert's own score, with the nights behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.safety.watches.illness import WATCH
from selftwin.domains.safety.why import why_alert
from selftwin.vocabulary.alert import Setting
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.reason import Of, Why

FIRST, DAYS = date(2026, 1, 1), 60
USUAL = {"heart_rate.resting": (55.0, 1.0), "respiratory_rate.sleep": (14.4, 0.25),
         "skin_temperature.sleep": (35.0, 0.12), "sleep.duration": (430.0, 30.0)}  # fmt: skip
ILL = {"heart_rate.resting": 7.0, "respiratory_rate.sleep": 1.8, "skin_temperature.sleep": 0.7}


@cache
def past(seed: int = 2) -> Remembered:
    """Sixty nights, an illness climbing through the last four; no variability is measured."""
    rng, climb = np.random.default_rng(seed), np.r_[np.zeros(DAYS - 4), 0.5, 0.8, 1.0, 1.0]
    daily = {
        key: [(FIRST + timedelta(day), float(value))
              for day, value in enumerate(usual + spread * rng.standard_normal(DAYS) + ILL.get(key, 0.0) * climb)]
        for key, (usual, spread) in USUAL.items()
    }  # fmt: skip
    return Remembered(now=datetime(2026, 3, 1, 23, tzinfo=UTC), daily=daily)


@cache
def told() -> Why:
    return why_alert(past())


def test_parts_add_up_to_the_score_over_the_bar() -> None:
    made = told()
    assert made.of is Of.ALERT
    assert made.at == (FIRST + timedelta(DAYS - 1)).isoformat()
    assert sum(part.value for part in made.parts) == pytest.approx(made.total, abs=1e-9)
    assert made.total > 0
    assert made.notes[0] == "At or above zero this day alarms."


def test_an_alert_s_score_is_what_its_first_day_is_explained_by() -> None:
    alert = WATCH.look(past(), Setting(), FIRST).alerts[-1]
    first = date.fromisoformat(alert.first)
    then = replace(past(), now=datetime(first.year, first.month, first.day, 23, tzinfo=UTC))
    assert why_alert(then).total == pytest.approx(alert.score, abs=1e-9)


def test_no_part_is_told_of_a_signal_that_was_not_measured() -> None:
    signals = {part.signal for part in told().parts if part.signal}
    assert signals == set(USUAL)


def test_each_signal_stands_with_its_nights() -> None:
    part = next(one for one in told().parts if one.signal == "respiratory_rate.sleep")
    assert part.value > 0.3
    assert (part.behind[0].n, part.behind[0].last) == (16, told().at)
    assert "on 1 Mar; the median of the 28 nights before is 14.4" in part.note


def test_what_would_change_it_is_the_watch_asked_again_and_no_diagnosis_is_made() -> None:
    assert told().change
    assert all(line.startswith("With your ") and " unseen since " in line for line in told().change)
    assert any("no diagnosis" in note for note in told().notes)


def test_days_that_could_not_be_watched_are_silent_with_what_to_do() -> None:
    with pytest.raises(NothingYet, match="no night to look at"):
        why_alert(Remembered(now=past().now))
    few = {key: rows[-10:] for key, rows in past().daily.items()}
    with pytest.raises(NothingYet, match="could not look at 2026-03-01") as silent:
        why_alert(replace(past(), daily=few))
    assert "--at DATE" in silent.value.hint
