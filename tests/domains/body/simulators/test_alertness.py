"""Sleepiness after nights moved and shortened, caffeine, shifts and journeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from tests.domains.body.living import VIENNA, asked, person, without

from selftwin.domains.body.simulators.alertness import SIMULATOR
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import Trust

if TYPE_CHECKING:
    from tests.domains.body.remembering import Remembered


def specimen() -> tuple[Remembered, str]:
    """One of whom all is known, and a scenario, for the promises that every simulator keeps."""
    return person(), "sleep.start 01:00 for 3 d; caffeine 200 mg at 16:00"


def imagined(steps: str, past=None, **kw):
    [one] = SIMULATOR.imagine(past or person(), asked(steps, **kw))
    return one


def measure(one, name: str):
    return next(found for found in one.measures if found.name.startswith(name))


def hour(at: str) -> int:
    return datetime.fromisoformat(at).astimezone(VIENNA).hour


def test_caffeine_in_the_afternoon_eases_sleepiness_until_bedtime_and_not_before():
    one = imagined("caffeine 200 mg at 16:00")
    before = [apart for apart in one.difference if hour(apart.at) < 16]
    after = [apart for apart in one.difference if hour(apart.at) > 16]
    assert all(apart.mean == 0 for apart in before)
    assert all(apart.hi90 < 0 for apart in after)
    assert -2 < min(apart.mean for apart in after) < -0.3
    assert hour(one.with_[-1].at) in {22, 23}


def test_longer_nights_ease_and_short_nights_burden_the_days_after():
    longer, shorter = imagined("sleep.duration +1 h for 4 d"), imagined("sleep.duration -3 h for 3 d")
    assert measure(longer, "Mean").difference[2] < 0
    assert measure(shorter, "Mean").difference[1] > 0
    assert measure(shorter, "Sleep pressure").difference[1] > 0
    assert measure(shorter, "Hours awake").difference[0] > 0.5


def test_later_nights_move_the_hours_and_leave_the_mean():
    one = imagined("sleep.start 01:00 for 5 d")
    assert abs(measure(one, "Mean").difference[0]) < 0.3
    assert one.difference[-1].mean < -0.3, "later in the evening one is less sleepy than before"


def test_a_night_shift_is_sleepier_at_the_hour_of_coming_home():
    one = imagined("sleep.start 08:00 for 4 d; sleep.duration 6 h for 4 d")
    mornings = [apart.mean for apart in one.difference if hour(apart.at) in {7, 8}]
    assert max(mornings) > 1.5
    assert measure(one, "Hours awake").difference[0] > 1


def test_a_journey_east_costs_days_and_tells_when_light_helps():
    one = imagined("time_zone Asia/Tokyo")
    assert measure(one, "Mean").difference[1] > 0
    assert any("8 h earlier" in note and "light helps" in note for note in one.notes)
    west = imagined("time_zone America/New_York")
    assert any("6 h later" in note and "about 4 days" in note for note in west.notes)
    assert measure(west, "Mean").difference[0] < measure(one, "Mean").difference[0]


def test_a_journey_to_the_same_clock_changes_nothing():
    one = imagined("time_zone Europe/Paris", days=2)
    assert all(apart.mean == apart.lo90 == apart.hi90 == 0 for apart in one.difference)
    assert not any("light helps" in note for note in one.notes)


def test_a_journey_may_begin_later():
    one = imagined("time_zone Asia/Tokyo at 2026-03-05")
    assert all(apart.mean == 0 for apart in one.difference if apart.at < "2026-03-04T20")
    assert one.with_[-1].at > "2026-03-08"


def test_unknown_nights_are_told_as_such_with_a_wider_range():
    known, unknown = imagined("sleep.duration +1 h for 3 d"), imagined(
        "sleep.duration +1 h for 3 d", without(person(), "sleep.start", "sleep.duration")
    )
    assert unknown.trust is Trust.NONE
    assert any("I know no nights" in line for line in unknown.assumptions)
    assert known.trust is Trust.TRUSTED

    def width(one) -> float:
        return sum(apart.hi90 - apart.lo90 for apart in one.difference)

    assert width(unknown) > width(known) * 0.9


def test_the_scale_is_kept_the_seed_decides_and_nobody_is_called_fit_to_drive():
    one, two = imagined("sleep.duration 3 h for 2 d"), imagined("sleep.duration 3 h for 2 d")
    assert one.with_ == two.with_
    assert all(1 <= point.lo90 <= point.hi90 <= 9 for point in one.with_)
    assert any("fit to drive" in note for note in one.notes)
    assert one.draws.shape[1] >= 200


@pytest.mark.parametrize("steps", ["time_zone Nowhere/Atall", "caffeine +20 %", "caffeine -100 mg"])
def test_steps_that_make_no_sense_are_refused(steps: str):
    with pytest.raises(UsageError):
        imagined(steps)


def test_what_was_slept_last_night_counts():
    past = person()
    start = past.daily["sleep.start"]
    short = [*past.daily["sleep.duration"][:-1], (start[-1][0], 120.0)]
    tired = replace(past, daily={**past.daily, "sleep.duration": short})
    assert imagined("caffeine 1 mg", tired).without[0].mean > imagined("caffeine 1 mg").without[0].mean + 0.5
