"""A day, or some hours, of a dense signal: nights sunk, meals and the calendar above, sleep as a bar, what may come
ahead.

More than 1,500 readings are drawn as the lowest and highest of each column, and the chart says so."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from selftwin.web.charts import happened, when
from selftwin.web.charts.believed import draw_band, draw_cone, draw_guess
from selftwin.web.charts.frame import CLOCK, lanes_needed, write_band, write_clock, write_ends
from selftwin.web.charts.happened import COLUMNS, MOST_POINTS, Recorded, dot
from selftwin.web.charts.names import NAMES
from selftwin.web.charts.pen import percent, tag
from selftwin.web.charts.scale import up
from selftwin.web.charts.sheet import LETTER, Across, Sheet, Text, fitting, gutter, lanes, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from markupsafe import Markup

    from selftwin.web.charts.believed import Band, Cone, Guess, Values
    from selftwin.web.charts.happened import Event, Lapse
    from selftwin.web.charts.names import Names
    from selftwin.web.charts.scale import Up
    from selftwin.web.charts.when import Moments as Times
    from selftwin.wording.measures import Measure

MINUTES = 1440.0


@dataclass(frozen=True, slots=True)
class Moments:
    """What is drawn between `first` and `last`, all on the person's own clock. `values` are in the person's unit;
    `read` writes the figures. A pause longer than `pause` minutes is a gap, named by `missing`. `now_words` stand over
    the mark of now, as 07:42; `sun` are words on the clock, as “8:13 sun”; `target` is a range aimed at, `usual` what
    is usual."""

    first: datetime
    last: datetime
    at: Times
    values: Sequence[float | None] | Values
    read: Measure
    now: datetime | None = None
    now_words: str = ""
    ahead: Cone | None = None
    guess: Guess | None = None
    usual: Band | None = None
    target: Band | None = None
    nights: Sequence[Lapse] = ()
    asleep: Sequence[Lapse] = ()
    events: Sequence[Event] = ()
    sun: Sequence[tuple[datetime, str]] = ()
    missing: str = "no reading"
    pause: float = 16.0
    ends: bool = False
    height: float = 96.0
    names: Names = NAMES

    def reach(self, recorded: Recorded) -> Iterator[float]:
        """Every value that must find a place on the axis."""
        known = recorded.values
        parts = (one.reach() for one in (self.ahead, self.guess, self.usual, self.target) if one)
        yield from chain((known.min(), known.max()) if len(known) else (), *parts)


def draw(moments: Moments, *, name: str, says: str) -> Markup:
    """The chart; `name` is unlike that of every other chart of the page, `says` its sentence."""
    recorded = _inside(moments)
    across = Across(when.place(moments.first), when.place(moments.last))
    texts = _words(moments, across, 0)
    many = lanes_needed(texts, 712, 2) if texts else 0
    columned = len(recorded.at) > MOST_POINTS
    top = LETTER * many + (14.0 if many else 8.0) + (LETTER + 3 if columned else 0.0)
    bottom = top + moments.height
    axis = up(moments.reach(recorded), moments.read, top + 2, bottom - 2, most=4 if moments.height < 150 else 5)
    sheet = Sheet(name, bottom + CLOCK, left=gutter(one.words for one in axis.ticks),
                  right=60.0 if moments.ends and moments.ahead else 10.0, kind="chart-moments")  # fmt: skip
    happened.draw_sunk(sheet, (one.reach() for one in moments.nights), across, top, bottom)
    _aims(sheet, moments, recorded, across, axis)
    sheet.figures(axis)
    _recorded(sheet, moments, recorded, across, axis, columned=columned)
    _above(sheet, moments, across, (top, bottom), many, columned=columned)
    beside = [when.Mark(when.place(at), said) for at, said in moments.sun]
    write_clock(sheet, across, bottom + 16, beside=beside)
    return sheet.drawn(says)


def _inside(moments: Moments) -> Recorded:
    every = Recorded.of(moments.at, moments.values)
    there = (every.at >= when.place(moments.first)) & (every.at <= when.place(moments.last)) & np.isfinite(every.values)
    return Recorded(every.at[there], every.values[there])


def _aims(sheet: Sheet, moments: Moments, recorded: Recorded, across: Across, axis: Up) -> None:
    """The range aimed at and what is usual, behind everything."""
    if moments.target:
        low, high = axis(float(np.min(moments.target.low))), axis(float(np.max(moments.target.high)))
        sheet.add(tag("rect", x="0%", width="100%", y=high, height=low - high, cls="target"))
        sheet.add(*(tag("line", x1="0%", x2="100%", y1=y, y2=y, cls="target-edge") for y in (low, high)))
        write_band(sheet, moments.target, recorded, across, axis, np.asarray([across.first, across.last]))
    if moments.usual:
        flat = not np.ndim(moments.usual.low)
        draw_band(sheet, moments.usual, across, axis, np.asarray([across.first, across.last]) if flat else recorded.at)


def _recorded(sheet: Sheet, moments: Moments, recorded: Recorded, across: Across, axis: Up, *, columned: bool) -> None:
    pause = moments.pause / MINUTES
    if moments.missing:
        spans = [one for one in recorded.missing(pause) if one[1] - one[0] > 2 * pause]
        happened.draw_gaps(sheet, spans, across, axis.top, axis.bottom)
        longest = sorted(spans, key=lambda one: one[0] - one[1])[:2]
        said = [Text(round(across((first + last) / 2), 5), axis.bottom - 5, moments.missing, "label gap-label halo")
                for first, last in longest]  # fmt: skip
        sheet.write(lambda body: fitting(said, body))
    if moments.ahead:
        draw_cone(sheet, moments.ahead, recorded.last, across, axis)
        if moments.ends:
            write_ends(sheet, moments.ahead, axis, moments.names)
    if moments.guess:
        draw_guess(sheet, moments.guess, recorded.last, across, axis)
    if columned:
        happened.draw_columns(sheet, recorded, across, axis, (across.first, across.last))
        return
    happened.draw_line(sheet, recorded, across, axis, pause=pause, dots=False)
    if recorded.last and moments.now is None and moments.ahead:
        sheet.add(dot(across(recorded.last[0]), axis(recorded.last[1]), r=2.8))


def _words(moments: Moments, across: Across, y: float) -> list[Text]:
    """Now first, then sleep, then what the calendar and the table hold."""
    found = []
    if moments.now:
        found.append(Text(round(across(when.place(moments.now)), 5), y, moments.now_words, "label-strong"))
    for one in moments.asleep:
        first, last = (min(max(across(edge), 0.0), 1.0) for edge in one.reach())
        if one.words and last > first:
            found.append(Text(round((first + last) / 2, 5), y, one.words, "label event-label"))
    return found + happened.event_texts(moments.events, across, y, "mark-label")


def _above(sheet: Sheet, moments: Moments, across: Across, span: tuple[float, float], many: int, *,
           columned: bool) -> None:  # fmt: skip
    top, bottom = span
    words = top - 11
    for one in moments.asleep:
        first, last = (min(max(across(edge), 0.0), 1.0) for edge in one.reach())
        sheet.add(tag("line", x1=percent(first), x2=percent(last), y1=top - 4, y2=top - 4, cls="asleep"))
    for event in moments.events:
        at = across(when.place(event.at))
        if 0 <= at <= 1:
            sheet.add(tag("line", x1=percent(at), x2=percent(at), y1=top - 7, y2=top, cls="mark"))
    texts = _words(moments, across, words)
    if texts:
        sheet.write(lambda body: lanes(texts, body, many, left=sheet.left, right=sheet.spare(body)))
    if moments.now:
        happened.draw_today(sheet, across(when.place(moments.now)), top, bottom)
    if columned:
        minutes = max(round((across.last - across.first) * MINUTES / COLUMNS), 1)
        each = f"{round(minutes / 60)} {moments.names.hours}" if minutes >= 90 else f"{minutes} {moments.names.minutes}"
        sheet.add(written(Text(0.0, top - LETTER * many - 14, f"{moments.names.column} {each}", "label", "start")))
