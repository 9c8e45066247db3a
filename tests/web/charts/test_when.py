from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from selftwin.web.charts.when import marks, place, places

DAY = date(2026, 11, 24)


def said(first, last, most):
    return [one.words for one in marks(place(first), place(last), most)]


def test_moments_given_in_any_way_lie_at_the_same_place():
    noon = datetime(2026, 11, 24, 12)
    assert place(noon) == place(DAY) + 0.5
    assert places(np.asarray([noon], dtype="datetime64[ms]")).tolist() == places([noon]).tolist() == [place(noon)]
    assert place(noon.replace(tzinfo=UTC)) == place(noon)


def test_a_day_is_told_in_hours_with_midnight_and_noon():
    assert said(DAY, DAY + timedelta(days=1), 5) == ["midnight", "6", "noon", "18", "24"]


def test_minutes_are_told_as_a_clock():
    first = datetime(2026, 11, 24, 7, 40)
    assert said(first, first + timedelta(minutes=20), 5) == ["07:40", "07:45", "07:50", "07:55", "08:00"]


def test_seconds_are_told_inside_a_minute():
    first = datetime(2026, 11, 24, 7, 40)
    assert said(first, first + timedelta(minutes=1), 5)[1] == "07:40:15"


def test_weeks_begin_on_mondays():
    found = marks(place(date(2026, 10, 28)), place(DAY), 5)
    assert [one.words for one in found] == ["2 Nov", "9 Nov", "16 Nov", "23 Nov"]


def test_a_season_is_told_by_the_first_of_each_month():
    assert said(date(2026, 8, 27), date(2026, 12, 8), 7) == ["1 Sep", "1 Oct", "1 Nov", "1 Dec"]


def test_a_year_names_january_with_its_year():
    assert said(date(2025, 11, 24), DAY, 7) == ["Jan 2026", "Mar", "May", "Jul", "Sep", "Nov"]


def test_decades_are_told_by_years():
    assert said(date(2001, 5, 1), DAY, 6) == ["2005", "2010", "2015", "2020", "2025"]


@pytest.mark.parametrize("days", [1 / 1440, 0.2, 1, 3, 14, 90, 400, 3650, 20_000])
@pytest.mark.parametrize("most", [2, 5, 9])
def test_there_are_never_too_many_marks_and_all_lie_inside_in_order(days, most):
    first, last = place(DAY) - days, place(DAY)
    found = [one.at for one in marks(first, last, most)]
    assert len(found) <= most
    assert found == sorted(found)
    assert all(first - 1e-6 <= at <= last + 1e-6 for at in found)


def test_nothing_is_marked_where_no_time_passes():
    assert marks(5.0, 5.0, 4) == []
