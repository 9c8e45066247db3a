"""A signal with its levels: days in ink, each level in green, and where it changed with the bounds of that day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from selftwin.cli.plot.sheet import (
    INK,
    INK2,
    NEXT_INK,
    NEXT_WASH,
    PAPER,
    QUIET,
    USUAL_EDGE,
    USUAL_WASH,
    dated,
    hours,
    on_day,
    sheet,
)
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.change import Beside
from selftwin.wording.measures import measure
from selftwin.wording.phrases import short
from selftwin.wording.words import count, day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from selftwin.vocabulary.change import Change, Changes
    from selftwin.wording.measures import Measure


LONGEST = 24  # letters of what stands beside a change


def picture(signal: str, found: Changes, rows: Sequence[tuple[date, float]], path: Path) -> None:
    """Draw a signal's days and levels into a PNG or SVG file. Raises UsageError, SelftwinError."""
    one = nature(signal)
    read = measure(signal, one.unit)
    steps = sorted((change for change in found.found if change.signal == signal), key=lambda change: change.day)
    drawn = sheet(f"{short(one.label)}: what changed", _lead(steps), size=(9.0, 5.0))
    (axes,) = drawn.panels
    axes.plot([on_day(at) for at, _ in rows], [read(value) for _, value in rows], color=INK2, linewidth=0, marker="o",
              markersize=2.2, alpha=0.7)  # fmt: skip
    for start, end, change, level in _levels(steps, rows):
        _level(axes, (start, end), level, change.spread, read)
    low, high = axes.get_ylim()
    for place, change in enumerate(steps):
        _step(axes, change, high - (high - low) * 0.05 * (place % 4))
    if not hours(axes.yaxis, read):
        axes.set_ylabel(read.words, color=QUIET, fontsize=9.5)
    axes.margins(x=0)
    dated(axes)
    drawn.save(path)


def _lead(steps: Sequence[Change]) -> str:
    """How often it changed, and the first suspect of the largest change."""
    if not steps:
        return "No level that I can tell from its own wandering."
    largest = max(steps, key=lambda one: one.worth)
    suspect = largest.suspect
    why = ""
    if suspect is not None:
        named = "a changed device: " if suspect.kind is Beside.DEVICE else ""
        why = f" Beside it: {named}{suspect.words}."
    surest = f"the surest on {day(date.fromisoformat(largest.day))}"
    return f"{count(len(steps), 'change')}, {surest}.{why}"


def _levels(
    steps: Sequence[Change], rows: Sequence[tuple[date, float]]
) -> list[tuple[date, date, Change, float]]:  # fmt: skip
    """Each level with its first day and its last."""
    if not steps or not rows:
        return []
    days = [rows[0][0], *(date.fromisoformat(one.day) for one in steps), rows[-1][0]]
    levels = [steps[0].before, *(one.after for one in steps)]
    whose = [steps[0], *steps]
    return list(zip(days, days[1:], whose, levels, strict=False))


def _level(axes: Axes, span: tuple[date, date], level: float, spread: float, read: Measure) -> None:
    """A level, and one spread of wandering around it."""
    at = [on_day(span[0]), on_day(span[1])]
    low, high = sorted((read(level - spread), read(level + spread)))
    axes.fill_between(at, [low, low], [high, high], color=USUAL_WASH, alpha=0.8, linewidth=0, zorder=0)
    axes.plot(at, [read(level)] * 2, color=USUAL_EDGE, linewidth=2.2)


def _step(axes: Axes, change: Change, height: float) -> None:
    """Where it changed, the days that hold it nine times in ten, and the first suspect."""
    first, last, at = (on_day(date.fromisoformat(one)) for one in (change.first, change.last, change.day))
    axes.axvspan(first, max(last, first + 0.5), color=NEXT_WASH, alpha=0.7, zorder=0)
    axes.axvline(at, color=NEXT_INK, linewidth=1.4)
    suspect = change.suspect
    if suspect is not None:
        said = suspect.words if len(suspect.words) <= LONGEST else f"{suspect.words[: LONGEST - 1]}…"
        axes.annotate(said, (at, height), xytext=(4, 0), textcoords="offset points", fontsize=8, color=INK,
                      va="top", annotation_clip=False,
                      bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.85})  # fmt: skip
