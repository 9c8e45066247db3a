"""Small days beside each other: one line each from midnight to midnight, all on one scale, the range aimed at
behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from selftwin.web.charts import happened
from selftwin.web.charts.happened import Recorded
from selftwin.web.charts.pen import WIDE, line, stroke, tag, words
from selftwin.web.charts.scale import Up
from selftwin.web.charts.sheet import Across, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.web.charts.believed import Band, Values

DAY = 1440.0


@dataclass(frozen=True, slots=True)
class Day:
    """One day, by `minutes` after midnight. `title` names it, `words` stand at its right (as ▲ 10.2, or so far); `kind`
    is empty, above or below. `now` is the minute up to which it has come."""

    title: str
    minutes: Values
    values: Values
    words: str = ""
    kind: str = ""
    now: float | None = None


@dataclass(frozen=True, slots=True)
class DayGrid:
    """The days in order, and the range they are held against. A pause longer than `pause` minutes is a gap."""

    days: Sequence[Day]
    target: Band
    pause: float = 45.0
    height: float = 64.0


def draw(grid: DayGrid, *, name: str, says: str) -> Markup:
    """The days as a grid; `name` is unlike that of every other chart of the page, `says` its sentence."""
    axis = _axis(grid)
    cells = "".join(_cell(day, grid, axis, f"{name}-{place}") for place, day in enumerate(grid.days))
    grid_of_days = tag("div", cells, cls="day-grid", role="img", aria_label=says, dir="ltr")
    return Markup(grid_of_days)  # noqa: S704  escaped by `tag`


def _axis(grid: DayGrid) -> Up:
    every = [np.asarray(day.values, dtype=np.float64) for day in grid.days]
    known = np.concatenate([*(one[np.isfinite(one)] for one in every), np.fromiter(grid.target.reach(), np.float64)])
    low, high = float(known.min()), float(known.max())
    air = max((high - low) * 0.06, 1e-6)
    return Up(low - air, high + air, 2.0, grid.height - 2.0)


def _cell(day: Day, grid: DayGrid, axis: Up, name: str) -> str:
    sheet = Sheet(name, grid.height)
    low, high = float(np.min(grid.target.low)), float(np.max(grid.target.high))
    sheet.add(tag("rect", x="0%", width="100%", y=axis(high), height=axis(low) - axis(high), cls="usual"))
    recorded = Recorded(np.asarray(day.minutes, dtype=np.float64) / DAY, np.asarray(day.values, dtype=np.float64))
    across = Across(0.0, 1.0)
    happened.draw_gaps(sheet, recorded.missing(grid.pause / DAY), across, axis.top, axis.bottom)
    happened.draw_line(sheet, recorded, across, axis, pause=grid.pause / DAY, kind="recorded thin", dots=False)
    known = recorded.known()
    for outside, kind in ((known.values > high, "odd-line"), (known.values < low, "low-line")):
        sheet.stretch(stroke(line(known.at * WIDE, axis.all(np.where(outside, known.values, np.nan))), kind))
    if day.now is not None:
        happened.draw_today(sheet, day.now / DAY, 0, grid.height, words=False)
    said = tag("span", words(day.words), cls=f"day-words {day.kind}".rstrip()) if day.words else ""
    head = tag("div", tag("span", words(day.title), cls="day-title") + said, cls="day-head")
    return tag("div", head + tag("div", sheet.parts(), cls="chart"), cls="day-cell")
