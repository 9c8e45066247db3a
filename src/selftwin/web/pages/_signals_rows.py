"""The readings of a signal as they came in, a page at a time: all of them where they are few, of one day where they
are many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from selftwin.web.rendering import texts
from selftwin.wording.measures import measure
from selftwin.wording.sources import named
from selftwin.wording.words import day

if TYPE_CHECKING:
    import polars as pl

    from selftwin.web.page import Visit
    from selftwin.wording.measures import Measure

FEW = 5_000  # readings that are paged through as a whole
PAGE = 20


@dataclass(frozen=True, slots=True)
class Readings:
    """One page of readings: of which day (None: of all), how many there are, and the ways to others."""

    rows: tuple[tuple[str, str, str, str], ...]
    day: date | None
    total: int
    page: int
    pages: int
    earlier: str
    later: str

    @property
    def lasting(self) -> bool:
        """Whether any of them lasts."""
        return any(until for _, until, _, _ in self.rows)

    @property
    def moments(self) -> tuple[tuple[str, str, str], ...]:
        """The rows without their ends, where none has one."""
        return tuple((when, value, source) for when, _, value, source in self.rows)


def readings(visit: Visit, key: str, unit: str, total: int, newest: date) -> Readings:
    """The page that was asked for by `rows` (a day) and `page`, the newest reading first."""
    if total <= FEW:
        frame = visit.made("readings", lambda twin: twin.series(key), key)
        return _paged(frame, key, unit, None, _number(visit.query.get("page", "")))
    asked = _day(visit.query.get("rows", "")) or newest
    frame = visit.made("readings of a day", lambda twin: twin.series(key, since=asked, until=asked), key, asked)
    return _paged(frame, key, unit, asked, _number(visit.query.get("page", "")))


def _paged(frame: pl.DataFrame, key: str, unit: str, on: date | None, page: int) -> Readings:
    pages = max((frame.height + PAGE - 1) // PAGE, 1)
    page = min(max(page, 1), pages)
    shown = frame.reverse().slice((page - 1) * PAGE, PAGE)
    earlier = "" if on is None else (on - timedelta(days=1)).isoformat()
    later = "" if on is None else (on + timedelta(days=1)).isoformat()
    return Readings(tuple(_rows(shown, measure(key, unit))), on, frame.height, page, pages, earlier, later)


def _rows(shown: pl.DataFrame, read: Measure) -> list[tuple[str, str, str, str]]:
    """Each with its time of day, unless all of them tell of whole days, which begin at midnight."""
    values = [float(one) for one in (shown["value"].min(), shown["value"].max()) if isinstance(one, float)]
    whole = all(local.time() == time.min for local in shown["local"])
    found = []
    for row in shown.iter_rows(named=True):
        lasts: timedelta = row["until"] - row["at"]
        until = _until(row["local"] + lasts, row["local"].date()) if lasts else ""
        value = "" if row["value"] is None else read.one(row["value"], *values)
        said = row["text"] or ""
        when = day(row["local"]) if whole else f"{day(row['local'])}, {row['local']:%H:%M:%S}"
        found.append((when, until, " ".join(filter(None, (value, said))), named(row["source"] or "")))
    return found


def _until(end: object, began: date) -> str:
    return f"{end:%H:%M:%S}" if end.date() == began else f"{day(end)}, {end:%H:%M:%S}"  # type: ignore[attr-defined, arg-type]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def ways(found: Readings) -> list[tuple[str, dict[str, str]]]:
    """Where else to look, as words with what the address must hold."""
    t, where = texts("en"), {"rows": found.day.isoformat()} if found.day else {}
    ways = []
    if found.page > 1:
        ways.append((t("signals.newer"), where | {"page": str(found.page - 1)}))
    if found.page < found.pages:
        ways.append((t("signals.older"), where | {"page": str(found.page + 1)}))
    if found.day:
        ways += [(t("signals.day_before"), {"rows": found.earlier}), (t("signals.day_after"), {"rows": found.later})]
    return ways
