"""The profile of a day of glucose: the middle, half of the days, nine in ten, and the target in green."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from selftwin.cli.plot.sheet import (
    INK2,
    NEXT_HALF,
    NEXT_INK,
    NEXT_WASH,
    QUIET,
    USUAL_EDGE,
    USUAL_INK,
    USUAL_WASH,
    apart,
    beside,
    checked,
    sheet,
)
from selftwin.vocabulary.errors import NothingYet
from selftwin.wording.measures import measure

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from selftwin.twin.body import Body
    from selftwin.vocabulary.finding import Finding

TARGET = (70.0, 180.0)  # mg/dL (Battelino 2019)


def day_of_glucose(body: Body, path: Path) -> None:
    """Draw the profile into a PNG or SVG file. Raises NothingYet where there is none, UsageError, SelftwinError."""
    checked(path)
    found = next((one for one in body.findings if one.profile), None)
    if found is None:
        raise NothingYet("There is no day of glucose to draw yet.", hint="A glucose sensor's export brings it.")
    read = measure("glucose", "mg/dL")
    drawn = sheet("A day of glucose", _lead(found), size=(9.0, 5.0))
    (axes,) = drawn.panels
    hours = [(minute or 0.0) / 60 for minute in found.profile["minute"]]
    lines = {
        share: [math.nan if value is None else read(value) for value in found.profile[f"p{share}"]]
        for share in (5, 25, 50, 75, 95)
    }
    low, high = (read(edge) for edge in TARGET)
    axes.axhspan(low, high, color=USUAL_WASH, zorder=0)
    for edge in (low, high):
        axes.axhline(edge, color=USUAL_EDGE, linewidth=1)
    axes.fill_between(hours, lines[5], lines[95], color=NEXT_WASH, alpha=0.75, linewidth=0)
    axes.fill_between(hours, lines[25], lines[75], color=NEXT_HALF, alpha=0.9, linewidth=0)
    for share in (5, 95):
        axes.plot(hours, lines[share], color=NEXT_INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot(hours, lines[50], color=NEXT_INK, linewidth=2.6)
    axes.set_ylim(min(read(40), *_known(lines[5])), max(read(250), *_known(lines[95])))
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, 3), [f"{hour:02}:00" for hour in range(0, 25, 3)])
    axes.set_ylabel(read.words, color=QUIET, fontsize=9.5)
    _named(axes, lines, (low, high))
    drawn.save(path)


def _lead(found: Finding) -> str:
    """The chapter's first figure and what stands behind it, in a sentence."""
    inside, read = found.lines[0], measure("glucose", "mg/dL")
    wide = "" if inside.low is None else f" ({inside.low:.0f} to {inside.high:.0f} %, 9 times in 10)"
    return f"{read.range(*TARGET)} for {inside.value:.0f} % of the time{wide}, over {found.n} days to {found.newest}."


def _known(line: list[float]) -> list[float]:
    return [value for value in line if not math.isnan(value)]


def _named(axes: Axes, lines: dict[int, list[float]], target: tuple[float, float]) -> None:
    """Each line called by its name at the right end."""
    names = {5: "9 days in 10", 25: "half of the days", 50: "the middle", 75: "", 95: ""}
    ends = [(_known(lines[share])[-1], name) for share, name in names.items() if name]
    ends.append((target[1], "target"))
    low, high = axes.get_ylim()
    places = apart([end for end, _ in ends], (high - low) * 0.07)
    for place, (_, name) in zip(places, ends, strict=True):
        ink = USUAL_INK if name == "target" else NEXT_INK if name == "the middle" else INK2
        beside(axes, place, name, ink=ink, bold=name == "the middle")
