"""What the twin believes, drawn: the usual band (green), the cone of what may come (indigo, plum or a grey hatch), and
the simple guess (grey whiskers, never a cone)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts.pen import WIDE, area, line, number, percent, stroke, tag, wash
from selftwin.web.charts.when import places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selftwin.web.charts.pen import Numbers
    from selftwin.web.charts.scale import Up
    from selftwin.web.charts.sheet import Across, Sheet
    from selftwin.web.charts.when import Moments

    Values = Sequence[float] | Numbers


@dataclass(frozen=True, slots=True)
class Band:
    """What is usual: two figures, or two for each moment (of the chart, or of `at`). `words` stand on it once."""

    low: float | Values
    high: float | Values
    words: str = ""
    at: Moments | None = None
    trust: Trust = Trust.TRUSTED

    def reach(self) -> Iterator[float]:
        """Every figure of the band."""
        yield from np.ravel(np.asarray(self.low, dtype=np.float64)).tolist()
        yield from np.ravel(np.asarray(self.high, dtype=np.float64)).tolist()


@dataclass(frozen=True, slots=True)
class Cone:
    """What may come: the middle, and the bounds that hold half the time and 9 times in 10, where the data allow
    them."""

    at: Moments
    middle: Values
    half: tuple[Values, Values] | None = None
    nine: tuple[Values, Values] | None = None

    def __len__(self) -> int:
        """How many moments; an empty cone counts as none."""
        return len(self.at)

    def reach(self) -> Iterator[float]:
        """Every figure of the cone."""
        for some in (self.middle, *(self.half or ()), *(self.nine or ())):
            yield from np.asarray(some, dtype=np.float64).tolist()


@dataclass(frozen=True, slots=True)
class Guess:
    """A simple guess: dots with whiskers. Its name belongs in the words beside the chart."""

    at: Moments
    middle: Values
    low: Values
    high: Values

    def __len__(self) -> int:
        """How many moments; an empty guess counts as none."""
        return len(self.at)

    def reach(self) -> Iterator[float]:
        """Every figure of the guess."""
        for some in (self.middle, self.low, self.high):
            yield from np.asarray(some, dtype=np.float64).tolist()


@dataclass(frozen=True, slots=True)
class Ink:
    """The classes one kind of cone is drawn with; without `nine` it is hatched."""

    nine: str
    half: str
    edge: str
    middle: str


NEXT = Ink("next90", "next50", "next-edge", "next-mid")
IMAGINED = Ink("if90", "if50", "if-edge", "if-mid")
AS_IS = Ink("asis", "", "asis-edge", "asis-mid")


def draw_band(sheet: Sheet, band: Band, across: Across, axis: Up, at: Numbers) -> None:
    """The wash with its two edges; dotted and half as strong while it is a first impression, nothing before."""
    if band.trust is Trust.NONE or not len(at):
        return
    there = places(band.at) if band.at is not None else at
    if np.ndim(band.low) == 0 and np.ndim(band.high) == 0:
        there = there[[0, -1]]
    xs = across.all(there)
    both = (np.asarray(one, dtype=np.float64) for one in (band.low, band.high))
    low, high = (axis.all(np.broadcast_to(one, xs.shape)) for one in both)
    first = "-first" if band.trust is Trust.FIRST else ""
    edges = [stroke(line(xs, one), f"usual{first}-edge") for one in (low, high)]
    sheet.stretch(wash(area(xs, low, high), f"usual{first}"), *edges)


def draw_cone(sheet: Sheet, cone: Cone, start: tuple[float, float] | None, across: Across, axis: Up,
              ink: Ink = NEXT) -> None:  # fmt: skip
    """Two washes, the outer edges and the middle, from `start`: the place and value recorded last."""
    xs = across.all(_from(start and start[0], places(cone.at)))
    value = start and start[1]
    paths = []
    for bounds, kind in ((cone.nine, ink.nine), (cone.half, ink.half)):
        if bounds is not None and kind and ink is not AS_IS:
            paths.append(wash(area(xs, *(axis.all(_from(value, one)) for one in bounds)), kind))
    outer = cone.nine or cone.half
    if outer is not None:
        lows, highs = (axis.all(_from(value, one)) for one in outer)
        if ink is AS_IS:
            _hatched(sheet, xs, lows, highs)
        paths += [stroke(line(xs, one), ink.edge) for one in (lows, highs)]
    paths.append(stroke(line(xs, axis.all(_from(value, cone.middle))), ink.middle))
    sheet.stretch(*paths)


def _from(start: float | None, values: Values) -> Numbers:
    after = np.asarray(values, dtype=np.float64)
    return after if start is None else np.concatenate(([start], after))


def _hatched(sheet: Sheet, xs: Numbers, lows: Numbers, highs: Numbers) -> None:
    """Straight hatch inside a stretched outline: a rectangle of hatch, clipped by the outline in shares of it."""
    left, right, top, bottom = xs.min(), xs.max(), float(highs.min()), float(lows.max())
    if right <= left or bottom - top < 0.5:
        return
    name = f"{sheet.name}-as-is"
    unit = [(x / WIDE - left / WIDE) / ((right - left) / WIDE) for x in (*xs, *xs[::-1])]
    tall = [(y - top) / (bottom - top) for y in (*highs, *lows[::-1])]
    outline = " ".join(f"{x:.4f},{y:.4f}" for x, y in zip(unit, tall, strict=True))
    sheet.defs.append(tag("clipPath", tag("path", d=f"M{outline}Z"), id=name, clipPathUnits="objectBoundingBox"))
    sheet.add(tag("rect", x=percent(left / WIDE), width=percent((right - left) / WIDE), y=top, height=bottom - top,
                  fill=sheet.hatch("asis-hatch"), clip_path=f"url(#{name})", cls="asis"))  # fmt: skip


def draw_guess(sheet: Sheet, guess: Guess, start: tuple[float, float] | None, across: Across, axis: Up) -> None:
    """A dotted middle, and a whisker with a dot for each moment; never a cone."""
    at = places(guess.at)
    if start is not None:
        level = axis.all(np.concatenate(([guess.middle[0]], np.asarray(guess.middle, dtype=np.float64))))
        sheet.stretch(stroke(line(across.all(np.concatenate(([start[0]], at))), level), "guess guess-mid"))
    for place, middle, low, high in zip(at, guess.middle, guess.low, guess.high, strict=True):
        share = across(float(place))
        sheet.add(whisker(share, axis(float(low)), axis(float(high))))
        sheet.add(tag("circle", cx=percent(share), cy=axis(float(middle)), r=2, cls="guess-dot"))


def whisker(share: float, low: float, high: float) -> str:
    """An upright with two feet, in pixels around its place."""
    lines = f"M0,{number(high)}V{number(low)}M-4.5,{number(high)}H4.5M-4.5,{number(low)}H4.5"
    return tag("svg", tag("path", d=lines, cls="guess", fill="none"), x=percent(share), overflow="visible")
