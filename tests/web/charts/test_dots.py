from datetime import date

from tests.web.charts.examples import readers
from tests.web.charts.reading import of_class, parsed, words

from selftwin.web.charts.dots import Dots, Reader, draw

ROOT = parsed(draw(readers(), name="a", says="x"))


def test_the_busiest_day_has_the_largest_dot_and_area_grows_with_the_count():
    root = parsed(draw(Dots(date(2026, 11, 1), [Reader("You", [16, 4, 0], "20", owner=True)]), name="a", says="x"))
    busy, calm = (float(one.get("r")) for one in of_class(of_class(root, "chart-body")[0], "own-dot"))
    assert busy == 2 * calm
    assert len(of_class(of_class(root, "chart-body")[0], "no-dot")) == 1


def test_a_refusal_is_a_cross_and_a_word_where_there_is_room():
    wide, narrow = of_class(ROOT, "chart-body")
    assert len(of_class(wide, "fault")) == len(of_class(narrow, "fault")) == 2
    assert [one.text for one in words(ROOT, 760)].count("refused") == 1


def test_you_are_grey_and_others_are_in_the_ink_of_looking():
    wide = of_class(ROOT, "chart-body")[0]
    assert len(of_class(wide, "own-dot")) == 24
    assert len(of_class(wide, "read-dot")) == 17


def test_the_days_are_named_by_the_week_and_the_last_is_today():
    said = [one.text for one in words(ROOT, 760)]
    assert {"1 Nov", "8", "15", "today"} <= set(said)


def test_dots_of_a_month_never_touch_on_a_phone():
    narrow = of_class(ROOT, "chart-body")[1]
    assert max(float(one.get("r")) for one in narrow.iter("circle")) * 2 <= 310 / 24
