"""Signals as lanes on one clock, from ten years to a minute: lines, spans and points under each other.

A lane with more than 1,500 points in view is drawn as the lowest and highest of each column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.web.charts import happened, when
from selftwin.web.charts.believed import draw_band
from selftwin.web.charts.frame import CLOCK, write_clock
from selftwin.web.charts.happened import COLUMNS, MOST_POINTS, Recorded
from selftwin.web.charts.names import NAMES
from selftwin.web.charts.pen import percent, tag
from selftwin.web.charts.scale import Up
from selftwin.web.charts.sheet import Across, Sheet, Text, fitting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from selftwin.web.charts.believed import Band, Values
    from selftwin.web.charts.happened import Event, Lapse
    from selftwin.web.charts.names import Names
    from selftwin.web.charts.when import Moment, Moments

NAME = 21.0  # px for a lane's name
LINE, SPANS, POINTS = 40.0, 22.0, 18.0
BETWEEN = 10.0
NEAR_EDGE = 0.8  # the share of the width beyond which the line of now would cross words at the right
INK = {"night": "span-night", "usual": "span-usual", "odd": "span-odd"}


@dataclass(frozen=True, slots=True)
class Line:
    """A signal: moments with values in the person's unit. `words` stand at the lane's right, as its range; a pause
    longer than `pause` minutes is never bridged, and hatched when `missing`."""

    name: str
    at: Moments
    values: Sequence[float | None] | Values
    words: str = ""
    pause: float = 1440.0
    missing: bool = True
    usual: Band | None = None


@dataclass(frozen=True, slots=True)
class Spans:
    """What lasted, as sleep, workouts, stays; each with its own words where they fit."""

    name: str
    spans: Sequence[Lapse]
    words: str = ""
    kind: str = "usual"


@dataclass(frozen=True, slots=True)
class Points:
    """What happened at a moment, as meals, notes, purchases."""

    name: str
    points: Sequence[Event]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lanes between two moments on the person's own clock; `nights` are sunk through all of them."""

    first: Moment
    last: Moment
    lanes: Sequence[Line | Spans | Points]
    now: Moment | None = None
    now_words: str = ""
    nights: Sequence[Lapse] = ()
    names: Names = NAMES


def draw(timeline: Timeline, *, name: str, says: str) -> Markup:
    """The lanes; `name` is unlike that of every other chart of the page, `says` their sentence."""
    across = Across(when.place(timeline.first), when.place(timeline.last))
    tops = [25.0]
    for lane in timeline.lanes:
        tops.append(tops[-1] + NAME + _tall(lane) + BETWEEN)
    bottom = tops.pop() - BETWEEN / 2
    sheet = Sheet(name, bottom + CLOCK, kind="chart-timeline")
    happened.draw_sunk(sheet, (one.reach() for one in timeline.nights), across, 23, bottom)
    if timeline.now is not None and 0 <= across(when.place(timeline.now)) <= 1:
        share = round(across(when.place(timeline.now)), 5)
        happened.draw_today(sheet, share, 23, bottom)
        said = [Text(share, 13, timeline.now_words or timeline.names.today, "label-strong")]
        sheet.write(lambda body: fitting(said, body))
    clear = _clear(timeline, across)
    for lane, top in zip(timeline.lanes, tops, strict=True):
        _lane(sheet, lane, across, top, clear)
    write_clock(sheet, across, bottom + 16)
    return sheet.drawn(says)


def condensed(timeline: Timeline) -> float | None:
    """How many days one column stands for, where any lane is drawn by columns."""
    first, last = when.place(timeline.first), when.place(timeline.last)
    lines = (lane for lane in timeline.lanes if isinstance(lane, Line))
    if any(len(_inside(lane, Across(first, last)).at) > MOST_POINTS for lane in lines):
        return (last - first) / COLUMNS
    return None


def _tall(lane: Line | Spans | Points) -> float:
    return LINE if isinstance(lane, Line) else SPANS if isinstance(lane, Spans) else POINTS


def _clear(timeline: Timeline, across: Across) -> tuple[float, float]:
    """Where words at the right end: at the edge, or left of the line of now where that stands near it."""
    share = across(when.place(timeline.now)) if timeline.now is not None else 0.0
    return (round(share, 5), -6.0) if NEAR_EDGE < share <= 1 else (1.0, 0.0)


