from dataclasses import replace

import pytest
from tests.web.charts.examples import profile
from tests.web.charts.reading import of_class, parsed, vertices, words

from selftwin.web.charts.agp import draw


def drawn(agp):
    return parsed(draw(agp, name="a", says="x"))


def test_the_middle_lies_in_the_half_and_the_half_in_nine_of_ten():
    root = drawn(profile())
    middle = vertices(of_class(root, "thick")[0])[10][1]
    half = [y for x, y in vertices(of_class(root, "half-band")[0]) if x == vertices(of_class(root, "thick")[0])[10][0]]
    nine = [vertices(one)[10][1] for one in of_class(root, "nine-edge")]
    assert min(nine) < min(half) < middle < max(half) < max(nine)


def test_the_range_aimed_at_is_on_the_axis_with_its_own_figures():
    figures = [one.text for one in words(drawn(profile()), 760) if one.part == "chart-left"]
    assert {"3.9", "10.0"} <= set(figures)


def test_the_day_runs_from_midnight_to_midnight():
    said = [one.text for one in words(drawn(profile()), 760)]
    assert {"midnight", "6", "noon", "18", "24"} <= set(said)


def test_a_note_stands_above_the_highest_line_at_its_hour():
    root = drawn(profile())
    (note,) = (one for one in words(root, 760) if one.text.startswith("above 10"))
    assert note.y < min(y for _, y in vertices(of_class(root, "nine-edge")[1])) + 1


def test_no_range_is_drawn_that_nobody_set():
    root = drawn(replace(profile(), target=None))
    assert of_class(root, "target") == []


@pytest.mark.parametrize("wide", [250, 760])
def test_the_three_lines_are_named(wide):
    said = {one.text for one in words(drawn(profile()), wide) if one.part == "chart-right"}
    assert said == {"9 in 10", "half", "middle"}
