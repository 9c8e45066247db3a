"""A view is the only way to the data: a party, a purpose, and the gate before every read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from selftwin.consent.gate import Decision
from selftwin.consent.grant import MODELS, OWNER, Action, Granularity, Matter, Request
from selftwin.consent.spans import EVER
from selftwin.vault import beliefs, days, series
from selftwin.vault.alone import lives
from selftwin.vocabulary import given
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import Refused
from selftwin.vocabulary.signal import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from selftwin.consent.book import Book
    from selftwin.vault.beliefs import Belief, Checkpoint
    from selftwin.vault.series import Numbers
    from selftwin.vault.store import Store
    from selftwin.vault.turns import Turns
    from selftwin.vocabulary.signal import Signal

P = ParamSpec("P")
R = TypeVar("R")
DENSE_ROWS = 24


@dataclass(frozen=True, slots=True)
class Held:
    """A signal of which something is known: its nature, and the unit its values carry."""

    signal: Signal
    unit: str
    rows: int


class Ledger(Protocol):
    """Where decisions are noted: the record, or a tally where the owner looks at what a party would see."""

    def note(self, request: Request, decision: Decision, rows: int, /) -> object:
        """One decision, with the rows it let through."""


class Desk(Protocol):
    """Where a view asks: the book as it is at this moment, the record, the time; and who reads has the `lock`."""

    @property
    def book(self) -> Book:
        """Every grant and bar."""

    @property
    def record(self) -> Ledger:
        """Where each decision is noted."""

    @property
    def lock(self) -> Turns:
        """Held by whoever reads or changes consent."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the time."""


