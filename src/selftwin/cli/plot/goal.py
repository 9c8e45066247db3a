"""A goal drawn: the cone as it was set in blue, what came in ink, the plan from today in plum, and the target."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from selftwin.cli.plot.sheet import (
    IF_INK,
    IF_WASH,
    INK,
    NEXT_HALF,
    NEXT_INK,
    NEXT_WASH,
    QUIET,
    USUAL_EDGE,
    USUAL_INK,
    apart,
    beside,
    dated,
    on_day,
    sheet,
)
from selftwin.vocabulary.catalogue import nature
from selftwin.wording.goals import chances, exact
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import short
from selftwin.wording.words import day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from selftwin.twin import Twin
    from selftwin.vocabulary.goal import Prospect
    from selftwin.vocabulary.trajectory import Point

PAST = timedelta(days=42)


def recorded(twin: Twin, one: Prospect) -> list[tuple[date, float]]:
    """The days of the goal's signal from six weeks before it was set."""
    found = twin.days(one.goal.signal, since=one.goal.set_on - PAST, until=one.day)
    return list(found.select("day", "value").iter_rows())


def picture(one: Prospect, past: Sequence[tuple[date, float]], path: Path) -> None:
    """Draw a goal into a PNG or SVG file. Raises UsageError, SelftwinError."""
    made = one.goal
    read = measure(made.signal, made.unit)
    label = short(nature(made.signal).label)
    lead = chances(one) if one.chance is not None else one.why
    drawn = sheet(f"{label}: {made.sense} {exact(made.signal, made.target, read)} by {day(made.by)}", lead)
    axes = drawn.panels[0]
    names: list[tuple[float, str, str]] = []
    if made.kept:
        _cone(axes, made.kept.cone, read, (NEXT_WASH, NEXT_HALF), NEXT_INK)
        names.append((read(made.kept.cone[-1].mean), f"as set on\n{day(made.set_on)}", NEXT_INK))
    if one.today:
        until = [point for point in one.today.with_ if point.at[:10] <= made.by.isoformat()]
        _cone(axes, until, read, (IF_WASH, None), IF_INK)
        names.append((read(until[-1].mean), "with the plan\nfrom today", IF_INK))
    if past:
        days = [on_day(at) for at, _ in past]
        axes.plot(days, [read(value) for _, value in past], color=INK, linewidth=1.5)
    _target(axes, one, read)
    names.append((read(made.target), "the target", USUAL_INK))
    axes.margins(x=0)
    _named(axes, names)
    axes.set_ylabel(read.words or "hours", color=QUIET, fontsize=9.5)
    dated(axes)
    drawn.save(path)


def _cone(axes: Axes, points: Sequence[Point], read: Measure, washes: tuple[str, str | None], ink: str) -> None:
    """A cone with its mean: nine in ten, and half where a second wash is given."""
    at = [on_day(date.fromisoformat(point.at[:10])) for point in points]
    for low, high, wash in (("lo90", "hi90", washes[0]), ("lo50", "hi50", washes[1])):
        if wash:
            below, above = ([read(getattr(point, name)) for point in points] for name in (low, high))
            axes.fill_between(at, below, above, color=wash, alpha=0.75, linewidth=0)
    axes.plot(at, [read(point.mean) for point in points], color=ink, linewidth=2)


def _target(axes: Axes, one: Prospect, read: Measure) -> None:
    """The target as a line, and today as another."""
    axes.axhline(read(one.goal.target), color=USUAL_EDGE, linewidth=1.6, linestyle=(0, (5, 3)))
    axes.axvline(on_day(one.day), color=INK, linewidth=1)


def _named(axes: Axes, names: list[tuple[float, str, str]]) -> None:
    """What each line is, at its end."""
    low, high = axes.get_ylim()
    places = apart([place for place, _, _ in names], (high - low) * 0.1)
    for place, (_, words, ink) in zip(places, names, strict=True):
        beside(axes, place, words, ink=ink, bold=ink == IF_INK)
