"""The line of now on a chart says whose now it is."""

from __future__ import annotations

from datetime import date, timedelta

from selftwin.web.charts import timeline
from selftwin.web.pages import _now_named


def test_the_newest_day_is_called_today_only_where_it_is() -> None:
    now = _now_named.today()
    assert _now_named.names(now).today == "today"
    assert _now_named.names(now - timedelta(days=400)).today.startswith("newest, ")
    assert _now_named.named(date(2020, 3, 12), date(2026, 11, 24)) == "newest, 12 Mar 2020"
    assert _now_named.named(date(2026, 11, 23), date(2026, 11, 24)) == "newest, 23 Nov"


def test_a_timeline_of_years_ago_writes_its_newest_day() -> None:
    first, newest = date(2020, 3, 1), date(2020, 3, 12)
    lanes = [timeline.Points("Meals", ())]
    drawn = timeline.Timeline(first, date(2020, 3, 13), lanes, now=newest, now_words=_now_named.named(newest))
    svg = timeline.draw(drawn, name="lanes", says="Meals.")
    assert "newest, 12 Mar 2020" in svg
    assert ">today<" not in svg
