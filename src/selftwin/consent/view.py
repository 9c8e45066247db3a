"""A view is the only way to the data: a party, a purpose, and the gate before every read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from selftwin.consent.gate import Decision, decide
from selftwin.consent.grant import Action, Grant, Granularity, Request
from selftwin.vault import beliefs, days, series
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import Refused
from selftwin.vocabulary.signal import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from selftwin.consent.record import Record
    from selftwin.vault.beliefs import Belief, Checkpoint
    from selftwin.vault.store import Store
    from selftwin.vocabulary.signal import Signal


DENSE_ROWS = 24


@dataclass(frozen=True, slots=True)
class Held:
    """A signal of which something is known: its nature, and the unit its values carry."""

    signal: Signal
    unit: str
    rows: int


@dataclass(frozen=True, slots=True)
class View:
    """What one party may see for one purpose. Every read asks the gate and is written to the record."""

    party: str
    purpose: str
    action: Action
    grants: Sequence[Grant]
    record: Record
    _store: Store = field(repr=False)

    def series(self, key: str, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """Observations of a signal: at and until (UTC), local (wall clock), value, text, unit, source; oldest first.

        `since` and `until` are local days, both included. Raises Refused, UnknownSignal.
        """
        signal, request, decision = self._ask(key, Granularity.RAW)
        low, high = _within(decision, since, until)
        found = series.series(self._store, signal.category.value, key, since=low, until=high)
        found = found.with_columns(unit=_unit(found, signal))
        self.record.note(request, decision, found.height)
        return found

    def days(self, key: str, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """Resolved days of a signal: day, value, n (rows behind it), source; oldest first. Raises as `series`."""
        import polars as pl

        signal, request, decision = self._ask(key, Granularity.DAILY)
        low, high = _within(decision, since, until)
        found = self._days(signal).filter(pl.col("value").is_not_null()).drop("changed")
        found = found.filter(_between(low, high)).with_columns(unit=pl.lit(signal.unit))
        self.record.note(request, decision, found.height)
        return found.select("day", "value", "unit", "n", "source")

    def latest(self) -> pl.DataFrame:
        """The newest observation of every signal this view may read raw: signal, at (UTC), value, text, source.

        Where the grant ends at a day, the newest up to that day; a signal whose newest lies before its first is left
        out.
        """
        import polars as pl

        found = [series.latest(self._store, name) for name in self._store.existing()]
        rows = pl.concat(found) if found else series.latest_of_nothing()
        whole, within = [], [rows.clear()]
        for key in rows["signal"]:
            request, decision = self._judge(nature(key), Granularity.RAW)
            bounded = any(_within(decision, None, None))
            if bounded:
                within.append(self._newest(key, decision).select(rows.columns))
            elif decision.allowed:
                whole.append(key)
            self.record.note(request, decision, within[-1].height if bounded else int(decision.allowed))
        return pl.concat([rows.filter(pl.col("signal").is_in(whole)), *within])

    def _newest(self, key: str, decision: Decision) -> pl.DataFrame:
        """The newest observation of a signal within the days the grant covers."""
        import polars as pl

        low, high = _within(decision, None, None)
        found = series.series(self._store, nature(key).category.value, key, since=low, until=high)
        return found.tail(1).with_columns(signal=pl.lit(key))

    def settle(self) -> None:
        """Make every day that waits to be made, at once; shows nothing."""
        for name in self._store.existing():
            days.refresh_all(self._store, name)

    def held(self, only: str | None = None) -> list[Held]:
        """The signals (or one) this view may read of which something is recorded, by category and key."""
        found = []
        for name in self._store.existing():
            counts = series.counts(self._store, name)
            for key in days.signals_with_days(self._store, name):
                if only is not None and key != only:
                    continue
                signal = nature(key)
                request, decision = self._judge(signal, Granularity.DAILY)
                unit, rows = counts.get(key, (None, 0))
                self.record.note(request, decision, int(decision.allowed))
                if decision.allowed:
                    found.append(Held(signal, unit or signal.unit, rows))
        return found

    def dense(self, key: str) -> bool:
        """Whether a quantity is sampled through the day, 24 times or more on its median day."""
        signal, request, decision = self._ask(key, Granularity.DAILY)
        self.record.note(request, decision, 0)
        if signal.kind is not Kind.QUANTITY or not self._store.has(signal.category.value):
            return False
        median = self._days(signal)["n"].median()
        return isinstance(median, float | int) and median >= DENSE_ROWS

    def estimates(self, key: str | None = None) -> list[Belief]:
        """What the twin believes; a belief is shown only where every category it was made from may be seen."""
        kept = []
        for name in self._store.existing():
            for belief in beliefs.read(self._store, name, key):
                request, decision = self._judge_all(belief)
                if decision.allowed:
                    kept.append(belief)
                self.record.note(request, decision, int(decision.allowed))
        return kept

    def consider(self, key: str) -> None:
        """Ask whether what is believed of a signal may be seen; raises Refused where not."""
        _, request, decision = self._ask(key, Granularity.INSIGHT)
        self.record.note(request, decision, 1)

    def keep(self, learnt: Sequence[tuple[Belief, Checkpoint | None]]) -> None:
        """Keep what was learnt from this view beside the signals it is about; needs the action `learn`."""
        by_category: dict[str, list[tuple[Belief, Checkpoint | None]]] = {}
        for one in learnt:
            signal, request, decision = self._ask(one[0].key, Granularity.INSIGHT)
            if self.action is not Action.LEARN:
                reason = f"{self.party} may not learn through this view."
                self.record.note(request, Decision(allowed=False, reason=reason), 0)
                raise Refused(f"{reason} Nothing was kept.")
            self.record.note(request, decision, 1)
            by_category.setdefault(signal.category.value, []).append(one)
        for name, some in by_category.items():
            beliefs.keep(self._store, name, some)

    def checkpoint(self, key: str, model: str, version: int) -> Checkpoint | None:
        """The model's last state for a signal; None without one of this version, or where days are bounded."""
        signal, request, decision = self._ask(key, Granularity.DAILY)
        self.record.note(request, decision, 0)
        name = signal.category.value
        if any(_within(decision, None, None)):
            return None
        return beliefs.checkpoint(self._store, name, key, model, version) if self._store.has(name) else None

    def _days(self, signal: Signal) -> pl.DataFrame:
        return days.days(self._store, signal.category.value, signal.key)

    def _judge(self, signal: Signal, granularity: Granularity) -> tuple[Request, Decision]:
        request = self._request(signal, granularity)
        return request, decide(self.grants, request)

    def _ask(self, key: str, granularity: Granularity) -> tuple[Signal, Request, Decision]:
        signal = nature(key)
        request, decision = self._judge(signal, granularity)
        if not decision.allowed:
            self.record.note(request, decision, 0)
            raise Refused(f"{decision.reason} Nothing was read.")
        return signal, request, decision

    def _request(self, signal: Signal, granularity: Granularity) -> Request:
        return Request(
            self.party,
            self.action,
            self.purpose,
            granularity,
            signal.key,
            signal.category.value,
            signal.sensitivity.value,
            datetime.now(UTC),
        )

    def _judge_all(self, belief: Belief) -> tuple[Request, Decision]:
        """The first refusal among everything the belief was made from, else the last approval."""
        first = self._request(nature(belief.key), Granularity.INSIGHT)
        for request in _each(first, belief.categories, belief.sensitivities):
            decision = _reaching(belief, decide(self.grants, request), self.party)
            if not decision.allowed:
                return request, decision
        return request, decision


