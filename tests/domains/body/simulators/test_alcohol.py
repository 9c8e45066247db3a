"""Alcohol in the blood with all its doubt, the night after, and what is never said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.domains.body.living import asked, by_signal, person, without

from selftwin.domains.body.simulators.alcohol import SIMULATOR
from selftwin.vocabulary.errors import NothingYet, UsageError

if TYPE_CHECKING:
    from tests.domains.body.remembering import Remembered


def specimen() -> tuple[Remembered, str]:
    """One of whom all is known, and a scenario, for the promises that every simulator keeps."""
    return person(), "alcohol.drinks 3 at 20:00"


def imagined(steps: str, past=None, **kw):
    return by_signal(SIMULATOR.imagine(past or person(), asked(steps, **kw)))


def test_three_drinks_are_told_with_a_wide_range_to_bedtime():
    blood = imagined("alcohol.drinks 3 at 20:00")["blood_alcohol"]
    peak = next(one for one in blood.measures if one.name == "Highest level")
    assert 0.02 < peak.with_[0] < 0.06
    assert peak.with_[2] > 2 * peak.with_[1]
    assert blood.without[-1].mean == 0
    assert blood.unit == "%"


def test_the_night_after_beats_faster_from_the_persons_own_level():
    night = imagined("alcohol.drinks 3 at 20:00")["heart_rate.sleep"]
    assert night.without[0].mean == pytest.approx(52, abs=1)
    assert 2 < night.difference[0].mean < 6
    assert night.difference[0].lo90 > 0
    assert night.n == 60


def test_more_drinks_are_more_and_none_is_nothing():
    one, two = (imagined(f"alcohol.drinks {n} at 20:00")["blood_alcohol"] for n in (1, 4))
    assert two.measures[0].with_[0] > one.measures[0].with_[0]
    assert two.measures[1].with_[0] > one.measures[1].with_[0]
    nothing = imagined("alcohol.drinks 0 at 20:00")
    assert nothing["blood_alcohol"].measures[0].with_ == (0, 0, 0)
    assert nothing["heart_rate.sleep"].difference[0].mean == 0


def test_grams_are_surer_than_drinks():
    drinks = imagined("alcohol.drinks 3 at 20:00")["blood_alcohol"].measures[0].with_
    grams = imagined("alcohol.grams 36 at 20:00")["blood_alcohol"].measures[0].with_
    assert grams[2] - grams[1] < drinks[2] - drinks[1]
    assert grams[0] == pytest.approx(drinks[0], rel=0.15)


def test_nobody_is_ever_called_fit_to_drive():
    for steps in ("alcohol.drinks 1 at 12:00", "alcohol.drinks 0 at 20:00", "alcohol.drinks 6 at 22:00"):
        for one in imagined(steps).values():
            said = " ".join((*one.notes, *one.assumptions))
            assert not re.search(r"(you may|can|safe to|allowed to) drive", said)
        assert any("never says that anybody is fit to drive" in note for note in imagined(steps)["blood_alcohol"].notes)


def test_a_dangerous_amount_begins_with_a_fixed_emergency_text():
    notes = imagined("alcohol.drinks 25 at 20:00")["blood_alcohol"].notes
    assert "emergency number" in notes[0]
    assert "emergency number" not in " ".join(imagined("alcohol.drinks 2 at 20:00")["blood_alcohol"].notes)


def test_without_a_weight_it_asks_for_one_and_without_the_rest_it_is_less_sure():
    with pytest.raises(NothingYet) as told:
        imagined("alcohol.drinks 3 at 20:00", without(person(), "weight"))
    assert "selftwin note weight" in told.value.hint
    bare = imagined("alcohol.drinks 3 at 20:00", without(person(), "sex", "age", "height"))["blood_alcohol"]
    assert any("widens the range" in line for line in bare.assumptions)


def test_no_nights_no_words_on_the_night():
    assert "heart_rate.sleep" not in imagined("alcohol.drinks 3 at 20:00", without(person(), "heart_rate.sleep"))


def test_a_share_is_refused():
    with pytest.raises(UsageError):
        imagined("alcohol.drinks -50 %")
