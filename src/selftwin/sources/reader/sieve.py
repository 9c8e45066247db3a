"""What no source may let through: values that cannot be true and dates that cannot be meant, as faults with a place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from sys import float_info
from typing import TYPE_CHECKING

from selftwin.vocabulary.account import Fault, Records
from selftwin.vocabulary.errors import UnknownSignal
from selftwin.vocabulary.observation import EARLIEST_YEAR, LATEST_YEAR
from selftwin.vocabulary.signal import Kind

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

    from selftwin.sources.reader.contract import Part
    from selftwin.vocabulary.signal import Signal
    from selftwin.vocabulary.zones import ZoneTimeline

MOST_FAULTS = 1000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - stamps are counted from it whatever their basis
_SOONEST, _LATEST = (
    (datetime(year, 1, 1) - _EPOCH) // timedelta(microseconds=1)  # noqa: DTZ001
    for year in (EARLIEST_YEAR, LATEST_YEAR + 1)
)


@dataclass(slots=True)
class Tally:
    """The running account of one member: records, kinds, signals, first and last stamp, faults (the first 1000)."""

    path: str
    read: int = 0
    taken: int = 0
    passed: int = 0
    faulty: int = 0
    made: int = 0
    first: str = ""
    last: str = ""
    kinds: Counter[str] = field(default_factory=Counter)
    signals: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    exported: str = ""
    zones: ZoneTimeline | None = None

    def records(self) -> Records:
        """The count of records; raises `AccountDoesNotAddUp` when a source loses or invents one."""
        return Records(self.read, self.taken, self.passed, self.faulty)

    def blame(self, faults: list[Fault]) -> None:
        """Keep the first thousand faults; the count of faulty records keeps the rest."""
        self.faults.extend(faults[: max(0, MOST_FAULTS - len(self.faults))])


def sift(part: Part, tally: Tally) -> pa.RecordBatch:
    """The part's sound rows; everything else goes into the tally as faults, and every record is accounted for."""
    import numpy as np

    rows, records = part.rows, part.rows.column("record").to_numpy()
    bad, reasons = _judged(rows)
    sound, lost = rows, 0
    if len(bad):
        keep = np.ones(rows.num_rows, bool)
        keep[bad] = False
        sound, lost = rows.filter(_mask(keep)), len(np.setdiff1d(records[bad], records[keep]))
        records = records[keep]
    tally.read += part.read
    tally.passed += part.passed
    tally.taken += distinct(records)
    tally.faulty += len(part.faults) + lost
    tally.blame(list(part.faults))
    tally.blame(_faults(part, tally.path, bad[:MOST_FAULTS], reasons))
    _count(part, sound, tally)
    return sound


def _mask(keep: NDArray[np.bool_]) -> pa.Array:
    import pyarrow as pa

    return pa.array(keep)


def _judged(rows: pa.RecordBatch) -> tuple[NDArray[np.int64], list[str]]:
    """The rows that cannot be kept, in order, and why: a quick look at all, then the full judgement of suspects."""
    import numpy as np
    import polars as pl

    suspects = np.flatnonzero(suspicious(rows))
    if not len(suspects):
        return suspects, []
    reasons = _reason(pl.DataFrame(pl.from_arrow(rows.take(suspects))))
    bad = reasons.is_not_null()
    return suspects[bad.to_numpy()], reasons.filter(bad).to_list()


def distinct(records: NDArray[np.uint32]) -> int:
    """How many records there are among these numbers, in whatever order."""
    import numpy as np

    if len(records) and (records[1:] >= records[:-1]).all():  # as most sources give them
        return 1 + int(np.count_nonzero(records[1:] != records[:-1]))
    return int(np.count_nonzero(np.bincount(records - records.min()))) if len(records) else 0


def suspicious(rows: pa.RecordBatch) -> NDArray[np.bool_]:
    """Which rows may have a reason not to be kept: all that have one, and few others. Shape [rows]."""
    import numpy as np
    import pyarrow.compute as pc

    signal, value = rows.column("signal"), rows.column("value")
    if rows.num_rows == 0 or signal.null_count or rows.column("start").null_count:
        return np.ones(rows.num_rows, bool)
    codes, keys = signal.indices.to_numpy(), signal.dictionary.to_pylist()
    unknown, needed, low, high = (np.array(column)[codes] for column in zip(*map(_bounds, keys), strict=True))
    values = value.to_numpy(zero_copy_only=False)
    within = (values >= low) & (values <= high)
    if value.null_count:
        within |= value.is_null().to_numpy(zero_copy_only=False) & ~needed
    starts = rows.column("start").cast("int64").to_numpy()
    stops = pc.coalesce(rows.column("stop"), rows.column("start")).cast("int64").to_numpy()
    wrong: NDArray[np.bool_] = ~within | unknown | (stops < starts) | (starts < _SOONEST) | (stops >= _LATEST)
    return wrong | _wordless(rows.column("text"), codes, keys)


