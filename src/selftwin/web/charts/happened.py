"""What happened, drawn: the recorded line and its dots, spans without a value (hatched, never bridged), illness and
night (sunk), life events above, faults on the floor, and today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.web.charts.pen import WIDE, line, number, percent, stroke, tag
from selftwin.web.charts.sheet import Text
from selftwin.web.charts.when import place, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from selftwin.web.charts.pen import Numbers
    from selftwin.web.charts.scale import Up
    from selftwin.web.charts.sheet import Across, Sheet
    from selftwin.web.charts.when import Moment

COLUMNS = 240  # lowest and highest of so many columns stand for more points
MOST_POINTS = 1500
MOST_DOTS = 45


@dataclass(frozen=True, slots=True)
class Lapse:
    """A stretch of time, whole days when it is given in dates: its last day is inside it."""

    first: Moment
    last: Moment
    words: str = ""

    def reach(self) -> tuple[float, float]:
        """Its first place and its last; a day spreads half a day to each side of its place."""
        whole = 0.0 if hasattr(self.first, "hour") else 0.5
        return place(self.first) - whole, place(self.last) + whole


@dataclass(frozen=True, slots=True)
class Event:
    """Something of a life, above the chart; with `until` it lasted. `short` stands where the words do not fit."""

    at: Moment
    words: str
    until: Moment | None = None
    short: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where a row could not be read: its place and the reason, never a value."""

    at: Moment
    words: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Values on their places, in order; not a number where nothing was recorded."""

    at: Numbers
    values: Numbers

    @classmethod
    def of(cls, at: Sequence[Moment] | NDArray[np.datetime64], values: Sequence[float | None] | Numbers) -> Recorded:
        """From what a caller has: moments with values, None where there is none."""
        return cls(places(at), np.asarray(values, dtype=np.float64))  # numpy reads None as not a number

    @property
    def last(self) -> tuple[float, float] | None:
        """Where the last value lies, and the value."""
        known = np.flatnonzero(np.isfinite(self.values))
        return (float(self.at[known[-1]]), float(self.values[known[-1]])) if len(known) else None

    def known(self) -> Recorded:
        """Only the places with a value."""
        there = np.isfinite(self.values)
        return Recorded(self.at[there], self.values[there])

    def missing(self, pause: float) -> list[tuple[float, float]]:
        """Between which recorded places more time than `pause` passed."""
        at = self.known().at
        wide = np.flatnonzero(np.diff(at) > pause + 1e-9)
        return [(float(at[one]), float(at[one + 1])) for one in wide]

    def columns(self, first: float, last: float, many: int = COLUMNS) -> tuple[Numbers, Numbers, Numbers]:
        """Lowest, highest and middle value in each of so many equal columns of time; not a number where one is
        empty."""
        there = self.known()
        column = np.clip(((there.at - first) / (last - first) * many).astype(np.int64), 0, many - 1)
        low, high = np.full(many, np.inf), np.full(many, -np.inf)
        np.minimum.at(low, column, there.values)
        np.maximum.at(high, column, there.values)
        held = np.bincount(column, minlength=many)
        with np.errstate(invalid="ignore"):
            middle = np.bincount(column, weights=there.values, minlength=many) / held
        low[held == 0], high[held == 0] = np.nan, np.nan
        return low, high, middle


def draw_line(sheet: Sheet, recorded: Recorded, across: Across, axis: Up, *, pause: float, kind: str = "recorded",
              dots: bool = True) -> None:  # fmt: skip
    """The recorded line, never drawn over more time than `pause`; a value with no neighbour is a dot."""
    there = recorded.known()
    xs, ys = across.all(there.at), axis.all(there.values)
    broken = np.concatenate(([False], np.diff(there.at) > pause + 1e-9)) if len(xs) else np.empty(0, dtype=bool)
    sheet.stretch(stroke(line(xs, ys, broken=broken), kind))
    if dots and len(xs) <= MOST_DOTS:
        shown = np.ones(len(xs), dtype=bool)
    else:
        shown = broken & np.concatenate((broken[1:], [True])) if len(xs) else broken
        if len(xs):
            shown[0] = len(xs) == 1 or bool(broken[1])
    sheet.add(*(dot(x / WIDE, y) for x, y in zip(xs[shown].tolist(), ys[shown].tolist(), strict=True)))


def draw_columns(sheet: Sheet, recorded: Recorded, across: Across, axis: Up, span: tuple[float, float]) -> None:
    """For more points than there are pixels: from the lowest to the highest of each column, and its middle in ink."""
    low, high, middle = recorded.columns(*span)
    edges = across.all(np.linspace(*span, COLUMNS + 1))
    bottoms, tops = axis.all(low), axis.all(high)
    flat = bottoms - tops < 1.2
    bottoms, tops = np.where(flat, bottoms + 0.6, bottoms), np.where(flat, tops - 0.6, tops)
    bars = "".join(
        f"M{x:.1f},{top:.1f}H{x + wide:.1f}V{bottom:.1f}H{x:.1f}Z"
        for x, wide, top, bottom in zip(
            edges[:-1].tolist(), (np.diff(edges) * 0.78).tolist(), tops.tolist(), bottoms.tolist(), strict=True)
        if top == top  # noqa: PLR0124  not a number is unlike itself
    )  # fmt: skip
    centres = (edges[:-1] + edges[1:]) / 2
    sheet.stretch(tag("path", d=bars, cls="extremes"), stroke(line(centres, axis.all(middle)), "recorded"))


def dot(share: float, y: float, kind: str = "recorded-dot", r: float = 1.7) -> str:
    """A dot at a share of the width."""
    return tag("circle", cx=percent(share), cy=y, r=r, cls=kind)


def draw_sunk(sheet: Sheet, spans: Iterable[tuple[float, float]], across: Across, top: float, bottom: float) -> None:
    """Nights and illness, sunk into the paper."""
    sheet.add(*(_box(across, span, top, bottom, cls="night") for span in spans))


def draw_gaps(sheet: Sheet, spans: Iterable[tuple[float, float]], across: Across, top: float, bottom: float) -> None:
    """Spans without a value, hatched."""
    for span in spans:
        sheet.add(_box(across, span, top, bottom, cls="gap", fill=sheet.hatch()))


def _box(across: Across, span: tuple[float, float], top: float, bottom: float, **more: str) -> str:
    first, last = max(across(span[0]), 0.0), min(across(span[1]), 1.0)
    if last <= first:
        return ""
    return tag("rect", x=percent(first), width=percent(last - first), y=top, height=bottom - top, **more)


def draw_today(sheet: Sheet, share: float, top: float, bottom: float, *, words: bool = True) -> None:
    """A hairline of ink under ▼; its word stands above it when there is room for one."""
    mark = tag("path", d=f"M-5,{number(top - 6)}H5L0,{number(top + 1)}Z", cls="today-mark") if words else ""
    upright = tag("path", d=f"M0,{number(top)}V{number(bottom)}", cls="today", fill="none")
    sheet.add(tag("svg", mark + upright, x=percent(share), overflow="visible"))


def draw_flaws(sheet: Sheet, flaws: Iterable[Flaw], across: Across, floor: float) -> None:
    """A red ✕ on the floor for each row that could not be read."""
    cross = f"M-4,{number(floor - 4)}L4,{number(floor + 4)}M4,{number(floor - 4)}L-4,{number(floor + 4)}"
    for one in flaws:
        share = across(place(one.at))
        if 0 <= share <= 1:
            sheet.add(tag("svg", tag("path", d=cross, cls="fault", fill="none"), x=percent(share), overflow="visible"))


def draw_events(sheet: Sheet, events: Sequence[Event], across: Across, top: float, words: float) -> None:
    """A dotted line from the words down to the drawing for each event; a bar over what lasted."""
    for one in events:
        start = across(place(one.at))
        end = across(place(one.until)) if one.until else start
        if not (0 <= start <= 1 or 0 <= end <= 1):
            continue
        middle = (max(start, 0.0) + min(end, 1.0)) / 2
        sheet.add(tag("line", x1=percent(middle), x2=percent(middle), y1=words + 5, y2=top, cls="event"))
        if one.until:
            sheet.add(tag("line", x1=percent(max(start, 0.0)), x2=percent(min(end, 1.0)), y1=words + 5, y2=words + 5,
                          cls="event-bar"))  # fmt: skip


def event_texts(events: Sequence[Event], across: Across, y: float, kind: str = "event-label") -> list[Text]:
    """The words of the events that lie inside the drawing, each with its short ones."""
    found = []
    for one in events:
        start = across(place(one.at))
        end = across(place(one.until)) if one.until else start
        middle = (max(start, 0.0) + min(end, 1.0)) / 2
        if 0 <= middle <= 1 and end >= 0 and start <= 1:
            found.append(Text(round(middle, 5), y, one.words, f"label {kind}", short=one.short))
    return found
