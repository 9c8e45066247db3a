"""Two futures drawn: recorded in ink, going on as you are in hatched grey, with the change in plum; below, the gap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from selftwin.cli.plot.sheet import (
    IF_HALF,
    IF_INK,
    IF_WASH,
    INK,
    INK2,
    QUIET,
    USUAL_EDGE,
    USUAL_WASH,
    apart,
    beside,
    checked,
    sheet,
)  # fmt: skip
from selftwin.vocabulary.catalogue import nature
from selftwin.wording.futures import ISO_DAY, sentence
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import short

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from selftwin.twin import Twin
    from selftwin.vocabulary.trajectory import Point, Trajectory

TARGET = {"glucose": (70.0, 180.0)}  # mg/dL, what most people with diabetes aim at (Battelino 2019)
PAST_DAYS, PAST_HOURS = 42, 4
Recorded = list[tuple[datetime, float]]


def recent(twin: Twin, one: Trajectory) -> Recorded:
    """What was recorded before the futures part: six weeks of days, or four hours of samples."""
    import polars as pl

    first = one.with_[0].at
    if len(first) == ISO_DAY:
        begins = date.fromisoformat(first)
        days = twin.days(one.signal, since=begins - timedelta(days=PAST_DAYS), until=begins)
        rows = days.select(pl.col("day").cast(pl.Datetime), "value")
        return list(rows.iter_rows())
    begins_at = datetime.fromisoformat(first)
    around = begins_at.date()
    rows = twin.series(one.signal, since=around - timedelta(days=1), until=around + timedelta(days=1))
    rows = rows.filter(pl.col("at").is_between(begins_at - timedelta(hours=PAST_HOURS), begins_at))
    return list(rows.select("at", "value").iter_rows())


def two_futures(one: Trajectory, past: Recorded, zone: str, path: Path) -> None:
    """Draw a trajectory into a PNG or SVG file, on the clock of a zone. Raises UsageError, SelftwinError."""
    checked(path)
    read = measure(one.signal, one.unit)
    label = short(nature(one.signal).label)
    drawn = sheet(f"{label}: two futures", sentence(one, read, zone), heights=(3.0, 1.1))
    upper, lower = drawn.panels
    at = [_moment(point.at, zone) for point in one.with_]
    if one.signal in TARGET:
        low, high = (read(value) for value in TARGET[one.signal])
        upper.axhspan(low, high, color=USUAL_WASH, zorder=0)
        for edge in (low, high):
            upper.axhline(edge, color=USUAL_EDGE, linewidth=1)
    if past:
        line = [(_wall(moment, zone), read(value)) for moment, value in past]
        upper.plot(*_columns(line), color=INK, linewidth=1.7)
    _grey(upper, at, one.without, read)
    _plum(upper, at, one.with_, read)
    _named(upper, one, read)
    _gap(lower, at, one, read)
    upper.axvline(_number(at[0]), color=INK, linewidth=1)
    upper.set_ylabel(read.words or "hours", color=QUIET, fontsize=9.5)
    _dated((upper, lower), days=len(one.with_[0].at) == ISO_DAY)
    drawn.save(path)


def _grey(axes: Axes, at: list[datetime], points: Sequence[Point], read: Measure) -> None:
    """Going on as you are: hatched, dashed."""
    low, high = ([read(getattr(point, name)) for point in points] for name in ("lo90", "hi90"))
    axes.fill_between(_numbers(at), low, high, facecolor="none", edgecolor=QUIET, hatch="////", linewidth=0, alpha=0.35)
    axes.plot(_numbers(at), [read(point.mean) for point in points], color=INK2, linewidth=1.8, linestyle=(0, (5, 4)))


def _plum(axes: Axes, at: list[datetime], points: Sequence[Point], read: Measure) -> None:
    """With the change: two washes and a whole line."""
    for low, high, wash in (("lo90", "hi90", IF_WASH), ("lo50", "hi50", IF_HALF)):
        below, above = ([read(getattr(point, name)) for point in points] for name in (low, high))
        axes.fill_between(_numbers(at), below, above, color=wash, alpha=0.85, linewidth=0)
    axes.plot(_numbers(at), [read(point.mean) for point in points], color=IF_INK, linewidth=2.2)


def _named(axes: Axes, one: Trajectory, read: Measure) -> None:
    """Each future called by its name and range, at its end."""
    with_, without = one.with_[-1], one.without[-1]
    axes.margins(x=0)
    low, high = axes.get_ylim()
    places = apart([read(with_.mean), read(without.mean)], (high - low) * 0.16)
    other = "instead" if one.instead_of else "going on as you are"
    beside(axes, places[0], f"with the change\n{read.bare(with_.lo90, with_.hi90)}", ink=IF_INK, bold=True)
    beside(axes, places[1], f"{other}\n{read.bare(without.lo90, without.hi90)}", ink=INK2)


def _gap(axes: Axes, at: list[datetime], one: Trajectory, read: Measure) -> None:
    """The difference alone."""
    scaled = Measure(read.unit, scale=read.scale)
    _plum(axes, at, one.difference, scaled)
    axes.axhline(0, color=INK, linewidth=1)
    axes.margins(x=0)
    axes.set_title("The difference, and nothing else", loc="left", fontsize=10.5, color=INK, fontweight="bold")
    last = one.difference[-1]
    beside(axes, scaled(last.mean), scaled.bare(last.lo90, last.hi90), ink=IF_INK)


def _dated(panels: Sequence[Axes], *, days: bool) -> None:
    """Dates or clock times below, the same on every panel."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, DateFormatter

    left, right = panels[0].get_xlim()
    for axes in panels:
        axes.set_xlim(left, right)
        locator = AutoDateLocator(minticks=4, maxticks=8)
        axes.xaxis.set_major_locator(locator)
        formatter = ConciseDateFormatter(locator, show_offset=False) if days else DateFormatter("%H:%M")
        axes.xaxis.set_major_formatter(formatter)


def _moment(at: str, zone: str) -> datetime:
    """A point's day or moment on the wall clock."""
    return datetime.fromisoformat(at) if len(at) == ISO_DAY else _wall(datetime.fromisoformat(at), zone)


def _wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment.tzinfo else moment


def _columns(line: Sequence[tuple[datetime, float]]) -> tuple[list[float], list[float]]:
    return _numbers([at for at, _ in line]), [value for _, value in line]


def _numbers(at: Sequence[datetime]) -> list[float]:
    return [_number(one) for one in at]


def _number(at: datetime) -> float:
    from matplotlib.dates import date2num

    return float(cast("float", date2num(at.replace(tzinfo=UTC))))
