"""What charts over time share: the clock below, names of a cone at the right, words on the band, and the lowest or
highest word of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.web.charts import when
from selftwin.web.charts.letters import width
from selftwin.web.charts.pen import WIDE, tag, words
from selftwin.web.charts.sheet import LETTER, Text, apart, fitting, lanes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.web.charts.believed import Band, Cone
    from selftwin.web.charts.happened import Recorded
    from selftwin.web.charts.names import Names
    from selftwin.web.charts.pen import Numbers
    from selftwin.web.charts.scale import Up
    from selftwin.web.charts.sheet import Across, Sheet

MARK_ROOM, MARK_LEAST = 100.0, 60.0  # px from one mark of the clock to the next; the lesser until there are five
CLOCK = 22.0  # px below the drawing for the clock


def write_clock(sheet: Sheet, across: Across, y: float, *, closing: when.Mark | None = None,
                beside: Sequence[when.Mark] = ()) -> None:  # fmt: skip
    """Marks of time on one line: first what the caller wants there, then what fits between."""

    def solve(body: float) -> list[Text]:
        ends = [closing] if closing else []
        most = max(int(body / MARK_ROOM), min(int(body / MARK_LEAST), 5), 2)
        found = [*ends, *beside, *when.marks(across.first, across.last, most)]
        texts = [Text(round(across(one.at), 5), y, one.words, "label clock") for one in found]
        return fitting(texts, body, left=sheet.left, right=sheet.spare(body))

    sheet.write(solve)


def write_lanes(sheet: Sheet, texts: Sequence[Text], many: int) -> None:
    """Words above a drawing, on at most so many lines."""
    sheet.write(lambda body: lanes(texts, body, many, left=sheet.left, right=0.0))


def lanes_needed(texts: Sequence[Text], body: float, most: int) -> int:
    """How many lines of words a wide page needs, up to `most`."""
    return next((many for many in range(most) if len(lanes(texts, body, many)) == len(texts)), most)


def write_ends(sheet: Sheet, cone: Cone, axis: Up, names: Names) -> None:
    """“9 in 10” and “half” beside the end of a cone, kept apart."""
    ends = [(names.nine, cone.nine[1]), (names.half, cone.half[1])] if cone.nine and cone.half else []
    if not ends and cone.half:
        ends = [(names.half, cone.half[1])]
    heights = [axis(float(values[-1])) for _, values in ends]
    if len(heights) == 2:
        heights[1] = axis(float(cone.middle[-1]))
    for (name, _), y in zip(ends, apart(heights, LETTER, axis.top, axis.bottom), strict=True):
        sheet.at_right.append(tag("text", words(name), x=6, y=y + 4.5, cls="label next-label"))


def write_band(sheet: Sheet, band: Band, recorded: Recorded, across: Across, axis: Up, at: Numbers) -> None:
    """The band's range on its upper edge or under its lower one, at the left, where the recorded line is least in the
    way."""
    if not band.words or not len(at):
        return
    there = when.places(band.at) if band.at is not None else at
    low = np.broadcast_to(np.asarray(band.low, dtype=np.float64), there.shape)
    high = np.broadcast_to(np.asarray(band.high, dtype=np.float64), there.shape)

    edges = max(across(float(there[0])), 0.0), min(across(float(there[-1])), 1.0)
    shares = across.all(there) / WIDE
    known = recorded.known()
    xs, ys = across.all(known.at) / WIDE, axis.all(known.values)

    def solve(body: float) -> list[Text]:
        share = (width(band.words) + 12) / body
        if share > edges[1] - edges[0]:
            return []
        tried: list[tuple[int, int, float, str]] = []
        for anchor, start in (("start", edges[0]), ("end", edges[1] - share)):
            near = (shares >= start - 0.01) & (shares <= start + share + 0.01) if len(there) > 2 else shares >= 0
            inside = ys[(xs >= start) & (xs <= start + share)]
            for y in (float(axis.all(high[near]).min()) - 5, float(axis.all(low[near]).max()) + 14):
                crossed = int(((inside >= y - 13) & (inside <= y + 5)).sum())
                tried.append((crossed, len(tried), y, anchor))
        _, _, y, anchor = min(tried)
        place, shift = (edges[0], 6.0) if anchor == "start" else (edges[1], -6.0)
        return [Text(round(place, 5), round(y, 1), band.words, "label usual-word halo", anchor, shift)]

    sheet.write(solve)
