"""Two futures: as you are as a grey hatch, with the change in plum; and below, on the same clock, the difference
alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from selftwin.web.charts import happened, when
from selftwin.web.charts.believed import AS_IS, IMAGINED, draw_band, draw_cone
from selftwin.web.charts.frame import CLOCK, write_band, write_clock
from selftwin.web.charts.happened import MOST_POINTS, Recorded, dot
from selftwin.web.charts.letters import width
from selftwin.web.charts.names import NAMES
from selftwin.web.charts.pen import tag, words
from selftwin.web.charts.scale import up
from selftwin.web.charts.sheet import LEVELS, ROOMY, Across, Sheet, Text, apart, fitting, gutter, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from selftwin.web.charts.believed import Band, Cone, Values
    from selftwin.web.charts.names import Names
    from selftwin.web.charts.scale import Up
    from selftwin.web.charts.when import Moment
    from selftwin.web.charts.when import Moments as Times
    from selftwin.wording.measures import Measure


@dataclass(frozen=True, slots=True)
class Future:
    """One future: its cone, its name, and its range on the last day in words."""

    cone: Cone
    name: str
    range: str = ""


@dataclass(frozen=True, slots=True)
class Futures:
    """What is drawn: what was recorded (`at`, `values` in the person's unit), and from its last value two futures.
    `pause` is how many days the recorded line may cross: a day, or some minutes of one."""

    at: Times
    values: Sequence[float | None] | Values
    read: Measure
    as_you_are: Future
    changed: Future | None = None
    usual: Band | None = None
    today: Moment | None = None
    missing: str = ""
    pause: float = 1.0
    floor: float | None = None
    height: float = 220.0
    names: Names = NAMES

    def reach(self) -> Iterator[float]:
        """Every value that must find a place on the axis."""
        known = [one for one in self.values if one is not None and np.isfinite(one)]
        changed = self.changed.cone.reach() if self.changed else ()
        yield from chain(known, self.usual.reach() if self.usual else (), self.as_you_are.cone.reach(), changed)

    def across(self) -> Across:
        """From the first day recorded to the last imagined."""
        last = float(when.places(self.as_you_are.cone.at)[-1])
        recorded = when.places(self.at)
        first = float(recorded[0]) if len(recorded) else when.place(self.today) if self.today is not None else last - 1
        return Across(first, last)

    def left(self) -> float:
        """The left gutter that its figures need; the difference below takes the wider of the two."""
        return gutter(one.words for one in up(self.reach(), self.read, 0, self.height, floor=self.floor).ticks)


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference alone, on the clock of `beside`: with the change minus as you are, in the person's unit."""

    beside: Futures
    cone: Cone
    read: Measure
    name: str
    range: str = ""
    height: float = 84.0


def draw(futures: Futures, *, name: str, says: str) -> Markup:
    """The two futures; `name` is unlike that of every other chart of the page, `says` its sentence."""
    recorded = Recorded.of(futures.at, futures.values)
    across = futures.across()
    top, bottom = 24.0, 24.0 + futures.height
    axis = up(futures.reach(), futures.read, top + 4, bottom - 6, floor=futures.floor)
    both = [futures.as_you_are, *([futures.changed] if futures.changed else [])]
    sheet = Sheet(name, bottom + CLOCK, left=max(futures.left(), 30.0), right=_right(both), right_from=ROOMY,
                  kind="chart-futures")  # fmt: skip
    sheet.figures(axis)
    _past(sheet, futures, recorded, across, axis)
    start = recorded.last
    draw_cone(sheet, futures.as_you_are.cone, start, across, axis, AS_IS)
    if futures.changed:
        draw_cone(sheet, futures.changed.cone, start, across, axis, IMAGINED)
    if start:
        sheet.add(dot(across(start[0]), axis(start[1]), r=3.6))
    _today(sheet, futures, across, top, bottom)
    _ends(sheet, both, axis)
    closing = when.Mark(across.last, when.named(across.last)) if 3 < across.last - across.first < 300 else None
    write_clock(sheet, across, bottom + 16, closing=closing)
    return sheet.drawn(says)


def difference(alone: Difference, *, name: str, says: str) -> Markup:
    """The difference alone, under the same days as the two futures."""
    futures = alone.beside
    across = futures.across()
    axis = up([0.0, *alone.cone.reach()], alone.read, 6, alone.height - 6, most=4)
    both = [futures.as_you_are, *([futures.changed] if futures.changed else [])]
    sheet = Sheet(name, alone.height, left=max(futures.left(), 30.0), right=_right(both), right_from=ROOMY,
                  kind="chart-difference")  # fmt: skip
    sheet.figures(axis)
    last = Recorded.of(futures.at, futures.values).last
    start = last[0] if last else when.place(futures.today) if futures.today is not None else across.first
    draw_cone(sheet, alone.cone, (start, 0.0), across, axis, IMAGINED)
    zero = axis(0.0)
    sheet.add(tag("line", x1=f"{across(start) * 100:.2f}%", x2="100%", y1=zero, y2=zero, cls="zero"))
    happened.draw_today(sheet, across(start), 0, alone.height, words=False)
    _alone(sheet, alone, axis, across(start))
    return sheet.drawn(says)


def _past(sheet: Sheet, futures: Futures, recorded: Recorded, across: Across, axis: Up) -> None:
    """What was recorded, with its usual and its gaps; beyond 1,500 points by columns."""
    last = recorded.last
    if last is None:
        return
    past = np.asarray([across.first, last[0]]) if not futures.usual or not np.ndim(futures.usual.low) else recorded.at
    if futures.usual:
        draw_band(sheet, futures.usual, across, axis, past)
    gaps = recorded.missing(futures.pause)
    if futures.missing:
        happened.draw_gaps(sheet, [(first, end) for first, end in gaps if end - first > 2 * futures.pause], across,
                           axis.top - 4, axis.bottom + 6)  # fmt: skip
        said = [Text(round(across((first + end) / 2), 5), axis.bottom + 2, futures.missing, "label gap-label halo")
                for first, end in sorted(gaps, key=lambda one: one[0] - one[1])[:1]]  # fmt: skip
        sheet.write(lambda body: fitting(said, body))
    if len(recorded.known().at) > MOST_POINTS:
        happened.draw_columns(sheet, recorded, across, axis, (across.first, last[0] + 1e-6))
    else:
        happened.draw_line(sheet, recorded, across, axis, pause=futures.pause)
    if futures.usual:
        write_band(sheet, futures.usual, recorded, across, axis, past)


def _today(sheet: Sheet, futures: Futures, across: Across, top: float, bottom: float) -> None:
    if futures.today is None:
        return
    share = across(when.place(futures.today))
    happened.draw_today(sheet, share, top, bottom)
    word = [Text(round(share, 5), top - 10, futures.names.today, "label-strong")]
    sheet.write(lambda body: fitting(word, body, left=sheet.left))


def _right(both: Sequence[Future]) -> float:
    """A gutter for the longest name, within reason."""
    wide = [max(width(one.name, "label-strong"), width(one.range)) for one in both]
    return min(round(max(wide)) + 14.0, 190.0)


def _ends(sheet: Sheet, both: Sequence[Future], axis: Up, kinds: Sequence[str] = ("asis-label", "if-label")) -> None:
    """The name and the last day's range of each future: beside its end on a wide page, inside it on a narrow one."""
    heights = [axis(float(one.cone.middle[-1])) for one in both]
    beside = apart([y + 4 for y in heights], 36, axis.top + 4, axis.bottom - 12)
    inside = apart([y - 22 for y in heights], 38, axis.top + 10, axis.bottom - 18)
    if len(both) == 2:
        inside = _over_and_under(both, axis)
    for one, kind, right, within in zip(both, kinds, beside, inside, strict=False):
        sheet.at_right.append(tag("text", words(one.name), x=8, y=right - 4, cls=f"label-strong {kind}"))
        sheet.at_right.append(tag("text", words(one.range), x=8, y=right + 12, cls=f"label {kind}"))
        narrow = [level for level in LEVELS if level < ROOMY]
        sheet.add(written(Text(1.0, within, one.name, f"label-strong {kind} halo", "end", -4), narrow),
                  written(Text(1.0, within + 15, one.range, f"label {kind} halo", "end", -4), narrow))  # fmt: skip


def _alone(sheet: Sheet, alone: Difference, axis: Up, start: float) -> None:
    """Name and range of the difference: beside its end on a wide page, else left of where it begins, else nowhere."""
    y = apart([axis(float(alone.cone.middle[-1])) + 4], 0, axis.top + 12, axis.bottom - 14)[0]
    sheet.at_right.append(tag("text", words(alone.name), x=8, y=y - 4, cls="label-strong if-label"))
    sheet.at_right.append(tag("text", words(alone.range), x=8, y=y + 12, cls="label if-label"))
    left = [Text(0.0, axis.bottom - 18, alone.name, "label-strong if-label halo", "start", 2),
            Text(0.0, axis.bottom - 2, alone.range, "label if-label halo", "start", 2)]  # fmt: skip

    def solve(body: float) -> list[Text]:
        return [] if sheet.spare(body) else [one for one in left if one.extent(body)[1] < start * body]

    sheet.write(solve)


def _over_and_under(both: Sequence[Future], axis: Up) -> list[float]:
    """On a narrow page the higher future is named above its middle, the lower one below its middle."""
    heights = [axis(float(one.cone.middle[-1])) for one in both]
    higher = 0 if heights[0] <= heights[1] else 1
    placed = [0.0, 0.0]
    placed[higher] = max(heights[higher] - 24, axis.top + 10)
    placed[1 - higher] = min(max(heights[1 - higher] + 20, placed[higher] + 38), axis.bottom - 16)
    return placed
