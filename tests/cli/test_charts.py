from __future__ import annotations

from datetime import date, timedelta

import making
import pytest

from selftwin.cli.charts import PAST, Days, chart, cone, spark
from selftwin.cli.drawing import HATCH
from selftwin.wording.measures import Measure

FIRST = date(2026, 2, 27)
READ = Measure("/min")


def days(*values: float | None) -> Days:
    return Days(FIRST, values)


def lines(rows: list) -> list[str]:
    return [row.plain for row in rows]


STEADY = days(*[54.0] * PAST)


def test_days_without_data_stay_empty() -> None:
    found = Days.between([(FIRST, 1.0), (FIRST + timedelta(2), 3.0)], FIRST, FIRST + timedelta(3))
    assert found.values == (1.0, None, 3.0, None)
    assert found.runs() == [[(0, 1.0)], [(2, 3.0)]]


def test_a_gap_is_hatched_and_never_bridged() -> None:
    rows = lines(spark(days(*[54.0] * 6, None, None, *[54.0] * 6), making.USUAL, making.NEXT, colour=False))
    assert all(row[6:8] == HATCH * 2 for row in rows)


def test_days_outside_carry_a_mark_each() -> None:
    rows = lines(spark(days(*[54.0] * 11, 60.0, 60.0, 60.2), making.ABOVE, making.NEXT, colour=False))
    assert rows[0][11:14] == "▲▲▲"
    assert "▲" not in "".join(rows[1:])
    early = making.normal(value=60.0, outside="above", run=3, level=50)
    assert "▲" not in "".join(lines(spark(days(*[54.0] * 11, 60.0, 60.0, 60.0), early, None, colour=False)))
    below = making.normal(value=48.0, outside="below", run=1)
    assert lines(spark(days(*[54.0] * 13, 48.0), below, None, colour=False))[3][13] == "▼"


def test_the_band_is_the_two_rows_in_the_middle() -> None:
    rows = lines(spark(STEADY, making.USUAL, None, colour=False))
    assert rows[1][:PAST] == "░" * PAST
    assert all("░" not in row for row in (rows[0], rows[3]))
    assert all(row[PAST] == "│" for row in rows)


def test_a_forecast_is_a_cone_and_a_simple_guess_has_whiskers() -> None:
    drawn = "".join(row[PAST + 1 :] for row in lines(spark(STEADY, making.USUAL, making.NEXT, colour=False)))
    assert ":" in drawn
    assert "▫" not in drawn
    guessed = "".join(row[PAST + 1 :] for row in lines(spark(STEADY, making.USUAL, making.GUESS, colour=False)))
    assert guessed.count("▫") == 3
    assert ":" not in guessed


def test_too_little_is_drawn_as_dots_before_a_hatched_future() -> None:
    few = days(*[None] * 11, 3.0, 4.0, 5.0)
    rows = lines(spark(few, making.EARLY, making.SILENT, colour=False))
    assert "░" not in "".join(rows)
    assert all(row[PAST + 1 :] == HATCH * 6 for row in rows)


def test_every_row_of_a_chart_fits_the_width() -> None:
    for width in (60, 80, 100):
        rows = lines(chart(Days(FIRST, (54.0,) * 400), making.USUAL, READ, width=width, colour=False))
        assert max(map(len, rows)) <= width
        assert rows[0].strip() == "▼"


def test_a_chart_tells_the_edges_of_the_band_and_its_days() -> None:
    rows = lines(chart(days(50.0, 54.0, 60.0, *[54.0] * 11), making.USUAL, READ, width=60, colour=False))
    assert any(row.startswith("57") for row in rows)
    assert any(row.startswith("51") for row in rows)
    assert rows[-1].split() == ["27", "Feb", "6", "Mar", "12", "Mar"]


def test_a_long_life_keeps_its_extremes() -> None:
    values = [54.0] * 1000
    values[500] = 80.0
    rows = lines(chart(Days(FIRST, tuple(values)), making.USUAL, READ, width=80, colour=False))
    assert rows[1][3:].strip() != ""


def test_one_gap_among_many_days_of_a_column_is_not_hatched() -> None:
    values = [None if place == 7 else 54.0 for place in range(400)]
    rows = lines(chart(Days(FIRST, tuple(values)), making.USUAL, READ, width=80, colour=False))
    assert HATCH not in "".join(rows)


def test_a_cone_shows_what_fits() -> None:
    rows = lines(cone(STEADY, making.NEXT, READ, width=40, stride=2, colour=False))
    assert max(map(len, rows)) <= 40


@pytest.mark.parametrize("values", [(None,), (5.0,), (5.0, 5.0), (1e9, -1e9)])
def test_any_days_can_be_drawn(values: tuple[float | None, ...]) -> None:
    assert chart(days(*values), making.USUAL, READ, width=80, colour=True)
    assert chart(days(*values), None, READ, width=80, colour=True)
