"""Beliefs of one twin: the models read days through their own view, and what they find is kept and shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from selftwin.domains.body.glucose import ahead
from selftwin.domains.body.glucose.ahead_events import eaten, injected
from selftwin.domains.normal import dense
from selftwin.domains.normal.ahead import forecast as days_ahead
from selftwin.domains.normal.band import normal as usual
from selftwin.domains.normal.daily import MODEL_VERSION, learn_days
from selftwin.twin.imagining import Recorded
from selftwin.vault.beliefs import Belief, Checkpoint
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from selftwin.consent.view import Held, View
    from selftwin.domains.normal.daily import Learnt
    from selftwin.vocabulary.estimate import Forecast, Normal
    from selftwin.vocabulary.signal import Signal
    from selftwin.vocabulary.zones import ZoneTimeline

GLUCOSE = ("glucose", "mg/dL")
DAILY = "normal.daily"
DENSE = "normal.dense"
MODEL = 1  # the version of how beliefs are written; the learner's own stands in its checkpoint
_DAYS, _MINUTES = 7, 120
_DENSE_SPAN = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Outlook:
    """One signal on one day: what is held, what is usual, and what comes next (None where nothing can be said)."""

    held: Held
    normal: Normal
    forecast: Forecast | None


@dataclass(frozen=True, slots=True)
class Beliefs:
    """The owner asks, the models read: `owner` must be allowed the insight, `models` the days."""

    owner: View
    models: View
    zones: ZoneTimeline

    def normal(self, key: str, *, at: date | None = None) -> Normal:
        """What is usual for a signal, and where its last day up to `at` stands. Raises NothingYet, Refused."""
        self.owner.consider(key, "normal")
        return usual(self._learnt(self._signal(key)), at=at)

    def forecast(
        self, key: str, *, days: int | None = None, minutes: int | None = None, at: date | datetime | None = None
    ) -> Forecast:
        """What comes next, by days, or by minutes for a dense signal. Raises NothingYet, Refused, UsageError."""
        if days is not None and minutes is not None:
            raise UsageError("A forecast goes by days or by minutes, not both.")
        self.owner.consider(key, "forecast")
        signal = self._signal(key)
        if minutes is not None or (days is None and self.models.dense(key)):
            return self._minutes(signal, minutes or _MINUTES, at)[0]
        return days_ahead(self._learnt(signal), days=_DAYS if days is None else days, at=_day(at))

    def learn(self, tell: Callable[[str], None]) -> list[str]:
        """Learn every signal with days, keep what is believed of it, and say which were learnt."""
        while True:  # once more where something was taken away, or closed, while it was learnt from
            taken = self.models.taken
            try:
                learnt = self._learn_all(tell)
                if self.models.keep([one for some in learnt.values() for one in some], taken=taken):
                    return list(learnt)
            except Refused:
                if self.models.taken == taken:
                    raise

    def _learn_all(self, tell: Callable[[str], None]) -> dict[str, list[tuple[Belief, Checkpoint | None]]]:
        """What is believed of every signal with days."""
        self.models.settle()
        numeric = [held for held in self.models.held() if held.signal.numeric]
        found = {held.signal.key: self._believed(held, tell) for held in numeric}
        return {key: some for key, some in found.items() if some}

    def overview(self, at: date | None = None) -> list[Outlook]:
        """Every signal on the last day with data (up to `at`), the most unusual first."""
        self.models.settle()
        numeric = [held for held in self.owner.held() if held.signal.numeric]
        learnt = [(held, found.until(at)) for held in numeric if (found := self._if_allowed(held))]
        known = [(held, found) for held, found in learnt if len(found.days)]
        if not known:
            raise NothingYet("There are no days yet.", hint="`selftwin import PATH` reads an export.")
        today = at or _newest([_date(int(found.days[-1])) for _, found in known])
        outlooks = [self._outlook(held, found, today) for held, found in known]
        return sorted(outlooks, key=_ordinariness)

    def _if_allowed(self, held: Held) -> Learnt | None:
        """What is learnt of a signal; None where the person has switched its learning off."""
        try:
            return self._learnt(replace(held.signal, unit=held.unit))
        except Refused:
            return None

    def _outlook(self, held: Held, learnt: Learnt, today: date) -> Outlook:
        for kind in ("normal", "forecast"):
            self.owner.consider(held.signal.key, kind)
        return Outlook(held, usual(learnt, at=today), days_ahead(learnt, days=3))

    def _signal(self, key: str) -> Signal:
        found = next(iter(self.models.held(key)), None)
        signal = nature(key)
        if found is None:
            self.models.consider(key)
            hint = "`selftwin signals` lists what there is."
            raise NothingYet(f"Nothing is known of {signal.label.lower()} yet.", hint=hint)
        return replace(signal, unit=found.unit)

    def _learnt(self, signal: Signal) -> Learnt:
        held = self.models.checkpoint(signal.key, DAILY, MODEL)
        days = self.models.days(signal.key)
        return learn_days(days.select("day", "value"), signal, checkpoint=held.state if held else None)

    def _minutes(self, signal: Signal, minutes: int, at: date | datetime | None) -> tuple[Forecast, list[str]]:
        """The next minutes, and the signals that were read for it beside its own."""
        samples = self._samples(signal.key, at)
        if (signal.key, signal.unit) == GLUCOSE and minutes <= ahead.FARTHEST and samples.height:
            try:
                return self._glucose(samples, minutes)
            except NothingYet:  # too seldom for a sensor of glucose; the general learner takes any spacing
                pass
        known = dense.study(samples, signal, minutes=minutes)
        return dense.forecast(known, signal, minutes=minutes), []

    def _glucose(self, samples: pl.DataFrame, minutes: int) -> tuple[Forecast, list[str]]:
        """Glucose by many people's pasts and the person's own, with what was eaten and injected by then."""
        newest = samples["at"].max()
        if not isinstance(newest, datetime):
            raise NothingYet("There are no samples yet.")
        past = Recorded(self.models, newest, ZoneInfo(self.zones.at(newest)), replay=True, given={}, knows=newest)
        carbs, insulin = eaten(past), injected(past)
        found = ahead.forecast(samples, carbs=carbs, insulin=insulin, minutes=minutes)
        used = found.method == ahead.METHODS[ahead.DRIVEN]
        return found, [key for key in past.read if used and past.series(key).height]

    def _samples(self, key: str, at: date | datetime | None) -> pl.DataFrame:
        """The newest half year of samples up to a moment (of a date: to its end), with the local minute of the day."""
        import polars as pl

        days = self.models.days(key)
        last = _day(at) or days["day"].max()
        if not isinstance(last, date):
            raise NothingYet("There are no samples yet.")
        rows = _one_voice(self.models.series(key, since=last - _DENSE_SPAN, until=last), days)
        if isinstance(at, datetime):
            rows = rows.filter(_until(at))
        minute = pl.col("local").dt.hour().cast(pl.Float64) * 60 + pl.col("local").dt.minute()
        return rows.select("at", "value", minute=minute + pl.col("local").dt.second() / 60)

    def _believed(self, held: Held, tell: Callable[[str], None]) -> list[tuple[Belief, Checkpoint | None]]:
        signal = replace(held.signal, unit=held.unit)
        learnt = self._learnt(signal)
        if not len(learnt.days):
            return []
        tell(signal.key)
        state = Checkpoint(signal.key, DAILY, MODEL, 0, _date(int(learnt.days[-1])), learnt.checkpoint())
        found: list[tuple[Belief, Checkpoint | None]] = [
            (_belief(learnt, "normal", DAILY, asdict(usual(learnt))), state),
            (_belief(learnt, "forecast", DAILY, asdict(days_ahead(learnt, days=_DAYS))), None),
        ]
        if self.models.dense(signal.key):
            told, also = self._minutes(signal, _MINUTES, None)
            found.append((_belief(learnt, "forecast", DENSE, asdict(told), also), None))
        return found


def _belief(learnt: Learnt, kind: str, model: str, believed: dict[str, Any], also: Sequence[str] = ()) -> Belief:
    """What is to be kept of a signal; `also` are other signals it was made from, which a reader must be granted too."""
    signal, others = learnt.signal, [nature(key) for key in also]
    first, last = _date(int(learnt.days[0])).isoformat(), _date(int(learnt.days[-1])).isoformat()
    return Belief(
        key=signal.key,
        kind=kind,
        made_at=datetime.now(UTC),
        model=f"{model} {MODEL_VERSION}",
        version=MODEL,
        watermark=0,
        categories=tuple(dict.fromkeys(one.category.value for one in (signal, *others))),
        sensitivities=tuple(dict.fromkeys(one.sensitivity.value for one in (signal, *others))),
        lineage=tuple((one.key, first, last, 0) for one in (signal, *others)),
        believed=believed,
    )


def _newest(days: list[date]) -> date:
    """The newest day that has come; a stamp of years ahead, on some record, is not today."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    return max([day for day in days if day <= tomorrow] or days)


