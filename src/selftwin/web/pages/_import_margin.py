"""Beside the import page: how each source is, what was brought in before, and how one step told twice is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.consent.saying import listed
from selftwin.twin.imports import imports
from selftwin.vocabulary.signal import Fold, Kind
from selftwin.wording import words
from selftwin.wording.sources import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.twin import Twin
    from selftwin.twin.imports import Health, Import
    from selftwin.web.page import Visit

LOOKED_BACK = 14
BROUGHT = 8
SUMMED = ("steps", "distance.walking", "energy.active")  # what two devices may both count, the best known first


@dataclass(frozen=True, slots=True)
class Source:
    """One source for the margin: its name, its last 14 days, when it last told anything, and whether it is late."""

    name: str
    days: tuple[bool, ...]
    last: str
    late: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Twice:
    """A day on which several devices counted the same: what each says together, and what was counted."""

    label: str
    key: str
    day: str
    names: str
    once: str
    together: str


def health(twin: Twin) -> list[Health]:
    """Every source of a twin, as it is."""
    return imports(twin).health()


def late(every: Sequence[Health]) -> int:
    """How many are late."""
    return sum(one.late for one in every)


def told(every: Sequence[Health], *, now: datetime) -> list[Source]:
    """The sources for a person, those that tell something or are late before those that have ended."""
    alive = [one for one in every if any(one.days) or one.late]
    return [_told(one, now) for one in alive]


def _told(one: Health, now: datetime) -> Source:
    there = sum(one.days)
    name, last = named(one.source), words.count(one.silent, "day") if one.late else _when(one.last, now)
    sentence = f"{name}: {there} of the last {len(one.days)} days" + (f", silent for {last}" if one.late else "")
    return Source(name, one.days, last, one.late, sentence)


def _when(at: datetime, now: datetime) -> str:
    """When something last came, as shortly as it can be told."""
    here, today = at.astimezone(), now.astimezone().date()
    if here.date() == today:
        return f"{here:%H:%M}"
    if here.date() == today - timedelta(days=1):
        return "yesterday"
    month = words.MONTHS[here.month - 1][:3]
    return f"{here.day} {month}" if today - here.date() < timedelta(days=300) else f"{month} {here.year}"


def brought(twin: Twin) -> list[Import]:
    """The last files that were brought in, without notes by hand and what was taken back."""
    kept = [one for one in imports(twin).every(most=60) if not one.by_hand and one.batch.state == "kept"]
    return kept[:BROUGHT]


def twice(twin: Twin) -> Twice | None:
    """The last day on which two devices counted one walk, None where there is none."""
    held = {one.signal.key: one for one in twin.held() if one.signal.kind is Kind.QUANTITY}
    for key in SUMMED:
        if key in held and held[key].signal.fold is Fold.SUM and (found := _twice(twin, key)):
            return found
    return None


def _twice(twin: Twin, key: str) -> Twice | None:
    import polars as pl

    from selftwin.vocabulary.catalogue import nature
    from selftwin.wording.measures import measure

    days = twin.days(key).tail(LOOKED_BACK)
    if days.is_empty():
        return None
    since: date = days["day"][0]
    each = twin.series(key, since=since).group_by(pl.col("local").dt.date().alias("day"), "source").agg(
        pl.col("value").sum()
    )  # fmt: skip
    both = each.group_by("day").agg(pl.len().alias("devices"), pl.col("value").sum().alias("together"), "source")
    found = both.join(days.select("day", "value"), on="day").filter(
        (pl.col("devices") > 1) & (pl.col("together") > 1.05 * pl.col("value"))
    )
    if found.is_empty():
        return None
    row: dict[str, Any] = found.sort("day").row(-1, named=True)
    read = measure(key, str(days["unit"][0]))
    once, together = read.one(row["value"], row["value"] + 10), read.one(row["together"], row["together"] + 10)
    names = sorted({named(source) for source in row["source"]})
    day = words.day(row["day"], weekday=True, year=False)
    return Twice(nature(key).label, key, day, listed(names), once, together)


def context(visit: Visit) -> dict[str, Any]:
    """Everything of the margin; sources are None while they are still being read."""
    every = visit.try_made("import.health", health)
    return {
        "sources": None if every is None else told(every, now=datetime.now().astimezone()),
        "ended": [named(one.source) for one in every or [] if not any(one.days) and not one.late],
        "brought": brought(visit.twin),
        "twice": visit.try_made("import.twice", twice),
    }