def _lane(sheet: Sheet, lane: Line | Spans | Points, across: Across, top: float, clear: tuple[float, float]) -> None:
    """Its rule and name, what stands at its right, and below them the lane itself."""
    sheet.add(tag("line", x1="0%", x2="100%", y1=top - 2, y2=top - 2, cls="grid"))
    ground = top + NAME
    if isinstance(lane, Line):
        _line(sheet, lane, across, ground)
    elif isinstance(lane, Spans):
        _spans(sheet, lane, across, ground)
    else:
        _points(sheet, lane, across, ground)
    said = [Text(0.0, top + 14, lane.name, "label-strong halo", "start")]
    if lane.words:
        said.append(Text(clear[0], top + 14, lane.words, "label halo", "end", clear[1]))
    sheet.write(lambda body: fitting(said, body))


def _inside(lane: Line, across: Across) -> Recorded:
    """What is in view, and one value more at each side so that a line may leave the frame."""
    every = Recorded.of(lane.at, lane.values).known()
    first, last = np.searchsorted(every.at, (across.first, across.last), side="left")
    there = slice(max(int(first) - 1, 0), int(last) + 1)
    return Recorded(every.at[there], every.values[there])


def _line(sheet: Sheet, lane: Line, across: Across, top: float) -> None:
    recorded = _inside(lane, across)
    if not len(recorded.at):
        happened.draw_gaps(sheet, [(across.first, across.last)], across, top, top + LINE)
        return
    low, high = float(recorded.values.min()), float(recorded.values.max())
    if lane.usual:
        low, high = min(low, *lane.usual.reach()), max(high, *lane.usual.reach())
    air = (high - low) * 0.08 or 1.0
    axis = Up(low - air, high + air, top, top + LINE)
    pause = lane.pause / 1440
    if lane.missing:
        least = (across.last - across.first) / 400
        gaps = (one for one in recorded.missing(pause) if one[1] - one[0] > max(least, 1.5 * pause))
        happened.draw_gaps(sheet, gaps, across, top, top + LINE)
    if lane.usual:
        draw_band(sheet, lane.usual, across, axis, np.asarray([across.first, across.last]))
    if len(recorded.at) > MOST_POINTS:
        inside = (recorded.at >= across.first) & (recorded.at <= across.last)
        seen = Recorded(recorded.at[inside], recorded.values[inside])
        happened.draw_columns(sheet, seen, across, axis, (across.first, across.last))
    else:
        happened.draw_line(sheet, recorded, across, axis, pause=pause, dots=False)


def _spans(sheet: Sheet, lane: Spans, across: Across, top: float) -> None:
    """Boxes; one that is narrower than a pixel of a phone is still an upright line."""
    cls = INK.get(lane.kind, "span-usual")
    texts = []
    for one in lane.spans:
        left, right = (across(edge) for edge in one.reach())
        if right <= 0 or left >= 1:
            continue
        left, right = max(left, 0.0), min(right, 1.0)
        wide = percent(max(right - left, 0.002))
        sheet.add(tag("rect", x=percent(left), width=wide, y=top + 1, height=SPANS - 4, cls=cls))
        if one.words:
            said = Text(round((left + right) / 2, 5), top + 14.5, one.words, f"label {cls}-label")
            texts.append((right - left, said))

    def solve(body: float) -> list[Text]:
        there = ((wide, text, text.extent(body)) for wide, text in texts)
        return [text for wide, text, (first, last) in there if last - first + 6 <= wide * body]

    sheet.write(solve)


def _points(sheet: Sheet, lane: Points, across: Across, top: float) -> None:
    """Dots on a line, with their words where there is room."""
    inside = [one for one in lane.points if 0 <= across(when.place(one.at)) <= 1]
    sheet.add(*(happened.dot(across(when.place(one.at)), top + 8, "point-dot", 3.4) for one in inside))
    said = [Text(round(across(when.place(one.at)), 5), top + 12.5, one.words, "label mark-label halo", "start", 8,
                 one.short) for one in inside if one.words]  # fmt: skip

    def solve(body: float) -> list[Text]:
        places = np.asarray(sorted(across(when.place(one.at)) for one in inside)) * body
        free = [one for one in said if not ((places > one.share * body + 1) & (places < one.extent(body)[1] + 6)).any()]
        return [one for one in fitting(free, body) if one.anchor == "start"]

    sheet.write(solve)
