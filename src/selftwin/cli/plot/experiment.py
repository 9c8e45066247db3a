"""A trial drawn: its days in the order they came, with it in plum and without in ink; below, the difference by each way
of reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.cli.plot.sheet import IF_INK, IF_WASH, INK, INK2, PAPER, QUIET, apart, beside, dated, on_day, sheet
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.experiment import Sized, Verdict
from selftwin.wording.experiments import difference, named
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import short
from selftwin.wording.words import count

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from selftwin.vocabulary.experiment import Result, Told

VERDICTS = {Verdict.FOUND: "found", Verdict.EARLY: "found early", Verdict.NOT_FOUND: "nothing found",
            Verdict.OPEN: "not over, nothing concluded"}  # fmt: skip


def picture(result: Result, path: Path) -> None:
    """Draw a trial into a PNG or SVG file. Raises UsageError, SelftwinError."""
    made, effect = result.experiment, result.effect
    read = measure(made.signal, made.unit)
    apart_by = Measure(read.unit, scale=read.scale)
    label = short(nature(made.signal).label)
    said = difference(effect.size, effect.low, effect.high, apart_by)
    lead = f"{VERDICTS[result.verdict].capitalize()} in {count(effect.n, 'day')}: {said}."
    drawn = sheet(f"{label}: {named(made.cause)}", lead, heights=(2.4, 1.2))
    days, gap = drawn.panels
    _days(days, result, read)
    _gap(gap, result, apart_by)
    drawn.save(path)


def _days(axes: Axes, result: Result, read: Measure) -> None:
    """Each day a dot of its kind, hollow where it is not counted; the mean of each kind as a line."""
    ends: list[tuple[float, str, str]] = []
    for with_, ink, name in ((False, INK2, "without"), (True, IF_INK, "with it")):
        there = [one for one in result.days(with_=with_) if one.value is not None]
        for counts, fill in ((True, ink), (False, PAPER)):
            some = [one for one in there if one.counts is counts]
            axes.scatter([on_day(one.day) for one in some], [_value(one, read) for one in some], s=26, color=fill,
                         edgecolors=ink, linewidths=1.2, zorder=3)  # fmt: skip
        counted = [_value(one, read) for one in there if one.counts]
        if counted:
            axes.axhline(float(np.mean(counted)), color=ink, linewidth=1.6, linestyle="-" if with_ else (0, (5, 4)))
            ends.append((float(np.mean(counted)), f"{name}\n{count(len(counted), 'day')}", ink))
    _shade(axes, result)
    axes.margins(x=0.02)
    low, high = axes.get_ylim()
    places = apart([place for place, _, _ in ends], (high - low) * 0.17)
    for place, (_, words, ink) in zip(places, ends, strict=True):
        beside(axes, place, words, ink=ink, bold=ink == IF_INK)
    axes.set_ylabel(read.words or "", color=QUIET, fontsize=9.5)
    dated(axes)


def _shade(axes: Axes, result: Result) -> None:
    """Days that were to be with it, washed."""
    for one in result.told:
        if one.with_:
            at = on_day(one.day)
            axes.axvspan(at - 0.5, at + 0.5, color=IF_WASH, alpha=0.55, linewidth=0, zorder=0)


def _gap(axes: Axes, result: Result, read: Measure) -> None:
    """The difference by each way of reading it, nothing as a line."""
    effect = result.effect
    rows = [("as drawn", Sized(effect.size, effect.low, effect.high), IF_INK)]
    if result.as_kept:
        rows.append(("as kept to", result.as_kept, IF_INK))
    rows.append(("with what was\nthought before", result.shrunk, INK))
    if result.naive:
        rows.append(("simple guess", result.naive, QUIET))
    for place, (_, one, ink) in enumerate(rows):
        if one.low is not None and one.high is not None and np.isfinite([one.low, one.high]).all():
            axes.plot([read(one.low), read(one.high)], [-place, -place], color=ink, linewidth=2.4)
        axes.scatter([read(one.size)], [-place], color=ink, s=42, zorder=3)
        beside(axes, -place, rows[place][0], ink=ink, bold=place == 0)
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_yticks([])
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.grid(visible=False)
    axes.set_title("The difference, with bounds that hold 9 times in 10", loc="left", fontsize=10.5, color=INK,
                   fontweight="bold")  # fmt: skip


def _value(one: Told, read: Measure) -> float:
    return read(one.value or 0.0)
