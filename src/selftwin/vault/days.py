"""Resolved days, made when they are first read after something changed, and kept beside the rows they were made of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from selftwin.vault import nights
from selftwin.vault.payments import paid
from selftwin.vault.resolve import RULE, Days, no_days, resolve
from selftwin.vault.series import held, placed, raw, source_names
from selftwin.vocabulary.catalogue import nature, signals
from selftwin.vocabulary.observation import EARLIEST_YEAR, LATEST_YEAR
from selftwin.vocabulary.signal import Category, Fold, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from selftwin.vault.resolve import Recorded
    from selftwin.vault.store import Store
    from selftwin.vocabulary.signal import Signal

STAGES = "sleep.stage"
CLOCK = {"sleep.start": "start", "sleep.end": "end", "sleep.midpoint": "midpoint"}
NAPS = "sleep.nap"
_MARGIN = timedelta(days=3)
_EVER = date(EARLIEST_YEAR, 1, 5), date(LATEST_YEAR, 12, 26)  # a payment may match another that matches a third
_BANKS = ("mt940", "camt", "ofx", "qif", "bank_csv")
_LOG = "table"  # kept by hand, or by a program that asks to be told
_WORN = ("watch", "ring", "band", "fitbit", "whoop", "oura", "garmin", "polar", "dexcom", "libre", "nightscout")


def derived(key: str) -> bool:
    """Whether a signal's days also come from sleep stages."""
    return key in {NAPS, *CLOCK} or nature(key).made_of.startswith(f"{STAGES}:")


def derived_keys() -> list[str]:
    """Every signal whose days also come from sleep stages."""
    return [one.key for one in signals() if derived(one.key)]


def is_money(key: str) -> bool:
    """Whether a signal's days are sums of payments, of which what banks and shops tell of each other is found out."""
    one = nature(key)
    return one.category is Category.TRANSACTIONAL and one.fold is Fold.SUM


def is_metered(key: str) -> bool:
    """Whether meters count it: of several in a home, that which counts most counts what the others do."""
    one = nature(key)
    return key.startswith("home.") and one.kind is Kind.QUANTITY and one.fold is Fold.SUM


def rank(names: Mapping[int, str]) -> list[int]:
    """Sources by number, the preferred first: worn devices, then others, then phones, then tables; by name within."""

    def place(name: str) -> tuple[int, str]:
        words = name.lower()
        if words.startswith("table"):
            return 3, words
        if "phone" in words:
            return 2, words
        return (0 if any(word in words for word in _WORN) else 1), words

    return sorted(names, key=lambda number: place(names[number]))


def days(store: Store, name: str, key: str) -> pl.DataFrame:
    """A signal's resolved days: day, value (null where a day was taken back), n, source, changed (watermark)."""
    if not store.has(name):
        return _nothing()
    refresh(store, name, key)
    return store.connection.execute(
        f"SELECT day, value, n, source, changed FROM {name}.day WHERE key = ? ORDER BY day", [key]
    ).pl()


def _nothing() -> pl.DataFrame:
    import polars as pl

    types = {"day": pl.Date, "value": pl.Float64, "n": pl.Int32, "source": pl.String, "changed": pl.Int64}
    return pl.DataFrame(schema=types)


def refresh(store: Store, name: str, key: str) -> None:
    """Remake the days that something changed since they were made, and those of an older rule."""
    store.use(name)
    if store.settled(name):
        return
    _spread(store, name)
    spans = _stale_spans(store, name)
    if not spans:
        store.note_settled(name)
    if key not in spans:
        return
    wanted = [one for one in derived_keys() if one in spans] if derived(key) else [key]
    _remake(store, name, {one: spans[one] for one in wanted})


def refresh_all(store: Store, name: str) -> None:
    """Remake whatever waits in a category, in one transaction: quicker than one by one where all will be read."""
    store.use(name)
    if store.settled(name):
        return
    _spread(store, name)
    if spans := _stale_spans(store, name):
        _remake(store, name, spans)
    store.note_settled(name)


def _remake(store: Store, name: str, spans: Mapping[str, tuple[date, date]]) -> None:
    maker = Maker(store, name)
    made = [(one, maker.days(nature(one), *span), *span) for one, span in spans.items()]
    with store.writing(name, news=False):
        for one in made:
            _keep(store, name, *one)
        store.connection.execute(f"DELETE FROM {name}.stale WHERE key IN (SELECT unnest(?))", [list(spans)])


def _stale_spans(store: Store, name: str) -> dict[str, tuple[date, date]]:
    """For every signal with something to remake, the first and the last day of it."""
    rows = store.connection.execute(
        f"SELECT key, min(low), max(high) FROM (SELECT key, low, high FROM {name}.stale "
        f"UNION ALL SELECT key, day, day FROM {name}.day WHERE rule <> {RULE}) GROUP BY key"
    ).fetchall()
    return {key: _EVER if is_money(key) or is_metered(key) else (low, high) for key, low, high in rows}


