"""A signal's days as a drawing: recorded in ink, the usual band, today's mark, what comes next; gaps hatched."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from selftwin.cli.drawing import HALF, HATCH, NEXT, USUAL, Drawing, Scale
from selftwin.cli.screen import palette
from selftwin.vocabulary.estimate import Trust
from selftwin.wording.believed import FULL, is_guess, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from selftwin.vocabulary.estimate import Forecast, Normal, Step
    from selftwin.wording.measures import Measure

PAST, AHEAD, STRIDE = 14, 3, 2  # days back, days ahead, letters for each of these
ROWS = 9  # of a large drawing
ARROWS = {"above": "▲", "below": "▼"}


@dataclass(frozen=True, slots=True)
class Days:
    """Values of consecutive calendar days; None where nothing was recorded."""

    first: date
    values: tuple[float | None, ...]

    @classmethod
    def between(cls, found: Sequence[tuple[date, float]], first: date, last: date) -> Days:
        """The days from `first` to `last`, both included."""
        known = dict(found)
        return cls(first, tuple(known.get(first + timedelta(n)) for n in range((last - first).days + 1)))

    def known(self) -> list[float]:
        """The values there are."""
        return [value for value in self.values if value is not None]

    def runs(self) -> list[list[tuple[int, float]]]:
        """Stretches without a gap, as (place, value)."""
        found: list[list[tuple[int, float]]] = [[]]
        for place, value in enumerate(self.values):
            if value is None:
                found.append([])
            else:
                found[-1].append((place, value))
        return [run for run in found if run]


def spark(days: Days, normal: Normal, forecast: Forecast | None, *, colour: bool) -> list[Text]:
    """Four rows: 14 days back, today's line, 3 days ahead; the two rows in the middle are the usual band."""
    steps = forecast.steps[:AHEAD] if forecast else ()
    band = _band(normal)
    beyond = [value for step in steps for value in (step.mean,) if value is not None]
    scale = Scale.of_band(band) if band else Scale.around([*days.known(), *beyond], None, 4)
    drawing = Drawing(PAST + 1 + AHEAD * STRIDE, scale)
    if band:
        drawing.wash(0, PAST - 1, *band, USUAL)
    recorded(drawing, days, 1.0, joined=normal.trust is not Trust.NONE)
    drawing.column(PAST, "│")
    ahead(drawing, steps, PAST + 1, normal.value, simple=is_guess(forecast))
    outside(drawing, days, normal, 1.0)
    return drawing.rows(colour=colour)


def recorded(drawing: Drawing, days: Days, stride: float, *, joined: bool = True) -> None:
    """The recorded line, never across a gap; gaps hatched; single dots where too little is known to join them."""
    for run in days.runs():
        points = [(place * stride, value) for place, value in run]
        for part in [points] if joined else [[point] for point in points]:
            drawing.line(part)
    width = round(stride * len(days.values))
    for x in range(width):
        first, last = math.ceil(x / stride - 0.5), math.ceil((x + 1) / stride - 0.5)
        here = days.values[max(first, 0) : max(last, first + 1)]
        if here and not any(value is not None for value in here):
            drawing.column(x, HATCH, palette().quiet)


def outside(drawing: Drawing, days: Days, normal: Normal, stride: float) -> None:
    """A mark on each of the newest days in a row that lie outside a band of nine days in ten."""
    arrow = ARROWS.get(normal.outside)
    if arrow is None or normal.level != FULL:
        return
    style = palette().odd if normal.outside == "above" else palette().below
    for place in range(max(len(days.values) - normal.run, 0), len(days.values)):
        if (value := days.values[place]) is not None:
            drawing.letter(round(place * stride), value, arrow, f"bold {style}")


def ahead(
    drawing: Drawing, steps: Sequence[Step], start: int, last: float | None, *, simple: bool, stride: int = STRIDE
) -> None:
    """What comes next, from a column on: two washes with a dashed middle, or whiskers where it is a simple guess."""
    points = [(start - 1.5, last)] if last is not None else []
    for number, step in enumerate(steps):
        first = start + number * stride
        middle = first + stride / 2 - 0.5
        if step.mean is None:
            for x in range(first, first + stride):
                drawing.column(x, HATCH, palette().quiet)
        elif simple:
            _whisker(drawing, step, middle)
        else:
            _cone(drawing, step, first, first + stride - 1)
            points.append((middle, step.mean))
    if len(points) > 1 and not simple:
        drawing.line(points, ink=palette().next_ink, dashed=True)


