"""A small multiple: 14 days back and 3 ahead, the band by its level of trust. Title, range and trust line stand
outside."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts import happened
from selftwin.web.charts.believed import Band, draw_band, draw_cone, draw_guess
from selftwin.web.charts.days import outside
from selftwin.web.charts.happened import Recorded, dot
from selftwin.web.charts.scale import Up
from selftwin.web.charts.sheet import Across, Sheet
from selftwin.web.charts.when import place, places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from markupsafe import Markup

    from selftwin.web.charts.believed import Cone, Guess, Values
    from selftwin.web.charts.pen import Numbers
    from selftwin.web.charts.when import Moments

BACK, AHEAD = 14, 3


@dataclass(frozen=True, slots=True)
class Spark:
    """What is drawn. With neither `ahead` nor `guess` the days to come are hatched: too soon to say. Without `today`
    the drawing ends at its last value."""

    at: Moments
    values: Sequence[float | None] | Values
    today: date | None = None
    usual: Band | None = None
    ahead: Cone | None = None
    guess: Guess | None = None
    trust: Trust = Trust.TRUSTED
    odd: bool = False
    height: float = 52.0


def draw(spark: Spark, *, name: str, says: str) -> Markup:
    """The chart; `name` is unlike that of every other chart of the page, `says` its sentence."""
    sheet = Sheet(name, spark.height, kind="chart-spark")
    recorded, across = _window(spark)
    axis = _axis(spark, recorded)
    last = recorded.last
    band = None
    if spark.usual and len(recorded.at):
        own = spark.usual.at if spark.usual.at is not None or not np.ndim(spark.usual.low) else spark.at
        band = Band(spark.usual.low, spark.usual.high, at=own, trust=spark.trust)
        draw_band(sheet, band, across, axis, _band_days(spark, recorded, across))
    _ahead(sheet, spark, recorded, across, axis)
    if spark.trust is Trust.NONE:
        there = recorded.known()
        sheet.add(*(dot(across(float(at)), axis(float(value)), r=2.6)
                    for at, value in zip(there.at, there.values, strict=True)))  # fmt: skip
    else:
        happened.draw_line(sheet, recorded, across, axis, pause=_pause(recorded), dots=False)
    if spark.odd and spark.trust is not Trust.NONE:
        sheet.add(*(dot(across(float(recorded.at[one])), axis(float(recorded.values[one])), "odd", 3.6)
                    for one in outside(recorded, band)))  # fmt: skip
    if last and spark.trust is not Trust.NONE and across(last[0]) > 0:
        sheet.add(dot(across(last[0]), axis(last[1]), r=2.8))
    if spark.today:
        happened.draw_today(sheet, across(place(spark.today)), 0, spark.height, words=False)
    return sheet.drawn(says)


def _window(spark: Spark) -> tuple[Recorded, Across]:
    """The days that are shown, on their clock; longer steps (weeks, meals) are counted as they come."""
    every = Recorded.of(spark.at, spark.values)
    today = place(spark.today) if spark.today else (float(every.at[-1]) if len(every.at) else 0.0)
    known = every.known()
    first = today - BACK
    if len(known.at) and _pause(every) > 1:
        first = min(first, float(known.at[-BACK:][0]))
    inside = every.at >= first
    ahead = [float(places(one.at)[-1]) for one in (spark.ahead, spark.guess) if one and len(one.at)]
    last = max([today + (today - first) * AHEAD / BACK if spark.today else today, *ahead])
    return Recorded(every.at[inside], every.values[inside]), Across(first - 0.2, max(last, first + 1) + 0.1)


def _pause(recorded: Recorded) -> float:
    """The usual step between two values: a day, or what weekly figures keep to."""
    steps = np.diff(recorded.known().at)
    return max(1.0, float(np.median(steps))) if len(steps) else 1.0


def _axis(spark: Spark, recorded: Recorded) -> Up:
    band = spark.usual.reach() if spark.usual and spark.trust is not Trust.NONE else ()
    ahead = spark.ahead.reach() if spark.ahead else spark.guess.reach() if spark.guess else ()
    every = chain(recorded.known().values.tolist(), band, ahead)
    values = [value for value in every if np.isfinite(value)] or [0.0, 1.0]
    low, high = min(values), max(values)
    air = (high - low) * 0.12 or max(abs(high) * 0.1, 1e-6)
    return Up(low - air, high + air, 4.0, spark.height - 4.0)


def _band_days(spark: Spark, recorded: Recorded, across: Across) -> Numbers:
    if spark.usual is not None and np.ndim(spark.usual.low):
        return recorded.at
    last = place(spark.today) if spark.today else float(recorded.at[-1])
    return np.asarray([across.first, last])


def _ahead(sheet: Sheet, spark: Spark, recorded: Recorded, across: Across, axis: Up) -> None:
    if spark.guess:
        draw_guess(sheet, spark.guess, recorded.last, across, axis)
    elif spark.ahead:
        draw_cone(sheet, spark.ahead, recorded.last, across, axis)
    elif spark.today:
        happened.draw_gaps(sheet, [(place(spark.today), across.last)], across, 0, spark.height)
