"""What a day of the almanac holds: every signal with the most unusual first, and the days of those that are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from selftwin.web.answers import Preparing
from selftwin.wording.almanac import Entry
from selftwin.wording.phrases import order
from selftwin.wording.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from selftwin.twin import Twin
    from selftwin.twin.believing import Outlook
    from selftwin.web.page import Visit

FIRST_BACK, BACK = 32, 14  # days of the first picture, and of the small ones
ODD, NEXT = 7, 6  # pictures of each before all are asked for
SILENCE = 60  # days after which a source is history rather than late

Recent = dict[str, list[tuple[date, float | None]]]


@dataclass(frozen=True, slots=True)
class Day:
    """A day: how old its data are, every signal, those that are drawn with their days, and the sources' newest."""

    day: date
    age: int
    zone: str
    entries: tuple[Entry, ...]
    odd: tuple[Entry, ...]
    ahead: tuple[Entry, ...]
    recent: Recent
    newest: datetime | None
    sources: tuple[tuple[str, datetime], ...]


def units() -> str:
    """The units in force, as part of the name of what is kept in them."""
    return repr(sorted(settings().units.items()))


def lived(visit: Visit, *, everything: bool = False) -> Day:
    """The last day with data. Raises NothingYet, Preparing."""
    outlooks = visit.ask("overview")
    day: Day = visit.made("today.day", lambda twin: _day(twin, outlooks, everything=everything), everything, units())
    return day


def quietly(visit: Visit, name: str, make: Callable[[Twin], Any], *args: Any) -> Any:
    """Something a page makes of the twin, None while it is prepared: the rest of the page stands meanwhile."""
    try:
        return visit.held.answers.made(name, make, *args, patience=0.05)
    except Preparing:
        visit.stale = True
        return None


def _day(twin: Twin, outlooks: Sequence[Outlook], *, everything: bool) -> Day:
    entries = tuple(sorted((Entry.of(one) for one in outlooks), key=Entry.rank))
    now = datetime.now(UTC)
    tomorrow = now.date() + timedelta(days=1)
    every = [date.fromisoformat(entry.normal.day) for entry in entries]
    today = max([day for day in every if day <= tomorrow] or every)
    odd = [entry for entry in entries if entry.odd]
    drawn = odd if everything else odd[:ODD]
    ahead = _ahead(entries, {entry.key for entry in drawn}, everything=everything)
    recent = {entry.key: _recent(twin, entry, today, FIRST_BACK if entry in drawn[:1] else BACK)
              for entry in (*drawn, *ahead)}  # fmt: skip
    sources = _sources(twin)
    zone = twin.zones.at(sources[-1][1] if sources else now)
    newest = sources[-1][1].astimezone(ZoneInfo(zone)) if sources else None
    age = max((now.astimezone(ZoneInfo(zone)).date() - today).days, 0)
    return Day(today, age, zone, entries, tuple(drawn), tuple(ahead), recent, newest, sources)


def _ahead(entries: Sequence[Entry], shown: set[str], *, everything: bool) -> list[Entry]:
    """What comes next, in the order people want to hear it; where there is room, what it is too soon to say of."""
    fresh = [entry for entry in entries if entry.fresh and entry.key not in shown]
    found = sorted((entry for entry in fresh if entry.sayable), key=lambda entry: order(entry.key))
    if everything:
        return found
    early = [entry for entry in fresh if not entry.sayable and entry.forecast is not None]
    early.sort(key=lambda entry: order(entry.key))
    return [*found[: NEXT - min(len(early), 1)], *early[:1]] if len(found) >= NEXT else [*found, *early][:NEXT]


def _recent(twin: Twin, entry: Entry, today: date, back: int) -> list[tuple[date, float | None]]:
    """The days up to a day, None where nothing was recorded; they begin with the first that was."""
    first = today - timedelta(days=back - 1)
    found = dict(twin.days(entry.key, since=first, until=today).select("day", "value").iter_rows())
    last = date.fromisoformat(entry.normal.day)
    return [(day, found.get(day)) for n in range(back) if (day := first + timedelta(days=n)) <= last]


def _sources(twin: Twin) -> tuple[tuple[str, datetime], ...]:
    """Every source with its newest observation that has come, the newest last."""
    rows = twin.latest().select("source", "at").drop_nulls()
    soon = datetime.now(UTC) + timedelta(days=1)
    newest: dict[str, datetime] = {}
    for source, at in rows.iter_rows():
        if at <= soon:
            newest[source] = max(at, newest.get(source, at))
    return tuple(sorted(newest.items(), key=lambda one: one[1]))