def _ordinariness(one: Outlook) -> tuple[int, int, float, str]:
    """Sorts the newest and most unusual first: outside the band, how long, how far from the middle."""
    there = one.normal
    odd = there.outside and there.age_days <= 1
    far = abs((there.place if there.place is not None else 0.5) - 0.5)
    return (0 if odd else 1, -there.run if odd else 0, -far, one.held.signal.key)


def _day(at: date | datetime | None) -> date | None:
    return at.date() if isinstance(at, datetime) else at


def _one_voice(rows: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Samples of two sensors worn at once, or of one told by two apps, are not mixed: hour by hour the day's preferred
    source speaks, others where it is silent."""
    import polars as pl

    if rows["source"].n_unique() < 2:
        return rows
    speaks = days.select("day", preferred="source")
    seen = rows.with_columns(day=pl.col("local").dt.date(), hour=pl.col("local").dt.truncate("1h"))
    seen = seen.join(speaks, on="day", how="left", maintain_order="left")
    own = pl.col("source").eq_missing(pl.col("preferred"))
    return seen.filter(own | ~own.any().over("hour")).select(rows.columns)


def _until(at: datetime) -> pl.Expr:
    """Rows up to a moment: UTC for an aware one, the wall clock otherwise."""
    import polars as pl

    return pl.col("at") <= at if at.tzinfo else pl.col("local") <= at


def _date(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def frame(beliefs: Sequence[Belief]) -> pl.DataFrame:
    """Beliefs as a frame, one row each."""
    import json

    import polars as pl

    rows = [
        {
            "signal": one.key,
            "kind": one.kind,
            "made_at": one.made_at,
            "model": one.model,
            "watermark": one.watermark,
            "categories": list(one.categories),
            "sensitivities": list(one.sensitivities),
            "lineage": json.dumps(one.lineage),
            "believed": json.dumps(one.believed),
        }
        for one in beliefs
    ]
    words = pl.List(pl.String)
    return pl.DataFrame(
        rows,
        schema={
            "signal": pl.String,
            "kind": pl.String,
            "made_at": pl.Datetime("us", "UTC"),
            "model": pl.String,
            "watermark": pl.Int64,
            "categories": words,
            "sensitivities": words,
            "lineage": pl.String,
            "believed": pl.String,
        },
    )