def _wordless(text: pa.Array, codes: NDArray[np.int32], keys: list[str]) -> NDArray[np.bool_]:
    """Which rows of a signal with known states are in none of them."""
    import numpy as np

    states = [_states(key) for key in keys]
    rows = np.flatnonzero(np.array([bool(known) for known in states])[codes])
    wrong = np.zeros(len(codes), bool)
    if len(rows):
        words = text.take(rows).dictionary_encode()
        allowed = np.array([[word in known for word in words.dictionary.to_pylist()] + [True] for known in states])
        wrong[rows] = ~allowed[codes[rows], words.indices.fill_null(-1).to_numpy()]
    return wrong


def _bounds(key: str) -> tuple[bool, bool, float, float]:
    """Of a signal: whether nobody knows it, whether it needs a number, and between what its numbers lie."""
    known = _known(key)
    if known is None:
        return not key.startswith("other."), False, -float_info.max, float_info.max
    low = -float_info.max if known.low is None else known.low
    high = float_info.max if known.high is None else known.high
    return False, known.kind is Kind.QUANTITY, low, high


def _states(key: str) -> tuple[str, ...]:
    known = _known(key)
    return () if known is None else known.states


def _faults(part: Part, path: str, bad: NDArray[np.int64], reasons: list[str]) -> list[Fault]:
    records, signals = (part.rows.column(name).take(bad).to_pylist() for name in ("record", "signal"))
    places = (f"{path}, record {part.first_record + record + 1}" for record in records)
    return [
        Fault(place, f"{signal}: {reason}") for place, signal, reason in zip(places, signals, reasons, strict=False)
    ]


def _count(part: Part, sound: pa.RecordBatch, tally: Tally) -> None:
    import numpy as np

    tally.kinds.update(part.kinds)
    tally.notes.update(dict.fromkeys(part.notes))
    tally.zones = part.zones or tally.zones
    if part.exported is not None:
        tally.exported = max(tally.exported, part.exported.isoformat())
    if sound.num_rows == 0:
        return
    tally.made += sound.num_rows
    signal, starts = sound.column("signal"), sound.column("start").cast("int64").to_numpy()
    counts = np.bincount(signal.indices.to_numpy(), minlength=len(signal.dictionary)).tolist()
    tally.signals.update({key: n for key, n in zip(signal.dictionary.to_pylist(), counts, strict=True) if n})
    first, last = (str(_EPOCH + timedelta(microseconds=int(one))) for one in (starts.min(), starts.max()))
    tally.first = min(tally.first or first, first)
    tally.last = max(tally.last, last)


def _reason(rows: pl.DataFrame) -> pl.Series:
    """Why each row cannot be kept, null where it can. Shape [rows]."""
    import polars as pl

    nature = _nature(rows["signal"].cast(pl.String).unique())
    judged = rows.select(pl.col("signal").cast(pl.String), "start", "stop", "basis", "value", "text").join(
        nature, on="signal", how="left", maintain_order="left"
    )
    year = pl.col("start").dt.year()
    return judged.select(
        pl.when(pl.col("kind").is_null())
        .then(pl.lit("no such signal in the catalogue"))
        .when(pl.col("start").is_null())
        .then(pl.lit("no readable date"))
        .when(~year.is_between(EARLIEST_YEAR, LATEST_YEAR))
        .then(pl.lit(f"a date outside {EARLIEST_YEAR} to {LATEST_YEAR}"))
        .when(pl.col("stop") < pl.col("start"))
        .then(pl.lit("it ends before it begins"))
        .when(pl.col("stop").dt.year() > LATEST_YEAR)
        .then(pl.lit(f"an end after {LATEST_YEAR}"))
        .when((pl.col("kind") == "quantity") & (pl.col("value").is_null()))
        .then(pl.lit("no value"))
        .when(~pl.col("value").is_finite())
        .then(pl.lit("not a finite number"))
        .when((pl.col("value") < pl.col("low")) | (pl.col("value") > pl.col("high")))
        .then(pl.lit("a value outside what is possible"))
        .when((pl.col("states").list.len() > 0) & ~pl.col("text").is_in(pl.col("states")))
        .then(pl.lit("an unknown state"))
        .otherwise(pl.lit(None, pl.String))
        .alias("reason")
    ).to_series()


def _nature(keys: pl.Series) -> pl.DataFrame:
    """Kind, bounds and states of each signal; null kind where the catalogue has none and it is not `other.*`."""
    import polars as pl

    found = [(key, _known(key)) for key in keys]
    return pl.DataFrame(
        {
            "signal": [key for key, _ in found],
            "kind": ["other" if key.startswith("other.") else s and s.kind.value for key, s in found],
            "low": [None if s is None else s.low for _, s in found],
            "high": [None if s is None else s.high for _, s in found],
            "states": [[] if s is None else list(s.states) for _, s in found],
        },
        schema={
            "signal": pl.String,
            "kind": pl.String,
            "low": pl.Float64,
            "high": pl.Float64,
            "states": pl.List(pl.String),
        },
    )


def _known(key: str) -> Signal | None:
    from selftwin.vocabulary.catalogue import signal

    try:
        return None if key.startswith("other.") else signal(key)
    except UnknownSignal:
        return None
