from datetime import datetime, timedelta

import numpy as np
import pytest
from tests.web.charts.examples import TODAY, back
from tests.web.charts.reading import of_class, parsed, share, strokes, vertices

from selftwin.web.charts.happened import (
    COLUMNS,
    Event,
    Flaw,
    Lapse,
    Recorded,
    draw_columns,
    draw_events,
    draw_flaws,
    draw_gaps,
    draw_line,
    draw_today,
    event_texts,
)
from selftwin.web.charts.scale import Up
from selftwin.web.charts.sheet import Across, Sheet
from selftwin.web.charts.when import place

AXIS = Up(0, 100, 0, 100)


def drawn(draw, *given, **named):
    sheet = Sheet("a", 100)
    draw(sheet, *given, **named)
    return parsed(sheet.drawn("x"))


def recorded(*values):
    return Recorded.of(back(len(values)), values)


def test_what_is_none_is_not_a_number_and_not_a_value():
    assert recorded(1, None, 3).known().values.tolist() == [1, 3]
    assert recorded(1, 3, None).last == (place(TODAY) - 1, 3)
    assert Recorded.of([], []).last is None


def test_gaps_lie_between_the_days_that_were_recorded():
    assert recorded(1, None, None, 4, 5).missing(1.0) == [(place(TODAY) - 4, place(TODAY) - 1)]
    skipped = Recorded(np.asarray([0.0, 1, 5]), np.ones(3))
    assert skipped.missing(1.0) == [(1, 5)]


def test_a_line_is_never_drawn_over_a_day_without_a_value():
    first = place(TODAY) - 5
    root = drawn(draw_line, recorded(1, 2, None, 4, 5, 6), Across(first, first + 5), AXIS, pause=1.0)
    (path,) = of_class(root, "recorded")
    assert [len(one) for one in strokes(path)] == [2, 3]
    assert vertices(path)[0] == (0, 99)


def test_rows_that_are_left_out_break_the_line_as_well():
    there = Recorded(np.asarray([0.0, 1, 4, 5]), np.ones(4))
    root = drawn(draw_line, there, Across(0, 5), AXIS, pause=1.0)
    assert [len(one) for one in strokes(of_class(root, "recorded")[0])] == [2, 2]


def test_a_value_without_neighbours_is_a_dot():
    there = Recorded(np.asarray([0.0, 3, 6, 7]), np.ones(4))
    root = drawn(draw_line, there, Across(0, 10), AXIS, pause=1.0, dots=False)
    assert [share(one, "cx") for one in of_class(root, "recorded-dot")] == [0, 0.3]


def test_columns_keep_the_lowest_and_the_highest_of_all():
    values = np.sin(np.arange(100_000.0) * 1.3)
    values[500], values[77_777] = -9, 9
    low, high, middle = Recorded(np.arange(100_000.0), values).columns(0, 100_000)
    assert (low.min(), high.max()) == (-9, 9)
    assert len(low) == COLUMNS
    assert bool((low <= middle).all())


def test_a_column_without_values_stays_empty():
    there = Recorded(np.concatenate((np.arange(100.0), np.arange(900, 1000.0))), np.ones(200))
    low, _, middle = there.columns(0, 1000, 10)
    assert np.isnan(low).tolist() == np.isnan(middle).tolist() == [False] + [True] * 8 + [False]
    root = drawn(draw_columns, there, Across(0, 1000), AXIS, (0.0, 1000.0))
    assert all(not 110 < x < 880 for x, _ in vertices(of_class(root, "extremes")[0]))


def test_a_gap_is_hatched_inside_the_frame_only():
    root = drawn(draw_gaps, [(-5.0, 2.0), (20.0, 30.0)], Across(0, 10), 0, 100)
    (gap,) = of_class(root, "gap")
    assert (share(gap), share(gap, "width"), gap.get("fill")) == (0, 0.2, "url(#a-hatch)")


def test_days_are_whole_and_moments_are_not():
    assert Lapse(TODAY, TODAY).reach() == (place(TODAY) - 0.5, place(TODAY) + 0.5)
    noon = datetime(2026, 11, 24, 12)
    assert Lapse(noon, noon).reach() == (place(noon), place(noon))


def test_today_hangs_under_its_mark():
    root = drawn(draw_today, 0.25, 20, 90)
    (line,) = of_class(root, "today")
    assert line.get("d") == "M0,20V90"
    assert [one.get("x") for one in root.iter("svg") if one.get("x")] == ["25%"]


def test_a_fault_shows_its_place_and_never_a_value():
    across = Across(place(TODAY) - 1, place(TODAY) + 1)
    root = drawn(draw_flaws, [Flaw(TODAY), Flaw(TODAY + timedelta(days=99))], across, 90)
    assert len(of_class(root, "fault")) == 1


@pytest.mark.parametrize(("until", "shown"), [(None, 0), (TODAY, 1)])
def test_what_lasted_has_a_bar_over_its_days(until, shown):
    events = [Event(TODAY - timedelta(days=4), "Lisbon", until)]
    root = drawn(draw_events, events, Across(place(TODAY) - 10, place(TODAY)), 50, 12)
    assert len(of_class(root, "event-bar")) == shown
    assert len(of_class(root, "event")) == 1


def test_events_outside_the_drawing_are_not_named():
    across = Across(place(TODAY) - 10, place(TODAY))
    events = [Event(TODAY - timedelta(days=40), "Rome"), Event(TODAY, "choir")]
    assert [one.words for one in event_texts(events, across, 12)] == ["choir"]
