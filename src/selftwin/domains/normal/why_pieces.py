"""The pieces of a day: hours, stages, kinds; and the observations behind it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from selftwin.domains.normal.why_drivers import woke
from selftwin.domains.normal.why_words import amount
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.reason import Behind, Contribution
from selftwin.vocabulary.signal import Fold

if TYPE_CHECKING:
    import polars as pl

    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.signal import Signal

PARTS = ((0, "Night, until 6"), (6, "Morning, 6 to 10"), (10, "Midday, 10 to 14"), (14, "Afternoon, 14 to 18"),
         (18, "Evening, 18 to 22"), (22, "Late evening, from 22"))  # fmt: skip
STAGES = ("sleep.light", "sleep.deep", "sleep.rem")
KINDS = 6  # named at most
NEARLY = 1e-9
SETTLED = "settled between devices, or not told by hours"


def behind(past: Past, key: str, day: date, *, night: bool = False) -> list[Behind]:
    """The observations of a signal's day, counted by source; where none is to be seen, the day itself."""
    rows = observed(past, key, day, night=night)
    counted = rows.group_by("source", maintain_order=True).len()
    found = [Behind(key, day.isoformat(), day.isoformat(), n, source or "") for source, n in counted.iter_rows()]
    return found or [Behind(key, day.isoformat(), day.isoformat(), 1)]


def observed(past: Past, key: str, day: date, *, night: bool = False) -> pl.DataFrame:
    """The observations of a signal that begin on a local day; of a night, those of the waking on it."""
    import polars as pl

    base, _, states = nature(key).made_of.partition(":")
    there = base and base in past.keys()  # noqa: SIM118 - a method of the past
    rows = past.series(base if there else key, since=day - timedelta(days=1))
    if there:
        rows = rows.filter(pl.col("text").is_in(states.split("|")))
    if night:
        return rows.filter(woke() == day)
    begins = pl.col("local")
    ends = begins + (pl.col("until") - pl.col("at"))
    on = ends if nature(key).fold is Fold.NIGHT else begins
    return rows.filter(on.dt.date() == day)


def pieces(past: Past, signal: Signal, day: date, total: float) -> tuple[Contribution, ...]:
    """The pieces that a day's value is the sum of; none where it is one observation, or no sum or mean."""
    import polars as pl

    if signal.key == "sleep.duration":
        return _stages(past, day, total)
    if signal.fold not in {Fold.SUM, Fold.MEAN}:
        return ()
    rows = observed(past, signal.key, day)
    rows = rows.filter(rows["value"].is_not_null())
    if rows.height < 2:
        return ()
    if signal.fold is Fold.MEAN:
        return _of_mean(rows, signal.key, day, total)
    timed = rows.filter(pl.col("local") != pl.col("local").dt.truncate("1d")).height
    by_kind = rows["text"].drop_nulls().n_unique() > 1 or not timed
    return _of_kinds(rows, signal.key, day, total) if by_kind else _of_hours(rows, signal.key, day, total)


def _stages(past: Past, day: date, total: float) -> tuple[Contribution, ...]:
    """A night by its stages."""
    found, there = [], set(past.keys())
    for key in STAGES:
        days = past.days(key, since=day) if key in there else None
        if days is not None and days.height and days["day"][0] == day:
            value = float(days["value"][0])
            found.append(Contribution(nature(key).label, value, signal=key, behind=tuple(behind(past, key, day))))
    return _closed(found, total, "Asleep, no stage told") if found else ()


def _of_hours(rows: pl.DataFrame, key: str, day: date, total: float) -> tuple[Contribution, ...]:
    """A sum by parts of the day: hour by hour the source that tells most, since two tell of the same."""
    import polars as pl

    hours = rows.group_by(pl.col("local").dt.hour().alias("hour"), "source").agg(pl.col("value").sum(), n=pl.len())
    best = hours.sort("value", descending=True).group_by("hour", maintain_order=True).first().sort("hour")
    found = []
    for (start, name), stop in zip(PARTS, [*(start for start, _ in PARTS[1:]), 24], strict=True):
        here = best.filter(pl.col("hour").is_between(start, stop - 1))
        if here.height:
            found.append(Contribution(name, float(here["value"].sum()), signal=key, behind=_counted(here, key, day)))
    return _closed(found, total, SETTLED)


def _of_mean(rows: pl.DataFrame, key: str, day: date, total: float) -> tuple[Contribution, ...]:
    """A mean by parts of the day: each brings its own mean, by its share of the observations."""
    import polars as pl

    found, hour = [], rows["local"].dt.hour()
    for (start, name), stop in zip(PARTS, [*(start for start, _ in PARTS[1:]), 24], strict=True):
        here = rows.filter((hour >= start) & (hour < stop))
        if here.height:
            mean, share = float(here["value"].sum()) / here.height, here.height / rows.height
            counts = _counted(here.with_columns(n=pl.lit(1)), key, day)
            note = f"a mean of {amount(key, mean)} over {100 * share:.0f} % of the day's observations"
            found.append(Contribution(name, mean * share, signal=key, behind=counts, note=note))
    return _closed(found, total, SETTLED)


def _of_kinds(rows: pl.DataFrame, key: str, day: date, total: float) -> tuple[Contribution, ...]:
    """A sum by what it was noted as, the largest first; where no words stand by it, by entry."""
    import polars as pl

    entry = pl.lit("Entry ") + (pl.int_range(pl.len()) + 1).cast(pl.String)
    kinds = rows.group_by(pl.col("text").fill_null(entry)).agg(pl.col("value").sum(), n=pl.len())
    kinds = kinds.sort("value", "text", descending=[True, False])
    found = [
        Contribution(str(text), float(value), signal=key, behind=(Behind(key, day.isoformat(), day.isoformat(), n),))
        for text, value, n in kinds.head(KINDS).iter_rows()
    ]
    return _closed(found, total, "All else")


def _counted(rows: pl.DataFrame, key: str, day: date) -> tuple[Behind, ...]:
    """Observations counted by source."""
    import polars as pl

    sums = rows.group_by("source", maintain_order=True).agg(pl.col("n").sum())
    return tuple(Behind(key, day.isoformat(), day.isoformat(), n, source or "") for source, n in sums.iter_rows())


def _closed(found: list[Contribution], total: float, name: str) -> tuple[Contribution, ...]:
    """The pieces with what they lack of the total, where that is more than nothing."""
    rest = total - sum(one.value for one in found)
    if abs(rest) <= NEARLY * max(abs(total), 1.0):
        return tuple(found)
    return (*found, Contribution(name[0].upper() + name[1:], rest))
