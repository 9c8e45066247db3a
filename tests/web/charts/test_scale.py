import numpy as np
import pytest

from selftwin.web.charts.scale import Up, figure, ticks, up
from selftwin.wording.measures import MINUS, Measure

HEART = Measure("/min")


def test_a_value_lies_at_its_pixel():
    axis = Up(50, 60, top=10, bottom=110)
    assert axis(50) == 110
    assert axis(60) == 10
    assert axis(52.5) == 85
    assert axis.all(np.asarray([50, 55.0, 60])).tolist() == [110, 60, 10]


def test_every_value_has_its_place_inside():
    axis = up([51, 62.1, float("nan")], HEART, 0, 100)
    assert 0 <= axis(62.1) < axis(51) <= 100


def test_ticks_are_round_and_told_in_no_more_digits_than_their_step():
    assert [one.words for one in ticks(48, 67, HEART)] == ["50", "55", "60", "65"]
    assert [one.words for one in ticks(0, 30_000, Measure("{count}"), most=4)] == ["0", "10,000", "20,000", "30,000"]
    assert [one.words for one in ticks(73.9, 75.2, Measure("kg"), most=4)] == ["74.0", "74.5", "75.0"]


def test_what_lasts_is_told_in_hours_in_whatever_unit_it_comes():
    assert [one.words for one in ticks(350, 520, Measure("min"), most=4)] == ["6 h", "7 h", "8 h"]
    assert [one.words for one in ticks(5.8, 8.7, Measure("h"), most=4)] == ["6 h", "7 h", "8 h"]


def test_when_something_happens_is_told_as_a_clock():
    clock = Measure("min", clock=True)
    assert [one.words for one in ticks(-70, 60, clock, most=4)] == ["23:00", "00:00", "01:00"]


def test_money_carries_its_sign_and_a_loss_its_minus():
    assert figure(190, 10, Measure("[EUR]")) == "€ 190"
    assert figure(-2.5, 0.5, Measure("kg")) == f"{MINUS}2.5"


def test_counts_are_never_told_in_fractions():
    assert all(float(one.value).is_integer() for one in ticks(0, 2, Measure("{count}", whole=True)))


def test_the_scale_of_a_measure_is_not_applied_twice():
    assert [one.words for one in ticks(100, 200, Measure("[lb_av]", scale=2.2046), most=3)] == ["100", "150", "200"]


@pytest.mark.parametrize("values", [[], [5.0], [0.0, 0.0], [1e-6, 2e-6], [-1e6, 1e6]])
def test_an_axis_is_found_for_anything(values):
    axis = up(values, HEART, 0, 100)
    assert axis.high > axis.low
    assert len(axis.ticks) <= 8


def test_counts_keep_to_their_floor():
    assert up([1.0, 900.0], Measure("{count}"), 0, 100, floor=0).low >= 0
