"""Kinds of day beside each other on one scale, as the seven of a week: 9 in 10, half and the middle, and every
value."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from selftwin.web.charts.happened import dot
from selftwin.web.charts.pen import percent, tag
from selftwin.web.charts.scale import up
from selftwin.web.charts.sheet import Sheet, Text, gutter, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from selftwin.web.charts.believed import Values
    from selftwin.web.charts.scale import Up
    from selftwin.wording.measures import Measure

WIDTH = 0.74  # of a column
GOLDEN = 0.618_034  # spreads dots evenly without chance


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of day: its bounds of 9 in 10 and of half, its middle, and its values."""

    name: str
    low: float
    half_low: float
    middle: float
    half_high: float
    high: float
    values: Values = ()


@dataclass(frozen=True, slots=True)
class Weekdays:
    """The kinds in order. `today` is the place of today's kind; `now` its value, ringed when `odd`, named by
    `words`."""

    kinds: Sequence[Kind]
    read: Measure
    today: int | None = None
    now: float | None = None
    words: str = ""
    odd: bool = False
    height: float = 112.0


def draw(week: Weekdays, *, name: str, says: str) -> Markup:
    """The chart; `name` is unlike that of every other chart of the page, `says` its sentence."""
    top, bottom = 10.0, 10.0 + week.height
    now = [] if week.now is None else [week.now]
    every = chain(now, *((kind.low, kind.high, *map(float, kind.values)) for kind in week.kinds))
    axis = up(every, week.read, top, bottom)
    sheet = Sheet(name, bottom + 26, left=gutter(one.words for one in axis.ticks), kind="chart-weekdays")
    sheet.figures(axis)
    column = 1 / len(week.kinds)
    for place, kind in enumerate(week.kinds):
        _kind(sheet, kind, axis, (place + (1 - WIDTH) / 2) * column, WIDTH * column)
    if week.now is not None and week.today is not None:
        middle = (week.today + 0.5) * column
        sheet.add(dot(middle, axis(week.now), "odd" if week.odd else "recorded-dot", 4.4))
        later = week.today < len(week.kinds) / 2
        kinds = "label odd-label halo" if week.odd else "label halo"
        sheet.add(written(Text(round(middle, 5), round(axis(week.now) + 4.5, 1), week.words, kinds,
                               "start" if later else "end", 8 if later else -8)))  # fmt: skip
    _names(sheet, week, column, bottom + 20)
    return sheet.drawn(says)


def _kind(sheet: Sheet, kind: Kind, axis: Up, left: float, wide: float) -> None:
    for low, high, cls in ((kind.low, kind.high, "usual"), (kind.half_low, kind.half_high, "usual-half")):
        tall = axis(low) - axis(high)
        sheet.add(tag("rect", x=percent(left), width=percent(wide), y=axis(high), height=tall, cls=cls))
    y = axis(kind.middle)
    sheet.add(tag("line", x1=percent(left), x2=percent(left + wide), y1=y, y2=y, cls="usual-mid"))
    for place, value in enumerate(kind.values):
        share = left + wide * (0.06 + 0.88 * (place * GOLDEN % 1))
        sheet.add(dot(share, axis(float(value)), r=1.3))


def _names(sheet: Sheet, week: Weekdays, column: float, y: float) -> None:
    """Whole names where all of them fit, else their first three letters."""

    def solve(body: float) -> list[Text]:
        for letters in (None, 3, 1):
            texts = [Text(round((place + 0.5) * column, 5), y, kind.name[:letters],
                          "label-strong" if place == week.today else "label")
                     for place, kind in enumerate(week.kinds)]  # fmt: skip
            if all(last - first + 4 <= body * column for first, last in (one.extent(body) for one in texts)):
                return texts
        return []

    sheet.write(solve)
