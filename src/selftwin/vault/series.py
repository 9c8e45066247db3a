"""Reading what was recorded: one signal's rows as they came in, placed on the person's clock by the zone timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vault.resolve import Recorded
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from selftwin.vault.store import Store
    from selftwin.vocabulary.zones import ZoneTimeline

_SLACK = timedelta(days=3)  # a stamp's own clock and the local day differ by at most a day; a night by one more
_NO_OFFSET = 0


def held(store: Store, name: str, key: str) -> tuple[int, str | None] | None:
    """The number and unit of a signal in its category's file: the unit most rows have, where there are several."""
    known = store.connection.execute(f"SELECT id, unit FROM {name}.signal WHERE key = ?", [key]).fetchall()
    if len(known) < 2:  # as nearly always: no row needs to be looked at
        return (int(known[0][0]), known[0][1]) if known else None
    rows = store.connection.execute(
        f"SELECT g.id, g.unit, count(o.signal) AS n FROM {name}.signal g LEFT JOIN {name}.observation o "
        f"ON o.signal = g.id WHERE g.key = ? GROUP BY ALL ORDER BY n DESC, g.id LIMIT 1",
        [key],
    ).fetchall()
    return int(rows[0][0]), rows[0][1]


def source_names(store: Store, name: str) -> dict[int, str]:
    """The names of a category's sources by number."""
    return dict(store.connection.execute(f"SELECT id, name FROM {name}.source").fetchall())


