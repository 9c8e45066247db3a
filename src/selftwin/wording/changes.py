"""What changed, in sentences: which way, on which day with its bounds, how far, and what else changed then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from selftwin.vocabulary.change import Beside
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.words import count, day, trusted

if TYPE_CHECKING:
    from selftwin.vocabulary.change import Change, Changes, Near

LEAST, MANY = 0.1, 10.0  # found by luck: that is said, and that is said in whole numbers


def luck(found: Changes) -> str:
    """How many of what was found may be luck; nothing where nothing was found."""
    if not found.found or found.luck < LEAST:
        return ""
    about = f"up to about {found.luck:.0f}" if found.luck >= MANY else f"up to about {found.luck:.1f}"
    if found.luck >= len(found.found):
        return f"Any of them may be luck: as many, {about}, would be found where nothing changed."
    return f"Of these {about} may be luck: so many would be found where nothing changed."


def told(one: Change) -> list[str]:
    """One change in lines: what moved and when, how far, and what changed beside it."""
    read = measure(one.signal, one.unit)
    when = f"between {day(_day(one.first))} and {day(_day(one.last))}" if one.first != one.last else "to the day"
    lasted = f", until {day(_day(one.until))}" if one.until else ", and still holds"
    before, after = read.apart(one.before, one.before, one.after)[0], read.apart(one.after, one.before, one.after)[0]
    size = f"by {read.difference(abs(one.size))} ({_bounds(one)}, 9 times in 10)"
    return [
        f"{short(one.label)} {one.way} on {day(_day(one.day))} ({when}){lasted}.",
        f"  {before} before, {after} after: {size}.",
        *(f"  {_beside(near)}" for near in one.near),
        f"  {trusted(one.trust, one.n, phrase(one.signal, one.label).spell)}",
    ]


def _bounds(one: Change) -> str:
    """Low to high of the size, counted the way it went."""
    read = measure(one.signal, one.unit)
    low, high = (one.low, one.high) if one.size > 0 else (-one.high, -one.low)
    unit = "1" if read.unit.startswith("/") else read.unit
    return Measure(unit, whole=read.whole, scale=read.scale).range(low, high)


def _beside(near: Near) -> str:
    """One thing that changed as well, and how far off."""
    off = "the same day" if not near.off else f"{count(abs(near.off), 'day')} {'later' if near.off > 0 else 'before'}"
    suspect = "First suspect: a changed device: " if near.kind.value == "device" else ""
    words = near.words if near.kind is Beside.DEVICE else near.words.replace("_", " ")
    return f"{suspect}{words} ({off})"


def _day(iso: str) -> date:
    return date.fromisoformat(iso)
