from dataclasses import replace

import pytest
from tests.web.charts.examples import morning, week
from tests.web.charts.reading import of_class, parsed, share, strokes, vertices, words

from selftwin.web.charts.moments import draw


def drawn(moments):
    return parsed(draw(moments, name="a", says="x"))


def test_what_may_come_begins_at_the_last_reading():
    root = drawn(morning())
    assert vertices(of_class(root, "next50")[0])[0] == vertices(of_class(root, "recorded")[0])[-1]


def test_a_pause_of_the_sensor_is_hatched_and_never_bridged():
    root = drawn(morning())
    before, after = strokes(of_class(root, "recorded")[0])
    (gap,) = of_class(root, "gap")
    assert before[-1][0] == pytest.approx(share(gap) * 1000, abs=0.2)
    assert after[0][0] == pytest.approx((share(gap) + share(gap, "width")) * 1000, abs=0.2)


def test_nights_are_sunk_and_sleep_is_a_bar():
    root = drawn(morning())
    assert len(of_class(root, "night")) == 2
    (bar,) = of_class(root, "asleep")
    assert (share(bar, "x1"), share(bar, "x2")) == (0, pytest.approx(6.9 / 24, abs=0.001))


def test_a_narrow_page_says_the_calendar_in_short():
    root = drawn(morning())
    assert "lunch, as usual" in {one.text for one in words(root, 760)}
    narrow = {one.text for one in words(root, 350)}
    assert {"07:42", "lunch"} <= narrow
    assert "lunch, as usual" not in narrow


def test_sunrise_stands_on_the_clock():
    assert {"8:13 sun", "16:34 dark", "noon"} <= {one.text for one in words(drawn(morning()), 760)}


def test_the_range_aimed_at_lies_between_its_values():
    root = drawn(morning())
    (target,) = of_class(root, "target")
    ys = sorted(float(one.get("y1")) for one in of_class(root, "target-edge"))
    assert ys[1] - ys[0] == pytest.approx(float(target.get("height")), abs=0.02)


def test_a_week_of_readings_is_drawn_by_columns_and_said_so():
    root = drawn(week())
    assert len(of_class(root, "extremes")) == 1
    assert any("lowest and highest" in one.text for one in words(root, 350))


def test_readings_outside_the_hours_drawn_are_left_out():
    day = morning()
    root = drawn(replace(day, last=day.at[20], ahead=None, now=None, events=(), asleep=()))
    assert max(x for x, _ in vertices(of_class(root, "recorded")[0])) <= 1000