def _spread(store: Store, name: str) -> None:
    """What touches sleep stages touches every signal made of them."""
    (found,) = store.connection.execute(f"SELECT count(*) FROM {name}.stale WHERE key = ?", [STAGES]).fetchall()
    if not found[0]:
        return
    with store.writing(name, news=False):
        store.connection.execute(
            f"INSERT INTO {name}.stale SELECT k.key, s.low, s.high FROM {name}.stale s, "
            "(SELECT unnest(?::VARCHAR[]) AS key) k WHERE s.key = ?",
            [derived_keys(), STAGES],
        )
        store.connection.execute(f"DELETE FROM {name}.stale WHERE key = ?", [STAGES])


class Maker:
    """Makes days of one category's signals; sleep stages, which many signals share, are read once a span."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name = store, name
        names = source_names(store, name)
        self._order = rank(names)
        self._banks = [number for number, source in names.items() if source.partition(":")[0] in _BANKS]
        self._logs = [number for number, source in names.items() if source.partition(":")[0] == _LOG]
        self._slept: dict[tuple[date, date], list[nights.Sleep]] = {}

    def days(self, signal: Signal, low: date, high: date) -> Days:
        """The days of a signal within [low, high], from its rows and those around."""
        own = self._own(signal, low, high)
        if signal.key == NAPS:
            own = nights.apart(own, nights.main_sleeps(self._sleeps(low, high), self._order))
        if derived(signal.key):
            own = nights.either(own, self._from_stages(signal, low, high), self._order)
        inside = (own.day >= _number(low)) & (own.day <= _number(high))
        return Days(own.day[inside], own.value[inside], own.n[inside], own.source[inside])

    def _own(self, signal: Signal, low: date, high: date) -> Days:
        rows = self._rows(signal.key, low, high)
        if rows is None:
            return no_days()
        there = placed(self._store, rows)
        if signal.fold is Fold.NIGHT:
            return nights.told(there, self._order)
        if is_money(signal.key):
            return paid(there, self._order, self._banks, self._logs)
        if is_metered(signal.key):
            return resolve(there, signal.fold, _most_first(there, self._order))
        return resolve(there, Fold.COUNT if signal.kind is Kind.TEXT else signal.fold, self._order)

    def _rows(self, key: str, low: date, high: date) -> pl.DataFrame | None:
        found = held(self._store, self._name, key)
        if found is None:
            return None
        return raw(self._store, self._name, found[0], since=low - _MARGIN, until=high + _MARGIN)

    def _sleeps(self, low: date, high: date) -> list[nights.Sleep]:
        if (low, high) not in self._slept:
            rows = self._rows(STAGES, low, high)
            self._slept[low, high] = (
                [] if rows is None else nights.sleeps(placed(self._store, rows), rows["text"].to_list())
            )
        return self._slept[low, high]

    def _from_stages(self, signal: Signal, low: date, high: date) -> Days:
        seen = self._sleeps(low, high)
        main = nights.main_sleeps(seen, self._order)
        if signal.key == NAPS:
            return nights.naps(seen, main, self._order)
        if signal.key in CLOCK:
            return nights.clock(main, CLOCK[signal.key])
        return nights.from_stages(main, signal.made_of.removeprefix(f"{STAGES}:").split("|"))


def _most_first(rows: Recorded, order: Sequence[int]) -> list[int]:
    """Sources by how much they tell in all, equal ones as they are ranked."""
    import numpy as np

    told = np.bincount(rows.source, np.nan_to_num(rows.value), minlength=max(order, default=0) + 1)
    return sorted(order, key=lambda source: -float(told[source]))


def _number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _keep(store: Store, name: str, key: str, made: Days, low: date, high: date) -> None:
    """Replace the days in [low, high]; a day that says the same keeps its watermark, one that went leaves a mark."""
    import polars as pl

    names = source_names(store, name)
    fresh = pl.DataFrame(
        {
            "day": pl.Series(made.day, dtype=pl.Int32).cast(pl.Date),
            "value": pl.Series(made.value, dtype=pl.Float64),
            "n": pl.Series(made.n, dtype=pl.Int32),
            "source": pl.Series([names.get(int(number)) for number in made.source], dtype=pl.String),
        }
    )
    store.connection.register("fresh", fresh.to_arrow())
    try:
        store.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE remade AS SELECT coalesce(f.day, d.day) AS day, f.value, f.source, "
            f"coalesce(f.n, 0) AS n, CASE WHEN d.day IS NOT NULL AND d.value IS NOT DISTINCT FROM f.value "
            f"THEN d.changed ELSE ? END AS changed FROM fresh f FULL JOIN "
            f"(SELECT * FROM {name}.day WHERE key = ? AND day BETWEEN ? AND ?) d ON d.day = f.day",
            [store.journal.current("watermark"), key, low, high],
        )
        store.connection.execute(f"DELETE FROM {name}.day WHERE key = ? AND day BETWEEN ? AND ?", [key, low, high])
        store.connection.execute(
            f"INSERT INTO {name}.day SELECT ?, day, value, n, source, {RULE}, changed FROM remade ORDER BY day", [key]
        )
    finally:
        store.connection.unregister("fresh")


def signals_with_days(store: Store, name: str) -> list[str]:
    """Keys of the category that have rows, or get days from sleep stages; sorted."""
    rows = store.connection.execute(
        f"SELECT DISTINCT key FROM {name}.signal WHERE id IN (SELECT DISTINCT signal FROM {name}.observation)"
    ).fetchall()
    found = {key for (key,) in rows}
    if STAGES in found:
        found.update(derived_keys())
    return sorted(found)
