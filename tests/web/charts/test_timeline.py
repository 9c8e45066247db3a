from datetime import datetime, timedelta

import numpy as np
from tests.web.charts.examples import lanes
from tests.web.charts.reading import of_class, parsed, share, strokes, vertices, words

from selftwin.web.charts.happened import Event, Lapse
from selftwin.web.charts.timeline import Line, Points, Spans, Timeline, condensed, draw

NOON = datetime(2026, 11, 24, 12)


def drawn(timeline):
    return parsed(draw(timeline, name="a", says="x"))


def minute(*shown, wide=60):
    return Timeline(NOON, NOON + timedelta(seconds=wide), list(shown))


def test_ten_years_are_drawn_by_columns_and_the_page_can_say_so():
    assert len(of_class(drawn(lanes()), "extremes")) == 1
    assert round(condensed(lanes())) == 15


def test_a_minute_shows_every_reading():
    at = [NOON + timedelta(seconds=one) for one in range(61)]
    line = Line("Heart rate", at, [60.0] * 61, pause=1)
    assert len(vertices(of_class(drawn(minute(line)), "recorded")[0])) == 61
    assert condensed(minute(line)) is None


def test_only_what_is_in_view_and_one_value_beside_it_is_drawn():
    at = np.datetime64(NOON) + np.arange(-5000, 5000).astype("timedelta64[s]")
    line = Line("Heart rate", at, np.full(10_000, 60.0), pause=1)
    assert 61 <= len(vertices(of_class(drawn(minute(line)), "recorded")[0])) <= 63


def test_a_pause_is_hatched_and_never_bridged():
    at = [NOON + timedelta(seconds=one) for one in (*range(10), *range(40, 60))]
    root = drawn(minute(Line("Heart rate", at, [60.0] * 30, pause=0.1)))
    assert len(strokes(of_class(root, "recorded")[0])) == 2
    assert len(of_class(root, "gap")) == 1


def test_a_lane_without_readings_is_hatched_whole():
    (gap,) = of_class(drawn(minute(Line("Never worn", [], []))), "gap")
    assert (share(gap), share(gap, "width")) == (0, 1)


def test_what_lasted_is_a_box_with_its_words_where_they_fit():
    spans = Spans("Sleep", [Lapse(NOON, NOON + timedelta(seconds=30), "asleep"),
                            Lapse(NOON + timedelta(seconds=40), NOON + timedelta(seconds=40.01), "awake")])  # fmt: skip
    root = drawn(minute(spans))
    boxes = of_class(root, "span-usual")
    assert share(boxes[0], "width") == 0.5
    assert share(boxes[1], "width") >= 0.002
    assert "asleep" in {one.text for one in words(root, 350)}
    assert "awake" not in {one.text for one in words(root, 350)}


def test_points_keep_their_dot_even_where_their_words_do_not_fit():
    at = [NOON + timedelta(seconds=one) for one in (10, 11, 40)]
    root = drawn(minute(Points("Notes", [Event(one, f"a longer note {place}") for place, one in enumerate(at)])))
    assert len(of_class(root, "point-dot")) == 3
    said = {one.text for one in words(root, 350)}
    assert "a longer note 0" not in said
    assert "a longer note 2" in said
