"""The watch for lows: it speaks before them, and says how it did before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from tests.domains.body.glucose.living import NOW, person
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.glucose.alert import low_alert
from selftwin.domains.body.glucose.alert_events import lows
from selftwin.domains.body.watches.low import WATCH
from selftwin.vocabulary.alert import Looked, Setting, Urgency
from selftwin.vocabulary.errors import UsageError

BUDGET = 15.2  # a month: half a one a day


@cache
def someone() -> Remembered:
    """Eighteen days with type 1 and lows now and then; nothing but glucose."""
    past = person("type 1", seed=6, ratio=7.0, days=18)
    return replace(past, observations={"glucose": past.observations["glucose"]}, given={})


SINCE = (NOW - timedelta(days=5)).date()


def specimen() -> tuple[Remembered, Setting, date]:
    return someone(), Setting(budget=BUDGET), SINCE


@cache
def looked() -> Looked:
    return WATCH.look(*specimen())


def begun() -> list[datetime]:
    rows = someone().series("glucose")
    times = rows["at"].dt.epoch("s").to_numpy().astype(float)
    found = [datetime.fromtimestamp(times[place], UTC) for place in lows(times, rows["value"].to_numpy())]
    return [one for one in found if one.date() >= SINCE]


def test_most_lows_are_foreseen_by_minutes() -> None:
    told = [datetime.fromisoformat(one.at) for one in looked().alerts]
    hour = timedelta(hours=1)
    leads = [max((low - at for at in told if timedelta() < low - at <= hour), default=None) for low in begun()]
    foreseen = [lead.total_seconds() / 60 for lead in leads if lead]
    assert len(begun()) == 3
    assert len(foreseen) >= 2
    assert 10 <= np.median(foreseen) <= 60
    assert all(later - earlier >= hour for earlier, later in pairwise(told))


def test_an_alert_says_what_is_now_how_likely_and_how_it_did_before() -> None:
    one = looked().alerts[0]
    now, chance, least = one.evidence
    assert one.urgency is Urgency.NOW
    assert now.value >= 70
    assert chance.value >= least.value > 0
    assert "lows" in one.notes[0]
    assert "0.5 a day" in one.notes[0]
    assert one.first[:16] == one.at[:16]
    assert not any("unit" in words or "insulin" in words for words in one.proposes)


def test_at_the_same_moment_it_agrees_with_the_low_alert_on_the_chance() -> None:
    one = looked().alerts[-1]
    asked = low_alert(replace(someone(), now=datetime.fromisoformat(one.at)), budget=0.5)
    assert one.evidence[1].value == pytest.approx(100 * asked.chance, abs=1e-6)


def test_a_month_with_one_false_alarm_is_a_thirtieth_of_one_a_day() -> None:
    few = WATCH.look(someone(), Setting(budget=1.0), SINCE)
    assert len(few.alerts) < len(looked().alerts)
    with pytest.raises(UsageError, match="five a day"):
        WATCH.check(Setting(budget=200))
    with pytest.raises(UsageError):
        WATCH.check(Setting(about="glucose", budget=BUDGET))


def test_an_alarm_is_open_for_half_an_hour() -> None:
    at = datetime.fromisoformat(looked().alerts[-1].at)
    soon, later = (WATCH.look(replace(someone(), now=at + timedelta(minutes=by)), Setting(budget=BUDGET), SINCE)
                   for by in (25, 35))  # fmt: skip
    assert soon.open == soon.alerts[-1].id
    assert later.open == ""


def test_few_days_hand_written_values_and_no_sensor_are_silent() -> None:
    few = replace(someone(), now=NOW - timedelta(days=15))
    assert "Four days" in WATCH.look(few, Setting(budget=BUDGET), SINCE).silent
    assert "no glucose" in WATCH.look(Remembered(NOW), Setting(budget=BUDGET), SINCE).silent
