"""A past in memory: what a test says was recorded, shown to a model up to `now` and never beyond."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import Refused
from selftwin.vocabulary.signal import Fold, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GREENWICH = ZoneInfo("UTC")
SCHEMA = pl.Schema([
    ("at", pl.Datetime("us", "UTC")),
    ("until", pl.Datetime("us", "UTC")),
    ("local", pl.Datetime("us")),
    ("value", pl.Float64()),
    ("text", pl.String()),
    ("unit", pl.String()),
    ("source", pl.String()),
])  # fmt: skip
FOLDS = {
    Fold.SUM: pl.Expr.sum,
    Fold.MEAN: pl.Expr.mean,
    Fold.LAST: pl.Expr.last,
    Fold.MAX: pl.Expr.max,
    Fold.MIN: pl.Expr.min,
    Fold.NIGHT: pl.Expr.last,
}


@dataclass(frozen=True)
class Remembered:
    """A `Past`. `observations` has rows by signal: (at, value), (at, word), (at, until, value) or (at, until, word),
    all aware; `daily` has (day, value) by signal, and where it is silent days are folded of the observations. `given`
    is what the question itself tells; `barred` signals are refused."""

    now: datetime
    observations: Mapping[str, Sequence[tuple[Any, ...]] | pl.DataFrame] = field(default_factory=dict)
    daily: Mapping[str, Sequence[tuple[date, float]]] = field(default_factory=dict)
    given: Mapping[str, float | str] = field(default_factory=dict)
    replay: bool = False
    zone: ZoneInfo = GREENWICH
    barred: frozenset[str] = frozenset()

    def keys(self) -> tuple[str, ...]:
        known = {*self.observations, *self.daily} - self.barred
        return tuple(sorted(key for key in known if self.series(key).height or self.days(key).height))

    def days(self, key: str, *, since: date | None = None) -> pl.DataFrame:
        self._ask(key)
        today = self.now.astimezone(self.zone).date()
        last = today - timedelta(days=1) if self.replay else today
        rows = list(self.daily[key]) if key in self.daily else self._folded(key)
        kept = sorted((day, float(value)) for day, value in rows if day <= last and (since is None or day >= since))
        return pl.DataFrame(kept, schema={"day": pl.Date, "value": pl.Float64}, orient="row")

    def series(self, key: str, *, since: date | None = None) -> pl.DataFrame:
        self._ask(key)
        known = self._frame(key).filter(pl.col("at") <= self.now).sort("at", maintain_order=True)
        return known if since is None else known.filter(pl.col("local").dt.date() >= since)

    def number(self, key: str, *, within: int | None = None) -> float | None:
        if (told := self.given.get(key)) is not None:
            return float(told) if not isinstance(told, str) else None
        today = self.now.astimezone(self.zone).date()
        known = self.days(key, since=None if within is None else today - timedelta(days=within))
        return float(known["value"][-1]) if known.height else None

    def word(self, key: str) -> str | None:
        if (told := self.given.get(key)) is not None:
            return told if isinstance(told, str) else None
        words = self.series(key)["text"].drop_nulls()
        return str(words[-1]) if len(words) else None

    def told(self, key: str) -> bool:
        return key in self.given

    def _ask(self, key: str) -> None:
        nature(key)
        if key in self.barred:
            raise Refused(f"Learning from {key} is switched off.")

    def _frame(self, key: str) -> pl.DataFrame:
        found = self.observations.get(key, [])
        rows = found if isinstance(found, pl.DataFrame) else pl.DataFrame([_row(one) for one in found], schema=SCHEMA)
        return rows.with_columns(local=pl.col("at").dt.convert_time_zone(str(self.zone)).dt.replace_time_zone(None))

    def _folded(self, key: str) -> list[tuple[date, float]]:
        rows = self.series(key).with_columns(day=pl.col("local").dt.date())
        signal = nature(key)
        if signal.fold is Fold.COUNT or signal.kind is Kind.TEXT:
            value = pl.len().cast(pl.Float64)
        elif signal.fold is Fold.DURATION:
            value = (pl.col("until") - pl.col("at")).dt.total_seconds().sum() / 60
        else:
            value = FOLDS[signal.fold](pl.col("value"))
        found = rows.group_by("day").agg(value=value).drop_nulls()
        return list(found.select("day", "value").iter_rows())


def _row(one: tuple[Any, ...]) -> dict[str, Any]:
    """A row of what a test wrote: when, perhaps until when, and a number or a word."""
    at, *rest = one
    until = rest.pop(0) if rest and isinstance(rest[0], datetime) else at
    what = rest[0] if rest else None
    said = {"text": what} if isinstance(what, str) else {"value": None if what is None else float(what)}
    return {"at": at.astimezone(UTC), "until": until.astimezone(UTC), "source": "a test"} | said
