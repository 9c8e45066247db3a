"""Days or nights of one signal, from two weeks to ten years: recorded in ink, your usual behind it, what may come
ahead.

More than 1,500 days are drawn as the lowest and highest of each column, and the chart says so."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts import happened, when
from selftwin.web.charts.believed import draw_band, draw_cone, draw_guess
from selftwin.web.charts.frame import CLOCK, lanes_needed, write_band, write_clock, write_ends, write_lanes
from selftwin.web.charts.happened import COLUMNS, MOST_DOTS, MOST_POINTS, Recorded, dot
from selftwin.web.charts.names import NAMES
from selftwin.web.charts.scale import up
from selftwin.web.charts.sheet import LETTER, Across, Sheet, Text, fitting, gutter, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from markupsafe import Markup

    from selftwin.web.charts.believed import Band, Cone, Guess, Values
    from selftwin.web.charts.happened import Event, Flaw, Lapse
    from selftwin.web.charts.names import Names
    from selftwin.web.charts.pen import Numbers
    from selftwin.web.charts.scale import Up
    from selftwin.web.charts.when import Moments
    from selftwin.wording.measures import Measure

NEXT_DAY = 1.0


@dataclass(frozen=True, slots=True)
class Days:
    """What is drawn. `at` are the days in order, `values` in the person's unit, None or not a number where there is
    none; `read` writes the figures (its scale is not applied again). `missing` names the gaps, empty leaves them
    unhatched, as for what is not measured daily. `floor` is a value the axis does not go below by itself, as 0 for
    counts."""

    at: Moments
    values: Sequence[float | None] | Values
    read: Measure
    usual: Band | None = None
    ahead: Cone | None = None
    guess: Guess | None = None
    today: date | None = None
    events: Sequence[Event] = ()
    sunk: Sequence[Lapse] = ()
    flaws: Sequence[Flaw] = ()
    missing: str = "not worn"
    floor: float | None = None
    height: float = 190.0
    names: Names = NAMES

    def reach(self, recorded: Recorded) -> Iterator[float]:
        """Every value that must find a place on the axis."""
        known = recorded.known().values
        band = self.usual.reach() if self.usual and self.usual.trust is not Trust.NONE else ()
        ahead = self.ahead.reach() if self.ahead else ()
        guess = self.guess.reach() if self.guess else ()
        yield from chain((known.min(), known.max()) if len(known) else (), band, ahead, guess)


def draw(days: Days, *, name: str, says: str) -> Markup:
    """The chart; `name` is unlike that of every other chart of the page, `says` its sentence."""
    recorded = Recorded.of(days.at, days.values)
    across = _across(days, recorded)
    columned = len(recorded.known().at) > MOST_POINTS
    top, head = _head(days, across, columned=columned)
    floor_room = 18.0 if days.flaws or (days.missing and recorded.missing(NEXT_DAY)) else 6.0
    bottom = top + days.height
    axis = up(days.reach(recorded), days.read, top + 4, bottom - floor_room, floor=days.floor)
    sheet = Sheet(name, bottom + CLOCK, left=gutter(one.words for one in axis.ticks),
                  right=60.0 if days.ahead else 10.0, kind="chart-days")  # fmt: skip
    sheet.figures(axis)
    happened.draw_sunk(sheet, (one.reach() for one in days.sunk), across, top, bottom)
    _believed(sheet, days, recorded, across, axis)
    _recorded(sheet, days, recorded, across, axis, columned=columned)
    _floor(sheet, days, recorded, across, bottom)
    _above(sheet, days, across, (top, bottom), head, columned=columned)
    short = days.ahead and across.last - across.first < 200
    closing = when.Mark(across.last, when.named(across.last)) if short else None
    write_clock(sheet, across, bottom + 16, closing=closing)
    return sheet.drawn(says)


def _across(days: Days, recorded: Recorded) -> Across:
    """From the first day to the last that is recorded, expected or today; a few days keep some air at the left."""
    ahead = [float(when.places(one.at)[-1]) for one in (days.ahead, days.guess) if one and len(one.at)]
    ends = [*recorded.at[-1:].tolist(), *([when.place(days.today)] if days.today else []), *ahead]
    first = float(recorded.at[0]) if len(recorded.at) else min(ends, default=0.0) - 14
    last = max(ends, default=first + 1)
    air = 0.5 if last - first <= MOST_DOTS else 0.0
    return Across(first - air, max(last, first + 1) + (0.0 if ahead else air))


def _head(days: Days, across: Across, *, columned: bool) -> tuple[float, float]:
    """Where the drawing begins, and the baseline of the lowest line of events."""
    texts = happened.event_texts(days.events, across, 0)
    many = max(lanes_needed(texts, 640, 3), 1) if texts else 0
    head = 12 + LETTER * (many - 1)
    top = (head + 10 if many else 0.0) + (24.0 if days.today else 6.0) + (LETTER if columned and not many else 0.0)
    return top, head


def _believed(sheet: Sheet, days: Days, recorded: Recorded, across: Across, axis: Up) -> None:
    if days.usual:
        draw_band(sheet, days.usual, across, axis, _band_days(days, recorded, across))
    if days.ahead:
        draw_cone(sheet, days.ahead, recorded.last, across, axis)
        write_ends(sheet, days.ahead, axis, days.names)
    if days.guess:
        draw_guess(sheet, days.guess, recorded.last, across, axis)


def _band_days(days: Days, recorded: Recorded, across: Across) -> Numbers:
    """A flat band runs from the left edge to today, one that varies over its own days."""
    if days.usual is None or np.ndim(days.usual.low) or not len(recorded.at):
        return recorded.at
    last = when.place(days.today) if days.today else float(recorded.at[-1])
    return np.asarray([across.first, max(last, float(recorded.at[0]))])


def _recorded(sheet: Sheet, days: Days, recorded: Recorded, across: Across, axis: Up, *, columned: bool) -> None:
    if days.missing:
        spans = [(first + 0.5, last - 0.5) for first, last in recorded.missing(NEXT_DAY)]
        least = (across.last - across.first) / 600  # narrower than a pixel is not seen
        happened.draw_gaps(sheet, (one for one in spans if one[1] - one[0] > least), across, axis.top - 4, axis.bottom)
    if columned:
        happened.draw_columns(sheet, recorded, across, axis, (across.first, float(recorded.at[-1]) + 1e-6))
    else:
        happened.draw_line(sheet, recorded, across, axis, pause=NEXT_DAY)
        odd = outside(recorded, days.usual)
        sheet.add(*(dot(across(float(recorded.at[one])), axis(float(recorded.values[one])), "odd", 4.4) for one in odd))
    if days.usual and days.usual.trust is not Trust.NONE:
        write_band(sheet, days.usual, recorded, across, axis, _band_days(days, recorded, across))


def outside(recorded: Recorded, band: Band | None) -> list[int]:
    """Which recorded places lie outside the band."""
    if band is None or band.trust is Trust.NONE or not len(recorded.at):
        return []
    low, high = (np.asarray(one, dtype=np.float64) for one in (band.low, band.high))
    if band.at is not None and low.ndim:
        low, high = (np.interp(recorded.at, when.places(band.at), one) for one in (low, high))
    with np.errstate(invalid="ignore"):
        return np.flatnonzero((recorded.values < low) | (recorded.values > high)).tolist()


def _floor(sheet: Sheet, days: Days, recorded: Recorded, across: Across, bottom: float) -> None:
    """Gaps and faults by name, the longest gap first."""
    happened.draw_flaws(sheet, days.flaws, across, bottom - 7)
    said = [Text(across(when.place(one.at)), bottom - 3, one.words, "label fault-label", "end", -8)
            for one in days.flaws if one.words]  # fmt: skip
    gaps = sorted(recorded.missing(NEXT_DAY), key=lambda one: one[0] - one[1])[:3] if days.missing else []
    said += [Text(round((across(first) + across(last)) / 2, 5), bottom - 4, days.missing, "label gap-label halo")
             for first, last in gaps]  # fmt: skip
    sheet.write(lambda body: fitting(said, body))


def _above(sheet: Sheet, days: Days, across: Across, span: tuple[float, float], head: float, *, columned: bool) -> None:
    top, bottom = span
    if days.events:
        happened.draw_events(sheet, days.events, across, top, head)
        texts = happened.event_texts(days.events, across, head)
        write_lanes(sheet, texts, int((head - 12) / LETTER) + 1)
    if columned:
        each = max(round((across.last - across.first) / COLUMNS), 2)
        sheet.add(written(Text(0.0, top - (26 if days.today else 8), f"{days.names.column} {each} {days.names.days}",
                               "label", "start")))  # fmt: skip
    if days.today:
        share = across(when.place(days.today))
        happened.draw_today(sheet, share, top, bottom)
        word = [Text(share, top - 10, days.names.today, "label-strong")]
        sheet.write(lambda body: fitting(word, body, left=sheet.left, right=sheet.spare(body)))
