"""What changed: when a signal took another level, how sure that is, and what else changed then."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    from selftwin.vocabulary.change import Change, Changes, Near

ABOUT = "One signal alone, as `selftwin signals` lists it; every one unless you say."
PLOT = "Draw the signal with its levels into a file, .png or .svg."
LEAST, MANY = 0.1, 10.0  # found by luck: that is said, and that is said in whole numbers
SHOWN = 12  # changes printed where every signal is asked for


def command(
    signal: Annotated[str | None, Parameter(help=ABOUT)] = None,
    /,
    *,
    at: Annotated[str | None, Parameter(help="As it was known then: a day, or a time.")] = None,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> None:
    """What changed: when a signal took another level, how sure that is, and what else changed then."""
    from selftwin.vocabulary.errors import UsageError

    if plot and signal is None:
        raise UsageError("A picture is of one signal.", hint="`selftwin changes heart_rate.resting --plot FILE`.")
    if plot:
        from selftwin.cli.plot.sheet import checked

        checked(plot)
    when = day_or_moment(at) if at else None
    with call.open() as twin:
        found = twin.changes(signal, at=when)
        rows = twin.days(signal).select("day", "value") if plot and signal else None
    if plot and signal and rows is not None:
        from selftwin.cli.plot.changes import picture

        picture(signal, found, list(rows.iter_rows()), plot)
    if call.json:
        screen.data(found.plain())
        return
    tell(found, most=None if signal else SHOWN)


def tell(found: Changes, most: int | None = None) -> None:
    """Print the changes, newest first, each with what else changed then."""
    from selftwin.wording.words import count

    if not found.found:
        screen.show("Nothing took another level that I can tell from its own wandering.")
    for one in found.found[:most]:
        screen.show(*told(one), "")
    if most is not None and len(found.found) > most:
        screen.show(f"{len(found.found) - most} older ones: `--json` shows them all.")
    searched = f"{count(len(found.looked), 'signal')} searched, {found.years:.1f} signal-years."
    screen.show(f"{searched} {luck(found)}".rstrip(), *found.notes)


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
    from selftwin.wording.measures import measure
    from selftwin.wording.phrases import phrase, short
    from selftwin.wording.words import day, trusted

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
    from selftwin.wording.measures import Measure, measure

    read = measure(one.signal, one.unit)
    low, high = (one.low, one.high) if one.size > 0 else (-one.high, -one.low)
    unit = "1" if read.unit.startswith("/") else read.unit
    return Measure(unit, whole=read.whole, scale=read.scale).range(low, high)


def _beside(near: Near) -> str:
    """One thing that changed as well, and how far off."""
    from selftwin.wording.words import count

    off = "the same day" if not near.off else f"{count(abs(near.off), 'day')} {'later' if near.off > 0 else 'before'}"
    suspect = "First suspect: a changed device: " if near.kind.value == "device" else ""
    return f"{suspect}{near.words} ({off})"


def _day(iso: str) -> date:
    return date.fromisoformat(iso)