def _cone(drawing: Drawing, step: Step, first: int, last: int) -> None:
    for low, high, kind in ((step.lo90, step.hi90, NEXT), (step.lo50, step.hi50, HALF)):
        if low is not None and high is not None:
            drawing.wash(first, last, low, high, kind)


def _whisker(drawing: Drawing, step: Step, middle: float) -> None:
    low, high = widest(step)
    if step.mean is None:
        return
    if low is not None and high is not None:
        drawing.upright(middle, low, high, ink=palette().quiet)
    drawing.letter(int(middle), step.mean, "▫", palette().quiet)


def chart(days: Days, normal: Normal | None, measure: Measure, *, width: int, colour: bool) -> list[Text]:
    """The days over the whole width, with figures at the left and dates below; ▼ stands over today."""
    from rich.text import Text

    band = _band(normal) if normal else None
    scale = Scale.around(days.known(), band, ROWS)
    edges = _edges(scale, band, measure)
    margin = max(map(len, edges.values())) + 1
    columns = width - margin
    stride = min(columns / len(days.values), 3.0)
    drawn = Drawing(max(round(stride * len(days.values)), 1), scale)
    if band:
        drawn.wash(0, drawn.width - 1, *band, USUAL)
    recorded(drawn, days, stride, joined=normal is None or normal.trust is not Trust.NONE)
    if normal and normal.day == (days.first + timedelta(len(days.values) - 1)).isoformat():
        outside(drawn, days, normal, stride)
    today = Text(" " * (margin + min(round((len(days.values) - 1) * stride), drawn.width - 1)) + "▼")
    body = [Text.assemble((f"{edges.get(y, ''):>{margin - 1}} ", palette().quiet), row)
            for y, row in enumerate(drawn.rows(colour=colour))]  # fmt: skip
    return [today, *body, Text(" " * margin + _dates(days, drawn.width), palette().quiet)]


def cone(past: Days, forecast: Forecast, measure: Measure, *, width: int, stride: int, colour: bool) -> list[Text]:
    """The newest recorded values, today's line, and every step of a forecast that fits the width."""
    from rich.text import Text

    bounds = [bound for step in forecast.steps for bound in (*widest(step), step.mean) if bound is not None]
    scale = Scale.around([*past.known(), *bounds], None, ROWS)
    figures = measure.apart_all([scale.high, scale.low])
    margin = max(map(len, figures)) + 1
    start = len(past.values) * stride + 1
    steps = forecast.steps[: (width - margin - start) // stride]
    drawn = Drawing(start + len(steps) * stride, scale)
    recorded(drawn, past, float(stride))
    drawn.column(start - 1, "│")
    ahead(drawn, steps, start, past.values[-1], simple=is_guess(forecast), stride=stride)
    labels = [figures[0], *[""] * (scale.rows - 2), figures[1]]
    body = [Text.assemble((f"{label:>{margin - 1}} ", palette().quiet), row)
            for label, row in zip(labels, drawn.rows(colour=colour), strict=True)]  # fmt: skip
    return [Text(" " * (margin + start - 1) + "▼"), *body]


def _band(normal: Normal) -> tuple[float, float] | None:
    return (normal.low, normal.high) if normal.low is not None and normal.high is not None else None


def _edges(scale: Scale, band: tuple[float, float] | None, measure: Measure) -> dict[int, str]:
    """Figures beside the rows: the top, the bottom, and the band's own edges."""
    height = (scale.high - scale.low) / scale.rows
    places = {0: scale.high, scale.rows - 1: scale.low}
    if band and band[1] > band[0]:
        under = round((scale.high - band[1]) / height)
        over = round((scale.high - band[0]) / height) - 1
        places |= {under: band[1], over: band[0]} if under != over else {under: band[1]}
    return dict(zip(places, measure.apart_all(list(places.values())), strict=True))


def _dates(days: Days, width: int) -> str:
    """First and last day, with the middle one where there is room."""
    last = days.first + timedelta(len(days.values) - 1)
    first, end = _short(days.first), _short(last)
    if width < len(first) + len(end) + 2:
        return end
    line = first + end.rjust(width - len(first))
    middle = _short(days.first + timedelta(len(days.values) // 2))
    place = width // 2 - len(middle) // 2
    if place > len(first) + 1 and place + len(middle) + 1 < width - len(end):
        line = line[:place] + middle + line[place + len(middle) :]
    return line


def _short(moment: date) -> str:
    return f"{moment.day} {moment:%b}"
