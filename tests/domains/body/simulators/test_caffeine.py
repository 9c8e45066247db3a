"""What caffeine costs of the night, and what is left of it at bedtime."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.domains.body.living import NOW, asked, by_signal, person, without

from selftwin.domains.body.simulators.caffeine import SIMULATOR
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from tests.domains.body.remembering import Remembered


def specimen() -> tuple[Remembered, str]:
    """One of whom all is known, and a scenario, for the promises that every simulator keeps."""
    return person(), "caffeine 200 mg at 16:00 for 3 d"


def imagined(steps: str, past=None, **kw):
    return by_signal(SIMULATOR.imagine(past or person(), asked(steps, **kw)))


def test_an_afternoon_dose_shortens_the_night_and_is_in_the_blood_at_bedtime():
    found = imagined("caffeine 200 mg at 16:00")
    sleep, blood = found["sleep.duration"], found["blood_caffeine"]
    assert -75 < sleep.difference[0].mean < -15
    assert sleep.difference[0].lo90 < -50
    assert 0.5 < blood.with_[-1].mean < 4
    assert blood.without[-1].mean == 0
    assert sleep.with_[0].at == str(NOW.date() + timedelta(days=1))


def test_later_costs_more_and_a_morning_cup_hardly_anything():
    costs = [imagined(f"caffeine 150 mg at {hour}:00")["sleep.duration"].difference[0].mean for hour in (10, 16, 21)]
    assert costs[0] > costs[1] > costs[2]
    assert costs[0] > -12


def test_a_cup_after_bedtime_keeps_its_drinker_up():
    assert imagined("caffeine 80 mg at 23:55")["sleep.duration"].difference[0].mean < -10


def test_daily_doses_cost_every_night():
    found = imagined("caffeine 200 mg at 17:00 for 5 d")["sleep.duration"]
    assert len(found.with_) >= 5
    assert all(apart.mean < -15 for apart in found.difference[:5])


def test_an_earlier_cup_instead_of_a_late_one_saves_sleep():
    found = imagined("caffeine 200 mg at 10:00", instead_of="caffeine 200 mg at 20:00")["sleep.duration"]
    assert found.difference[0].mean > 15
    assert found.instead_of


def test_poison_is_met_with_a_fixed_text_before_anything_else():
    found = imagined("caffeine 2 g at 12:00")["sleep.duration"]
    assert "emergency number" in found.notes[0]
    assert "emergency number" not in " ".join(imagined("caffeine 400 mg at 12:00")["sleep.duration"].notes)


def test_an_unknown_weight_widens_the_range_and_says_what_to_note():
    known, unknown = imagined("caffeine 200 mg at 16:00"), imagined(
        "caffeine 200 mg at 16:00", without(person(), "weight")
    )
    peaks = [one["blood_caffeine"].measures[0].with_ for one in (known, unknown)]
    assert peaks[1][2] - peaks[1][1] > peaks[0][2] - peaks[0][1]
    assert any("selftwin note weight" in note for note in unknown["sleep.duration"].notes)


def test_a_share_of_an_unknown_habit_is_refused():
    with pytest.raises(UsageError, match="amount that is taken"):
        imagined("caffeine -50 %")