def raw(store: Store, name: str, number: int, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
    """Rows of a signal whose local days may lie in [since, until]: start, stop, basis, offset, source, value, text."""
    low = None if since is None else _midnight(since) - _SLACK
    high = None if until is None else _midnight(until) + _SLACK + timedelta(days=1)
    values: list[object] = [number]
    where = "signal = ?"
    if high is not None:
        where += " AND start < ?"
        values.append(high)
    columns = 'start, stop, basis, "offset", source, value, text'
    query = f"SELECT {columns} FROM {name}.observation WHERE {where}"
    if low is not None:  # what began before and lasted into the days is looked for apart, so that blocks can be passed
        query = f"{query} AND start >= ? UNION ALL {query} AND start < ? AND stop >= ?"
        values = [*values, low, *values, low, low]
    return store.connection.execute(f"FROM ({query}) ORDER BY start", values).pl()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - stamps in the vault are kept without a zone


def placed(store: Store, rows: pl.DataFrame) -> Recorded:
    """Rows of `raw` with their UTC moments and the person's wall clock."""
    import polars as pl

    basis = rows["basis"].to_numpy().astype(np.int8)
    offset = rows["offset"].fill_null(_NO_OFFSET).to_numpy().astype(np.int16)
    start = rows["start"].cast(pl.Int64).to_numpy()
    stop = rows["stop"].fill_null(rows["start"]).cast(pl.Int64).to_numpy() if rows.height else start
    utc, wall = store.zones.place(start, basis, offset)
    until, wall_until = store.zones.place(stop, basis, offset)
    value = rows["value"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return Recorded(utc, until, wall, wall_until, basis == 0, rows["source"].cast(pl.Int64).to_numpy(), value)


def series(store: Store, name: str, key: str, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
    """What was recorded of a signal: at and until (UTC), local (wall clock), value, text, unit (`other.*`), source."""
    import polars as pl

    found = held(store, name, key) if store.has(name) else None
    if found is None:
        return _empty()
    rows = raw(store, name, found[0], since=since, until=until)
    there = placed(store, rows)
    names = source_names(store, name)
    frame = pl.DataFrame(
        {
            "at": _moments(there.utc).dt.replace_time_zone("UTC"),
            "until": _moments(there.until).dt.replace_time_zone("UTC"),
            "local": _moments(there.wall),
            "value": rows["value"],
            "text": rows["text"],
            "unit": pl.Series([found[1]] * rows.height, dtype=pl.String),
            "source": rows["source"].cast(pl.Int64).replace_strict(names, return_dtype=pl.String),
        }
    )
    if since is not None:
        frame = frame.filter(pl.col("local").dt.date() >= since)
    if until is not None:
        frame = frame.filter(pl.col("local").dt.date() <= until)
    return frame.sort("at", maintain_order=True)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The values of one signal in order of the person's own clock: `local` [n] (µs since 1970 as if UTC), `value` [n]
    in `unit` (null where the catalogue says it)."""

    local: NDArray[np.int64]
    value: NDArray[np.float64]
    unit: str | None


def numbers(store: Store, name: str, key: str) -> Numbers:
    """Every value of a signal and when it was, as plain columns: for millions of rows, of which nothing else is made.

    What has no number is left out.
    """
    found = held(store, name, key) if store.has(name) else None
    if found is None:
        return Numbers(np.zeros(0, np.int64), np.zeros(0), None)
    rows = store.connection.execute(
        f'SELECT start, basis, "offset", value FROM {name}.observation WHERE signal = ? AND isfinite(value)', [found[0]]
    ).pl()
    start = rows["start"].to_physical().to_numpy()
    basis = rows["basis"].to_numpy().astype(np.int8, copy=False)
    value = rows["value"].to_numpy()
    if (basis == Basis.INSTANT).all():
        start, value = _ordered(start, value)
        wall = _on_the_clock(store.zones, start)
    else:
        offset = rows["offset"].fill_null(_NO_OFFSET).to_numpy().astype(np.int16, copy=False)
        wall = store.zones.place(start, basis, offset)[1]
    return Numbers(*_ordered(wall, value), found[1])


def numbers_of(rows: pl.DataFrame) -> Numbers:
    """The same of rows that `series` gave."""
    import polars as pl

    known = rows.filter(pl.col("value").is_finite())
    at, value = _ordered(known["local"].to_physical().to_numpy(), known["value"].to_numpy())
    return Numbers(at, value, known["unit"][0] if known.height else None)


def _ordered(at: NDArray[np.int64], value: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    if (at[1:] >= at[:-1]).all():
        return at, value
    turn = np.argsort(at, kind="stable")
    return at[turn], value[turn]


def _on_the_clock(zones: ZoneTimeline, utc: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ordered moments on the person's clock: each step of the clock is looked for among them, not the other way."""
    moments, offsets = zones.steps()
    cuts = np.searchsorted(utc, moments[1:])
    return utc + np.repeat(offsets, np.diff(cuts, prepend=0, append=utc.size))


def _empty() -> pl.DataFrame:
    import polars as pl

    stamp = pl.Datetime("us", "UTC")
    return pl.DataFrame(
        schema={
            "at": stamp,
            "until": stamp,
            "local": pl.Datetime("us"),
            "value": pl.Float64,
            "text": pl.String,
            "unit": pl.String,
            "source": pl.String,
        }
    )


def _moments(micros: NDArray[np.int64]) -> pl.Series:
    import polars as pl

    return pl.Series(micros, dtype=pl.Int64).cast(pl.Datetime("us"))


def counts(store: Store, name: str) -> dict[str, tuple[str | None, int]]:
    """Rows of each signal of a category, with the unit most of them carry (null where the catalogue says it)."""
    rows = store.connection.execute(
        f"SELECT g.key, g.unit, o.n FROM {name}.signal g JOIN "
        f"(SELECT signal, count(*) AS n FROM {name}.observation GROUP BY signal) o ON o.signal = g.id ORDER BY o.n"
    ).fetchall()
    return {key: (unit, n) for key, unit, n in rows}


def latest(store: Store, name: str) -> pl.DataFrame:
    """The newest observation of every signal of a category: signal, at (UTC), value, text, source."""
    rows = store.connection.execute(
        f'SELECT o.signal, o.start, any_value({{"basis": o.basis, "offset": o."offset", "value": o.value, '
        f'"text": o.text, "source": o.source}}) AS newest FROM {name}.observation o JOIN '
        f"(SELECT signal, max(start) AS start FROM {name}.observation GROUP BY signal) m "
        f"ON m.signal = o.signal AND m.start = o.start GROUP BY o.signal, o.start"
    ).pl()
    if rows.is_empty():
        return latest_of_nothing()
    import polars as pl

    rows = rows.unnest("newest").with_columns(stop=pl.col("start"))
    keys = dict(store.connection.execute(f"SELECT id, key FROM {name}.signal").fetchall())
    return pl.DataFrame(
        {
            "signal": rows["signal"].cast(pl.Int64).replace_strict(keys, return_dtype=pl.String),
            "at": _moments(placed(store, rows).utc).dt.replace_time_zone("UTC"),
            "value": rows["value"],
            "text": rows["text"],
            "source": rows["source"].cast(pl.Int64).replace_strict(source_names(store, name), return_dtype=pl.String),
        }
    )


def latest_of_nothing() -> pl.DataFrame:
    """The columns of `latest`, without rows."""
    import polars as pl

    stamp = pl.Datetime("us", "UTC")
    return pl.DataFrame(
        schema={"signal": pl.String, "at": stamp, "value": pl.Float64, "text": pl.String, "source": pl.String}
    )
