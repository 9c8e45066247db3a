"""Resolved days, made when they are first read after something changed, and kept beside the rows they were made of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vault import nights
from selftwin.vault.resolve import RULE, Days, resolve
from selftwin.vault.series import held, placed, raw, source_names
from selftwin.vocabulary.catalogue import nature, signals
from selftwin.vocabulary.signal import Fold, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from selftwin.vault.store import Store
    from selftwin.vocabulary.signal import Signal

STAGES = "sleep.stage"
CLOCK = {"sleep.start": "start", "sleep.end": "end", "sleep.midpoint": "midpoint"}
NAPS = "sleep.nap"
_MARGIN = timedelta(days=3)
_WORN = ("watch", "ring", "band", "fitbit", "whoop", "oura", "garmin", "polar", "dexcom", "libre", "nightscout")


def derived(key: str) -> bool:
    """Whether a signal's days also come from sleep stages."""
    return key in {NAPS, *CLOCK} or nature(key).made_of.startswith(f"{STAGES}:")


def derived_keys() -> list[str]:
    """Every signal whose days also come from sleep stages."""
    return [one.key for one in signals() if derived(one.key)]


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
    refresh(store, name, key)
    return store.connection.execute(
        f"SELECT day, value, n, source, changed FROM {name}.day WHERE key = ? ORDER BY day", [key]
    ).pl()


def refresh(store: Store, name: str, key: str) -> None:
    """Remake the days that something changed since they were made, and those of an older rule."""
    store.use(name)
    _spread(store, name)
    spans = store.connection.execute(
        f"SELECT min(low), max(high) FROM {name}.stale WHERE key = ? HAVING count(*) > 0 "
        f"UNION ALL SELECT min(day), max(day) FROM {name}.day WHERE key = ? AND rule <> {RULE} HAVING count(*) > 0",
        [key, key],
    ).fetchall()
    if not spans:
        return
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    made = _made(store, name, key, low, high)
    with store.writing(name):
        _keep(store, name, key, made, low, high)
        store.connection.execute(f"DELETE FROM {name}.stale WHERE key = ?", [key])


def _spread(store: Store, name: str) -> None:
    """What touches sleep stages touches every signal made of them."""
    (found,) = store.connection.execute(f"SELECT count(*) FROM {name}.stale WHERE key = ?", [STAGES]).fetchall()
    if not found[0]:
        return
    with store.writing(name):
        store.connection.execute(
            f"INSERT INTO {name}.stale SELECT k.key, s.low, s.high FROM {name}.stale s, "
            "(SELECT unnest(?::VARCHAR[]) AS key) k WHERE s.key = ?",
            [derived_keys(), STAGES],
        )
        store.connection.execute(f"DELETE FROM {name}.stale WHERE key = ?", [STAGES])


def _made(store: Store, name: str, key: str, low: date, high: date) -> Days:
    """The days of a signal within [low, high], from its rows and those around."""
    names = source_names(store, name)
    order = rank(names)
    signal = nature(key)
    own = _own(store, name, signal, order, low, high)
    if derived(key):
        own = nights.either(own, _from_stages(store, name, signal, order, low, high), order)
    inside = (own.day >= _number(low)) & (own.day <= _number(high))
    return Days(own.day[inside], own.value[inside], own.n[inside], own.source[inside])


def _own(store: Store, name: str, signal: Signal, order: list[int], low: date, high: date) -> Days:
    found = held(store, name, signal.key)
    none = np.zeros(0, np.int64)
    if found is None:
        return Days(none, np.zeros(0), none, none)
    rows = placed(store, raw(store, name, found[0], since=low - _MARGIN, until=high + _MARGIN))
    if signal.fold is Fold.NIGHT:
        return nights.told(rows, order)
    return resolve(rows, Fold.COUNT if signal.kind is Kind.TEXT else signal.fold, order)


def _from_stages(store: Store, name: str, signal: Signal, order: list[int], low: date, high: date) -> Days:
    found = held(store, name, STAGES)
    if found is None:
        none = np.zeros(0, np.int64)
        return Days(none, np.zeros(0), none, none)
    rows = raw(store, name, found[0], since=low - _MARGIN, until=high + _MARGIN)
    seen = nights.sleeps(placed(store, rows), rows["text"].to_numpy().astype(str))
    main = nights.main_sleeps(seen, order)
    if signal.key == NAPS:
        return nights.naps(seen, main)
    if signal.key in CLOCK:
        return nights.clock(main, CLOCK[signal.key])
    return nights.from_stages(main, signal.made_of.removeprefix(f"{STAGES}:").split("|"))


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
    rows = store.connection.execute(f"SELECT DISTINCT key FROM {name}.signal").fetchall()
    found = {key for (key,) in rows}
    if STAGES in found:
        found.update(derived_keys())
    return sorted(found)
