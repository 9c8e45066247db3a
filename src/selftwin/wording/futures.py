"""Two futures in words: what a change comes to as a range, how sure its direction is, and when."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin.vocabulary.catalogue import nature
from selftwin.wording.measures import Measure
from selftwin.wording.phrases import short
from selftwin.wording.words import day, sureness

if TYPE_CHECKING:
    from selftwin.vocabulary.trajectory import Trajectory

GOING_ON = "going on as you are"
ISO_DAY, LINES = len("2026-02-14"), 12


def when(at: str, zone: str) -> str:
    """A step's day, or its time on the clock of a zone, in words."""
    if len(at) == ISO_DAY:
        return day(date.fromisoformat(at), weekday=True, year=False)
    here = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
    return f"{day(here.date(), year=False)}, {here:%H:%M}"


def sentence(one: Trajectory, read: Measure, zone: str) -> str:
    """What the change comes to, as a range, and how sure its direction is: of days at the end, of hours in the first
    thing measured over them (a peak)."""
    about, mean, low, high = end(one, zone)
    beside = "what you would do instead" if one.instead_of else GOING_ON
    if low == high == 0:
        return f"{about}: no difference."
    share = below(one)
    return f"{about}: {gap(low, high, read)} beside {beside} (9 times in 10). {direction(mean, share).capitalize()}."


def end(one: Trajectory, zone: str) -> tuple[str, float, float, float]:
    """What is compared at the end, in words, and the difference there: mean and 9-in-10 bounds."""
    last = one.difference[-1]
    label = short(nature(one.signal).label)
    by_days = len(last.at) == ISO_DAY
    ends = day(date.fromisoformat(last.at)) if by_days else when(last.at, zone)
    if is_peak(one):
        return f"{label}, {one.measures[0].name.lower()} until {ends}", *one.measures[0].difference
    return f"{label} by {ends}", last.mean, last.lo90, last.hi90


def is_peak(one: Trajectory) -> bool:
    """Whether what counts is measured over the hours (a peak) and not what stands at their end."""
    return len(one.difference[-1].at) != ISO_DAY and bool(one.measures) and one.measures[0].unit == one.unit


def direction(mean: float, share_below: float) -> str:
    """Higher or lower, with how sure that is; some hundred imagined lives can say no more than 99 %."""
    return f"{'lower' if mean < 0 else 'higher'}: {sureness(certain(mean, share_below))}"


def certain(mean: float, share_below: float) -> float:
    """How sure the direction of a difference is, in per cent."""
    share = share_below if mean < 0 else 1 - share_below
    return 100 * min(max(share, 0.01), 0.99)


def below(one: Trajectory) -> float:
    """How often the difference that `end` tells lies below nothing, 0 to 1."""
    if is_peak(one) and one.measures[0].difference[0] != one.difference[-1].mean:
        return _bell(*one.measures[0].difference)
    return below_last(one)


def below_last(one: Trajectory) -> float:
    """How often the last difference is below nothing; from its quantiles where no draws are kept."""
    if one.draws is not None:
        apart = one.draws[0, :, -1] - one.draws[1, :, -1]
        return float((apart < 0).mean() + 0.5 * (apart == 0).mean())
    last = one.difference[-1]
    return _bell(last.mean, last.lo90, last.hi90)


def _bell(mean: float, low: float, high: float) -> float:
    """The share below nothing of a bell with these 9-in-10 bounds."""
    spread = max(high - low, 1e-12) / 3.29
    return 0.5 * (1 + math.erf(-mean / spread / math.sqrt(2)))


def gap(low: float, high: float, read: Measure) -> str:
    """A difference as a range in the person's unit, with its signs."""
    apart = Measure("1" if read.unit.startswith("/") else read.unit, scale=read.scale)
    return apart.range(low, high) + (f" {read.words}" if read.unit.startswith("/") else "")


def signed(read: Measure, by: float) -> str:
    """A difference with its sign and unit."""
    return f"{'+' if by > 0 else ''}{read.difference(by)}"


def thinned(count: int, most: int = LINES) -> list[int]:
    """Places of at most so many of a number of moments, evenly apart, the last among them.

    >>> thinned(3), thinned(91)[-1]
    ([0, 1, 2], 90)
    """
    apart = max(1, math.ceil(count / most))
    return [place - 1 for place in range(1, count + 1) if place % apart == 0 or place == count]