def _each(first: Request, categories: Iterable[str], sensitivities: Iterable[str]) -> list[Request]:
    from dataclasses import replace

    pairs = [(category, sensitivity) for category in categories for sensitivity in sensitivities]
    return [first, *(replace(first, category=category, sensitivity=sensitivity) for category, sensitivity in pairs)]


def _reaching(belief: Belief, decision: Decision, party: str) -> Decision:
    """The decision, turned down where the belief was made from days the grant does not cover."""
    low, high = _within(decision, None, None)
    early = low is not None and any(first < low.isoformat() for _, first, _, _ in belief.lineage)
    late = high is not None and any(last > high.isoformat() for _, _, last, _ in belief.lineage)
    if early or late:
        return Decision(allowed=False, reason=f"{party} was not granted all the days it was made from.")
    return decision


def _within(decision: Decision, since: date | None, until: date | None) -> tuple[date | None, date | None]:
    """The asked span, cut to what the grant covers."""
    grant = decision.grant
    first, last = (grant.first, grant.last) if grant else (None, None)
    low = max(filter(None, (since, first)), default=None)
    high = min(filter(None, (until, last)), default=None)
    return low, high


def _between(low: date | None, high: date | None) -> pl.Expr:
    import polars as pl

    inside = pl.lit(value=True)
    if low is not None:
        inside &= pl.col("day") >= low
    if high is not None:
        inside &= pl.col("day") <= high
    return inside


def _unit(found: pl.DataFrame, signal: Signal) -> pl.Series:
    return found["unit"].fill_null(signal.unit)
