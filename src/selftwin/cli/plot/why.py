"""Why, drawn: a waterfall from the usual level over each part to the figure."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from selftwin.cli.plot.sheet import BELOW, INK, NEXT_HALF, ODD, PAPER, QUIET, RULE, USUAL_EDGE, hours, sheet
from selftwin.vocabulary.reason import Of
from selftwin.wording.why import figure, places, reading, said, total

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from selftwin.vocabulary.reason import Why
    from selftwin.wording.measures import Measure

LEFT = {"Left unexplained", "Rounded to what can be"}
HEIGHT, HALF = 0.62, 0.31  # of a bar
WIDEST = 28  # letters of a name


def waterfall(one: Why, path: Path) -> None:
    """Draw the parts into a PNG or SVG file. Raises UsageError, SelftwinError."""
    read = reading(one)
    rows = len(one.parts) + 1
    lead = f"{total(one)}: each bar begins where the one above ends." if one.parts else ""
    drawn = sheet(one.title, lead, size=(9.0, max(3.6, 1.7 + 0.42 * rows)))
    axes = drawn.panels[0]
    axes.set_position((0.30, 0.11, 0.60, 0.66))
    _bars(axes, one, read)
    axes.set_yticks(range(rows), [*(fill(part.name, WIDEST) for part in one.parts), "Together"])
    axes.set_ylim(rows - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=RULE, linewidth=0.8)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.set_xlabel(read.words, color=QUIET, fontsize=9.5)
    drawn.save(path)


def _bars(axes: Axes, one: Why, read: Measure) -> None:
    """Each part from where the one before ended; bounds as a hairline, the sum as a whole line."""
    ends = _ends(one, read)
    digits = places([part.value * read.scale for part in one.parts[1:]])
    low, high = min(ends), max(ends)
    room = (high - low) * 0.03 or 1.0
    for row, part in enumerate(one.parts):
        start, end = (ends[row - 1], ends[row]) if row else (ends[0], ends[0])
        if row:
            axes.barh(row, end - start, left=start, height=HEIGHT, color=_colour(part.name, end - start), zorder=2)
            axes.plot([start, start], [row - 1 + HALF, row - HALF], color=QUIET, linewidth=0.8, zorder=1)
        else:
            axes.plot([end, end], [row - HALF, row + HALF], color=USUAL_EDGE, linewidth=2.4, zorder=3)
        right = max(start, end)
        if part.low is not None and part.high is not None and row:
            edges = [start + edge * read.scale for edge in (part.low, part.high)]
            axes.plot(edges, [row, row], color=INK, linewidth=1.1, zorder=3)
            low, high, right = min(low, *edges), max(high, *edges), max(right, *edges)
        words = said(part.value, read, digits, base=not row, signed=bool(row))
        ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}
        axes.annotate(words, (right, row), xytext=(7, 0), textcoords="offset points", va="center",
                      fontsize=9.5, color=INK, zorder=4, bbox=ground)  # fmt: skip
    last = len(one.parts)
    axes.plot([ends[-1]] * 2, [last - HALF, last + HALF], color=INK, linewidth=2.4, zorder=3)
    axes.annotate(total(one), (ends[-1], last), xytext=(7, 0), textcoords="offset points", va="center", color=INK,
                  fontsize=9.5, fontweight="bold")  # fmt: skip
    if one.of is Of.ALERT:
        axes.axvline(0.0, color=ODD, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
        low, high = min(low, 0.0), max(high, 0.0)
    axes.set_xlim(low - 3 * room, high + 8 * room)
    if not hours(axes.xaxis, read):
        axes.xaxis.set_major_formatter(lambda value, _: figure(value, min(digits, 1)))


def _ends(one: Why, read: Measure) -> list[float]:
    """Where each part ends, in the person's unit."""
    found: list[float] = []
    for part in one.parts:
        found.append(found[-1] + part.value * read.scale if found else read(part.value))
    return found


def _colour(name: str, step: float) -> str:
    """What pushes up and what pulls down, and what is left."""
    if name in LEFT:
        return NEXT_HALF
    return ODD if step > 0 else BELOW
