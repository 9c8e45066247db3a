from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest
from tests.web.charts.examples import HEART, TODAY, back, decade, heart, season, steps
from tests.web.charts.reading import of_class, parsed, share, strokes, vertices, words

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts.believed import Band, Cone
from selftwin.web.charts.days import Days, draw, outside
from selftwin.web.charts.happened import Recorded


def drawn(days):
    return parsed(draw(days, name="a", says="x"))


def test_a_cone_begins_at_the_last_value_under_today():
    root = drawn(heart())
    last = vertices(of_class(root, "recorded")[0])[-1]
    assert vertices(of_class(root, "next90")[0])[0] == last
    (today,) = (one for one in root.iter("svg") if one.find("path[@class='today']") is not None)
    assert share(today) * 1000 == pytest.approx(last[0], abs=0.06)


def test_a_gap_is_hatched_named_and_never_bridged():
    root = drawn(heart())
    before, after = strokes(of_class(root, "recorded")[0])
    (gap,) = of_class(root, "gap")
    left, right = share(gap) * 1000, (share(gap) + share(gap, "width")) * 1000
    assert before[-1][0] < left < right < after[0][0]
    assert "not worn" in {one.text for one in words(root, 350)}


def test_what_is_not_measured_daily_has_no_gaps():
    weekly = Days(back(29)[::7], [70.0, 70.4, 70.1, 69.9, 70.0], HEART, missing="")
    root = drawn(weekly)
    assert of_class(root, "gap") == []
    assert len(of_class(root, "recorded-dot")) == 5


def test_nights_outside_are_ringed_on_their_value():
    root = drawn(heart())
    rings = [(share(one, "cx") * 1000, float(one.get("cy"))) for one in of_class(root, "odd")]
    assert rings == [pytest.approx(place, abs=0.1) for place in vertices(of_class(root, "recorded")[0])[-3:]]


def test_a_band_that_varies_is_held_against_each_day():
    recorded = Recorded.of(back(3), [5, 5, 5])
    assert outside(recorded, Band([0, 6, 0], [9, 9, 4])) == [1, 2]
    assert outside(recorded, Band(6, 9, trust=Trust.NONE)) == []
    assert outside(recorded, Band([6, 6], [9, 9], at=back(2))) == [0, 1, 2]


def test_a_simple_guess_has_no_cone():
    root = drawn(steps())
    assert len(of_class(root, "guess-dot")) == 3
    assert of_class(root, "next90") == []


def test_ten_years_are_drawn_by_columns_and_said_so():
    root = drawn(decade())
    assert len(of_class(root, "extremes")) == 1
    assert "lowest and highest of each 15 days" in {one.text for one in words(root, 350)}
    assert of_class(root, "odd") == []


def test_ten_years_are_quick_and_small():
    ten = decade()
    times = []
    for _ in range(15):
        start = process_time()
        markup = draw(ten, name="a", says="x")
        times.append(process_time() - start)
    assert min(times) < 0.010
    assert len(markup) < 20_000


def test_the_range_is_written_on_the_band_once():
    for width in (250, 350, 560, 760):
        assert [one.text for one in words(drawn(heart()), width)].count("your usual, 51 to 57") == 1


def test_the_last_day_expected_is_named():
    assert "28 Nov" in {one.text for one in words(drawn(heart()), 350)}


def test_events_stand_above_today_and_both_above_the_drawing():
    every = words(drawn(season()), 760)
    found = {one.text: one.y for one in every}
    assert found["Lisbon"] < found["today"] < min(one.y for one in every if one.part == "chart-left")


def test_illness_is_sunk_and_a_fault_lies_on_the_floor():
    root = drawn(season())
    assert len(of_class(root, "night")) == 1
    assert len(of_class(root, "fault")) == 2


def test_without_a_forecast_nothing_is_drawn_after_today():
    root = drawn(replace(heart(), ahead=None))
    assert of_class(root, "next-mid") == []
    assert of_class(root, "chart-right")


def test_an_empty_forecast_counts_as_none():
    root = drawn(replace(heart(), ahead=Cone([], [], ([], []), ([], []))))
    assert of_class(root, "next-mid") == []


def test_a_forecast_that_starts_later_still_begins_at_the_last_value():
    late = heart()
    values = [*list(late.values)[:-2], None, None]
    root = drawn(replace(late, values=values, today=TODAY))
    assert vertices(of_class(root, "next50")[0])[0] == vertices(of_class(root, "recorded")[0])[-1]


def test_a_chart_without_a_single_value_is_still_an_empty_frame():
    root = drawn(Days([], [], HEART, today=TODAY, usual=Band(50, 60, "your usual")))
    assert of_class(root, "recorded") == []
    assert drawn(Days([TODAY, TODAY + timedelta(days=1)], [None, None], HEART)) is not None
