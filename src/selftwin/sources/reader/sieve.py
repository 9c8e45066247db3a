"""What no source may let through: values that cannot be true and dates that cannot be meant, as faults with a place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.vocabulary.account import Fault, Records
from selftwin.vocabulary.errors import UnknownSignal
from selftwin.vocabulary.observation import EARLIEST_YEAR, LATEST_YEAR

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from selftwin.sources.reader.contract import Part
    from selftwin.vocabulary.signal import Signal

MOST_FAULTS = 1000


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

    def records(self) -> Records:
        """The count of records; raises `AccountDoesNotAddUp` when a source loses or invents one."""
        return Records(self.read, self.taken, self.passed, self.faulty)

    def blame(self, faults: list[Fault]) -> None:
        """Keep the first thousand faults; the count of faulty records keeps the rest."""
        self.faults.extend(faults[: max(0, MOST_FAULTS - len(self.faults))])


def sift(part: Part, tally: Tally) -> pa.RecordBatch:
    """The part's sound rows; everything else goes into the tally as faults, and every record is accounted for."""
    import polars as pl

    rows = pl.DataFrame(pl.from_arrow(part.rows))
    judged = rows.with_columns(_reason(rows))
    bad = judged.filter(pl.col("reason").is_not_null())
    sound = part.rows if bad.is_empty() else part.rows.filter(judged["reason"].is_null().to_arrow())
    good_records = judged.filter(pl.col("reason").is_null())["record"].n_unique()
    lost = bad.unique("record", keep="first", maintain_order=True)
    if good_records:
        lost = lost.join(judged.filter(pl.col("reason").is_null()).select("record").unique(), on="record", how="anti")
    tally.read += part.read
    tally.passed += part.passed
    tally.taken += good_records
    tally.faulty += len(part.faults) + lost.height
    tally.blame(list(part.faults))
    tally.blame([_fault(tally.path, part.first_record, row) for row in bad.select("record", "signal", "reason").rows()])
    _count(part, sound, tally)
    return sound


def _fault(path: str, first: int, row: tuple[int, str, str]) -> Fault:
    return Fault(f"{path}, record {first + row[0] + 1}", f"{row[1]}: {row[2]}")


def _count(part: Part, sound: pa.RecordBatch, tally: Tally) -> None:
    import polars as pl

    tally.kinds.update(part.kinds)
    tally.notes.update(dict.fromkeys(part.notes))
    if part.exported is not None:
        tally.exported = max(tally.exported, part.exported.isoformat())
    if sound.num_rows == 0:
        return
    frame = pl.DataFrame(pl.from_arrow(sound.select(["signal", "start"])))
    tally.made += frame.height
    counts = frame.group_by("signal").len()
    tally.signals.update(dict(zip(counts["signal"].cast(pl.String), counts["len"], strict=True)))
    first, last = str(frame["start"].min()), str(frame["start"].max())
    tally.first = min(tally.first or first, first)
    tally.last = max(tally.last, last)


def _reason(rows: pl.DataFrame) -> pl.Series:
    """Why each row cannot be kept, null where it can. Shape [rows]."""
    import polars as pl

    nature = _nature(rows["signal"].cast(pl.String).unique())
    judged = rows.select(
        pl.col("signal").cast(pl.String), "start", "stop", "basis", "value", "text"
    ).join(nature, on="signal", how="left", maintain_order="left")
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
            "signal": pl.String, "kind": pl.String, "low": pl.Float64, "high": pl.Float64, "states": pl.List(pl.String)
        },
    )


def _known(key: str) -> Signal | None:
    from selftwin.vocabulary.catalogue import signal

    try:
        return None if key.startswith("other.") else signal(key)
    except UnknownSignal:
        return None
