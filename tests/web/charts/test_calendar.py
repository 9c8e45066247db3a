from datetime import date, timedelta

import pytest
from tests.web.charts.examples import TODAY, year
from tests.web.charts.reading import of_class, parsed, share, words

from selftwin.web.charts.calendar import COLUMNS, ROW, Calendar, draw

ROOT = parsed(draw(year(), name="a", says="x"))


def cells(root, kind):
    return [part for one in of_class(root, kind) for part in one.get("d").split("M")[1:]]


def test_every_day_with_a_value_is_a_cell_of_its_kind():
    days = year().days
    for level, kind in ((0, "day-usual"), (1, "day-above"), (2, "day-over"), (-2, "day-under")):
        assert len(cells(ROOT, kind)) == sum(one == level for one in days.values())
    assert len(of_class(ROOT, "gap")) == 1


def test_days_outside_carry_a_sign_that_points_their_way():
    signs = of_class(ROOT, "day-sign")
    assert len(signs) == len(cells(ROOT, "day-over")) + len(cells(ROOT, "day-under"))
    for root, up in ((drawn({TODAY: 2}), True), (drawn({TODAY: -2}), False)):
        left, _, tip = of_class(root, "day-sign")[0].get("d").replace("Z", "").replace("H", "L").split("L")
        assert (float(tip.split(",")[1]) < float(left.split(",")[1])) is up


def drawn(days, **more):
    return parsed(draw(Calendar(days, **more), name="a", says="x"))


def test_a_day_lies_in_its_column_and_its_month():
    root = drawn({date(2026, 10, 1): 0, date(2026, 11, 24): 0}, today=date(2026, 11, 24))
    first, second = cells(root, "day-usual")
    x, y = map(float, second.split("h")[0].split(","))
    assert round(x / 1000 * COLUMNS) == 23
    assert y - float(first.split("h")[0].split(",")[1]) == ROW
    assert share(of_class(root, "day-today")[0]) * 1000 == pytest.approx(x, abs=0.1)


def test_weekends_are_underlined():
    week = {date(2026, 11, 16) + timedelta(days=one): 0 for one in range(7)}
    assert len(cells(drawn(week), "weekend")) == 2


def test_each_month_says_how_many_days_lay_outside_where_there_is_room():
    wide = [one.text for one in words(ROOT, 760) if one.part == "chart-right"]
    assert wide[-1] == f"{sum(one in (2, -2) for day, one in year().days.items() if day.month == 11)} outside"
    assert [one for one in words(ROOT, 350) if one.part == "chart-right"] == []


def test_several_years_are_named_at_their_january():
    days = {date(2025, 1, 1) + timedelta(days=one): 0 for one in range(700)}
    names = [one.text for one in words(drawn(days), 760) if one.part == "chart-left"]
    assert names[0] == "Jan 2025"
    assert names.count("Jan 2026") == 1
    assert names[1] == "Feb"
