"""A usual day from many: the ambulatory glucose profile, with its middle, half of the days, 9 days in 10, the range
aimed at and the meals. The form follows the consensus report (Battelino 2019)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from selftwin.web.charts.frame import CLOCK, write_clock
from selftwin.web.charts.names import NAMES
from selftwin.web.charts.pen import WIDE, area, line, stroke, tag, wash, words
from selftwin.web.charts.scale import Tick, figure, up
from selftwin.web.charts.sheet import LETTER, Across, Sheet, Text, apart, fitting, gutter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from selftwin.web.charts.believed import Band, Values
    from selftwin.web.charts.names import Names
    from selftwin.web.charts.scale import Up
    from selftwin.wording.measures import Measure

DAY = 1440.0
MORNING = 720.0  # the minute up to which the words in a left corner may reach


@dataclass(frozen=True, slots=True)
class Agp:
    """What is drawn, by `minutes` after midnight, in the person's unit. `meals` and `notes` stand at their minute:
    meals on the floor, notes above the drawing there."""

    minutes: Values
    middle: Values
    half: tuple[Values, Values]
    nine: tuple[Values, Values]
    read: Measure
    target: Band | None = None
    meals: Sequence[tuple[float, str]] = ()
    notes: Sequence[tuple[float, str]] = ()
    height: float = 270.0
    names: Names = NAMES


def draw(agp: Agp, *, name: str, says: str) -> Markup:
    """The chart; `name` is unlike that of every other chart of the page, `says` its sentence."""
    top, bottom = 8.0, 8.0 + agp.height
    axis = _axis(agp, top + 12, bottom - (24 if agp.meals else 8))
    across = Across(0.0, 1.0)
    sheet = Sheet(name, bottom + CLOCK, left=gutter(one.words for one in axis.ticks), right=60.0, kind="chart-agp")
    xs = np.asarray(agp.minutes, dtype=np.float64) / DAY * WIDE
    _target(sheet, agp, axis)
    sheet.figures(axis)
    sheet.add(*(tag("line", x1=f"{share}%", x2=f"{share}%", y1=top, y2=bottom, cls="grid") for share in (25, 50, 75)))
    nine = [axis.all(one) for one in agp.nine]
    half = [axis.all(one) for one in agp.half]
    sheet.stretch(wash(area(xs, *nine), "nine-band"), *(stroke(line(xs, one), "nine-edge") for one in nine),
                  wash(area(xs, *half), "half-band"),
                  stroke(line(xs, axis.all(agp.middle)), "recorded thick"))  # fmt: skip
    _called(sheet, agp, axis)
    _words(sheet, agp, axis, bottom)
    _ends(sheet, agp, axis)
    write_clock(sheet, across, bottom + 16)
    return sheet.drawn(says)


def _axis(agp: Agp, top: float, bottom: float) -> Up:
    every = (np.asarray(one, dtype=np.float64).tolist() for one in (*agp.nine, *agp.half, agp.middle))
    axis = up(chain(*every, agp.target.reach() if agp.target else ()), agp.read, top, bottom)
    if agp.target is None:
        return axis
    step = (axis.high - axis.low) / 8
    edges = [float(np.min(agp.target.low)), float(np.max(agp.target.high))]
    clear = [one for one in axis.ticks if all(abs(one.value - edge) > step for edge in edges)]
    named = [Tick(edge, figure(edge, _finest(edges), agp.read)) for edge in edges]
    return replace(axis, ticks=tuple(sorted((*clear, *named), key=lambda one: one.value)))


def _finest(values: Sequence[float]) -> float:
    """Tenths where any of the values has them, else whole figures."""
    return 1.0 if all(value == round(value) for value in values) else 0.1


def _target(sheet: Sheet, agp: Agp, axis: Up) -> None:
    """The range aimed at."""
    if agp.target is None:
        return
    low, high = axis(float(np.min(agp.target.low))), axis(float(np.max(agp.target.high)))
    sheet.add(tag("rect", x="0%", width="100%", y=high, height=low - high, cls="target"))
    sheet.add(*(tag("line", x1="0%", x2="100%", y1=y, y2=y, cls="target-edge") for y in (low, high)))


def _called(sheet: Sheet, agp: Agp, axis: Up) -> None:
    """What the range aimed at is called, in that of its left corners which the middle half leaves more room in."""
    if agp.target is None or not agp.target.words:
        return
    low, high = axis(float(np.min(agp.target.low))), axis(float(np.max(agp.target.high)))
    morning = np.asarray(agp.minutes, dtype=np.float64) < MORNING
    under, over = (axis.all(one)[morning] for one in agp.half)
    below = float(np.nanmin(low - under)) if np.isfinite(under).any() else 0.0
    above = float(np.nanmin(over - high)) if np.isfinite(over).any() else 0.0
    y = low - 7 if below > above else high + 17
    text = Text(0.0, y, agp.target.words, "label usual-word halo", "start", 8)
    sheet.write(lambda body: fitting([text], body))


def _words(sheet: Sheet, agp: Agp, axis: Up, bottom: float) -> None:
    """Meals on the floor; notes just above the highest line around their minute."""
    meals = [Text(round(at / DAY, 5), bottom - 7, said, "label event-label") for at, said in agp.meals]
    sheet.write(lambda body: fitting(meals, body))
    minutes, highest = np.asarray(agp.minutes, dtype=np.float64), axis.all(agp.nine[1])
    notes = []
    for at, said in agp.notes:
        near = np.abs(minutes - at) <= 120
        y = max(float(highest[near].min()) - 8 if near.any() else axis.top + 10, 14.0)
        notes.append(Text(round(at / DAY, 5), round(y, 1), said, "label odd-label halo"))
    sheet.write(lambda body: fitting(notes, body))


def _ends(sheet: Sheet, agp: Agp, axis: Up) -> None:
    ends = ((agp.names.nine, agp.nine[1], "label"), (agp.names.half, agp.half[1], "label"),
            (agp.names.middle, agp.middle, "label-strong"))  # fmt: skip
    heights = apart([axis(_last(values)) for _, values, _ in ends], LETTER, axis.top, axis.bottom)
    for (said, _, kind), y in zip(ends, heights, strict=True):
        sheet.at_right.append(tag("text", words(said), x=8, y=y + 4.5, cls=kind))


def _last(values: Values) -> float:
    """The last value that is known."""
    there = np.asarray(values, dtype=np.float64)
    there = there[np.isfinite(there)]
    return float(there[-1]) if len(there) else 0.0