def _alone(read: Callable[Concatenate[View, P], R]) -> Callable[Concatenate[View, P], R]:
    """Decided, read and recorded without a change of consent between: what is withdrawn is closed when that returns."""

    @wraps(read)
    def alone(view: View, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with view._desk.lock:  # noqa: SLF001 - a method of the view
            return read(view, *args, **kwargs)

    return alone


@lives
@dataclass(frozen=True, slots=True)
class View:
    """What one party may see for one purpose. Every read asks the gate and is written to the record."""

    party: str
    purpose: str
    action: Action
    _desk: Desk = field(repr=False)
    _store: Store = field(repr=False)

    @_alone
    def series(self, key: str, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """Observations of a signal: at and until (UTC), local (wall clock), value, text, unit, source; oldest first.

        `since` and `until` are local days, both included. Raises Refused, UnknownSignal.
        """
        since, until = _asked(since), _asked(until)
        signal, request, decision = self._ask(key, Granularity.RAW)
        found = self._series(signal, decision, since, until)
        found = found.with_columns(unit=_unit(found, signal))
        self._desk.record.note(request, decision, found.height)
        return found

    @_alone
    def numbers(self, key: str) -> Numbers:
        """Every value of a signal with its moment on the person's clock, as plain columns, quick where they are
        millions; what has no number is left out. Raises Refused, UnknownSignal."""
        signal, request, decision = self._ask(key, Granularity.RAW)
        if _bounded(decision):
            found = series.numbers_of(self._series(signal, decision, None, None))
        else:
            found = series.numbers(self._store, signal.category.value, key)
        self._desk.record.note(request, decision, found.value.size)
        return replace(found, unit=found.unit or signal.unit)

    @_alone
    def days(self, key: str, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """Resolved days of a signal: day, value, n (rows behind it), source; oldest first. Raises as `series`."""
        import polars as pl

        since, until = _asked(since), _asked(until)
        signal, request, decision = self._ask(key, Granularity.DAILY)
        found = self._days_seen(signal, decision).filter(_between(pl.col("day"), since, until))
        found = found.with_columns(unit=pl.lit(signal.unit))
        self._desk.record.note(request, decision, found.height)
        return found.select("day", "value", "unit", "n", "source")

    @_alone
    def latest(self) -> pl.DataFrame:
        """The newest observation of every signal this view may read raw: signal, at (UTC), value, text, source.

        Where grants bound the days, the newest within them; a signal with none there is left out.
        """
        import polars as pl

        found = [series.latest(self._store, name) for name in self._store.existing()]
        rows = pl.concat(found) if found else series.latest_of_nothing()
        whole, within = [], [rows.clear()]
        for key in rows["signal"]:
            request, decision = self._judge(nature(key), Granularity.RAW)
            bounded = _bounded(decision)
            if bounded:
                within.append(self._newest(key, decision).select(rows.columns))
            elif decision.allowed:
                whole.append(key)
            self._desk.record.note(request, decision, within[-1].height if bounded else int(decision.allowed))
        return pl.concat([rows.filter(pl.col("signal").is_in(whole)), *within])

    def _newest(self, key: str, decision: Decision) -> pl.DataFrame:
        """The newest observation of a signal within the days the grant covers."""
        import polars as pl

        found = self._series(nature(key), decision, None, None)
        return found.tail(1).with_columns(signal=pl.lit(key))

    @_alone
    def settle(self) -> None:
        """Make every day that waits to be made, at once; shows nothing."""
        for name in self._store.existing():
            days.refresh_all(self._store, name)

    @_alone
    def held(self, only: str | None = None, *, granted: bool = False) -> list[Held]:
        """The signals (or one) this view may read of which something is recorded, by category and key.

        With `granted` only what the grants show is asked for, so that nothing is refused.
        """
        found = []
        for name in self._store.existing():
            counts = series.counts(self._store, name)
            for key in days.signals_with_days(self._store, name):
                if only is not None and key != only:
                    continue
                signal = nature(key)
                request, decision = self._judge(signal, Granularity.DAILY)
                if granted and not decision.allowed:
                    continue
                unit, rows = counts.get(key, (None, 0))
                if _bounded(decision):
                    rows = int(self._days_seen(signal, decision)["n"].sum())
                shown = decision.allowed and (rows > 0 or not _bounded(decision))
                self._desk.record.note(request, decision, int(shown))
                if shown:
                    found.append(Held(signal, unit or signal.unit, rows))
        return found

    @_alone
    def dense(self, key: str) -> bool:
        """Whether a quantity is sampled through the day, 24 times or more on its median day."""
        signal, request, decision = self._ask(key, Granularity.DAILY)
        self._desk.record.note(request, decision, 0)
        if signal.kind is not Kind.QUANTITY or not self._store.has(signal.category.value):
            return False
        median = self._days_seen(signal, decision)["n"].median()
        return isinstance(median, float | int) and median >= DENSE_ROWS

    @_alone
    def estimates(self, key: str | None = None, *, granted: bool = False) -> list[Belief]:
        """What the twin believes; a belief is shown only where every category it was made from may be seen.

        With `granted` only what the grants show is asked for, so that nothing is refused.
        """
        kept = []
        for name in self._store.existing():
            for belief in beliefs.read(self._store, name, key):
                request = self._request(_matters(belief), Granularity.INSIGHT, f"{belief.key}/{belief.kind}")
                decision = self._desk.book.answer(request)
                if granted and not decision.allowed:
                    continue
                if decision.allowed:
                    kept.append(belief)
                self._desk.record.note(request, decision, int(decision.allowed))
        return kept

    @_alone
    def consider(self, key: str, kind: str = "") -> None:
        """Ask whether what is believed of a signal from all its days may be seen; with a kind (`normal`, `forecast`)
        an estimate granted by name may be. Raises Refused."""
        signal = nature(key)
        matter = Matter(key, signal.category.value, signal.sensitivity.value, date.min, date.max)
        request = self._request((matter,), Granularity.INSIGHT, f"{key}/{kind}" if kind else "")
        self._desk.record.note(request, self._allowed(request), 1)

    @property
    def taken(self) -> int:
        """Moves whenever something is taken away, or closed to somebody."""
        return self._store.lock.taken

    @_alone
    def keep(self, learnt: Sequence[tuple[Belief, Checkpoint | None]], *, taken: int | None = None) -> bool:
        """Keep what was learnt from this view beside the signals it is about: the twin's own alone, with `learn`.

        Whether it was kept: not where `taken` has moved meanwhile, since it may rest on what is gone.
        """
        if taken is not None and taken != self.taken:
            return False
        by_category: dict[str, list[tuple[Belief, Checkpoint | None]]] = {}
        for one in learnt:
            signal, request, decision = self._ask(one[0].key, Granularity.INSIGHT)
            if self.action is not Action.LEARN or self.party not in {OWNER, MODELS}:
                reason = f"{self.party} may not keep what it learnt through this view."
                self._desk.record.note(request, Decision(allowed=False, reason=reason), 0)
                raise Refused(f"{reason} Nothing was kept.")
            self._desk.record.note(request, decision, 1)
            by_category.setdefault(signal.category.value, []).append(one)
        for name, some in by_category.items():
            beliefs.keep(self._store, name, some)
        return True

    @_alone
    def checkpoint(self, key: str, model: str, version: int) -> Checkpoint | None:
        """The model's last state for a signal; None without one of this version, or where days are bounded."""
        signal, request, decision = self._ask(key, Granularity.DAILY)
        self._desk.record.note(request, decision, 0)
        name = signal.category.value
        if _bounded(decision):
            return None
        return beliefs.checkpoint(self._store, name, key, model, version) if self._store.has(name) else None

    def _days(self, signal: Signal) -> pl.DataFrame:
        return days.days(self._store, signal.category.value, signal.key)

    def _days_seen(self, signal: Signal, decision: Decision) -> pl.DataFrame:
        """Days the grants cover; of a day that was taken back nothing is told, not even that it was."""
        import polars as pl

        covered = pl.any_horizontal([_between(pl.col("day"), *span) for span in decision.spans])
        return self._days(signal).filter(pl.col("value").is_not_null() & covered)

    def _series(self, signal: Signal, decision: Decision, since: date | None, until: date | None) -> pl.DataFrame:
        """Rows of the days asked for that begin and end on days the grants cover."""
        first, last = decision.spans[0].first, decision.spans[-1].last
        low = max(filter(None, (since, first)), default=None)
        high = min(filter(None, (until, last)), default=None)
        found = series.series(self._store, signal.category.value, signal.key, since=low, until=high)
        return found.filter(_within(decision)) if _bounded(decision) else found

    def _judge(self, signal: Signal, granularity: Granularity) -> tuple[Request, Decision]:
        matter = Matter(signal.key, signal.category.value, signal.sensitivity.value)
        request = self._request((matter,), granularity)
        return request, self._desk.book.answer(request)

    def _ask(self, key: str, granularity: Granularity) -> tuple[Signal, Request, Decision]:
        signal = nature(key)
        matter = Matter(signal.key, signal.category.value, signal.sensitivity.value)
        request = self._request((matter,), granularity)
        return signal, request, self._allowed(request)

    def _allowed(self, request: Request) -> Decision:
        """The gate's answer where it is yes; a no is recorded and raised."""
        decision = self._desk.book.answer(request)
        if not decision.allowed:
            self._desk.record.note(request, decision, 0)
            raise Refused(f"{decision.reason} Nothing was read.")
        return decision

    def _request(self, matters: tuple[Matter, ...], granularity: Granularity, estimate: str = "") -> Request:
        return Request(self.party, self.action, self.purpose, granularity, matters, self._desk.clock(), estimate)


def _matters(belief: Belief) -> tuple[Matter, ...]:
    """Everything a belief was made from and is about; kinds it names beyond its lineage count as well.

    What does not tell its days may be of any day.
    """
    about = nature(belief.key)
    unknown = (None, None) if belief.lineage else (date.min, date.max)
    found = [Matter(about.key, about.category.value, about.sensitivity.value, *unknown)]
    for key, first, last, _ in belief.lineage:
        one = nature(key)
        days_used = date.fromisoformat(first), date.fromisoformat(last)
        found.append(Matter(key, one.category.value, one.sensitivity.value, *days_used))
    told = {matter.category for matter in found}, {matter.sensitivity for matter in found}
    extra = [(category, sensitivity) for category in belief.categories for sensitivity in belief.sensitivities
             if category not in told[0] or sensitivity not in told[1]]  # fmt: skip
    return (*found, *(Matter("", category, sensitivity, date.min, date.max) for category, sensitivity in extra))


def _bounded(decision: Decision) -> bool:
    """Whether the grants cover some days only."""
    return decision.allowed and decision.spans != (EVER,)


def _within(decision: Decision) -> pl.Expr:
    """Rows that begin and end within one span of the grants; midnight still belongs to the day that ends with it."""
    import polars as pl

    begins, lasts = pl.col("local"), pl.col("until") - pl.col("at")
    ends = begins + pl.max_horizontal(lasts - pl.duration(microseconds=1), pl.duration(microseconds=0))
    return pl.any_horizontal(
        _between(begins.dt.date(), span.first, None) & _between(ends.dt.date(), None, span.last)
        for span in decision.spans
    )


def _asked(day: date | None) -> date | None:
    """The day that bounds what is asked for; of a moment, the day of its own clock. Raises UsageError."""
    if isinstance(day, datetime):
        return day.date()
    return day if day is None else given.a(date, day, "A day")


def _between(day: pl.Expr, low: date | None, high: date | None) -> pl.Expr:
    import polars as pl

    inside = pl.lit(value=True)
    if low is not None:
        inside &= day >= low
    if high is not None:
        inside &= day <= high
    return inside


def _unit(found: pl.DataFrame, signal: Signal) -> pl.Series:
    return found["unit"].fill_null(signal.unit)
