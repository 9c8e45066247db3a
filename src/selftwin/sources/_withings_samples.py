"""Withings' samples: `start,duration,value`, where one row holds a run of them, `"[60,60]"` and `"[12,30]"`.

What was measured, and by what, stands in the name of the file alone. The offset of a start is that of the server in
Paris, wherever the wearer was.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from selftwin.sources._readings import Reading, part, read_off
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from selftwin.sources._table_text import Block
    from selftwin.sources.reader.contract import Part
    from selftwin.vocabulary.account import Fault

_MOST = 65_536  # samples of a part
_NONE = (0.0, -1.0)
_STAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"
_SECONDS = r"^\[?(?:\s*\d{1,7}\s*,?)+\]?$"
_STAGES = {"0": "awake", "1": "light", "2": "deep", "3": "rem"}
_ASLEEP = {"0": "awake", "1": "asleep"}


@dataclass(frozen=True, slots=True)
class Samples:
    """A file of samples: what they are, whether each lasts, its states by code, and whether only a run's first counts.

    Without a reading and without states they are left out.
    """

    name: str
    reading: Reading | None = None
    lasts: bool = False
    states: tuple[tuple[str, str], ...] = ()
    alone: bool = False
    device: str = ""


IGNORED = Samples("run of samples left out")


def _sampled(
    device: str, signal: str, unit: str, absent: tuple[float, ...] = (), *, lasts: bool = False, alone: bool = False
) -> Samples:
    return Samples("run of samples", Reading("value", signal, unit, absent, device=device), lasts, alone=alone)


def _stages(device: str, states: dict[str, str]) -> Samples:
    return Samples("run of samples", lasts=True, states=tuple(states.items()), device=device)


def _place(device: str, signal: str, unit: str) -> Samples:
    return _sampled(device, signal, unit, alone=True)


_SDNN = "heart_rate_variability.sdnn"
SAMPLES = {
    "raw_tracker_steps.csv": _sampled("tracker", "steps", "{steps}", lasts=True),
    "raw_tracker_distance.csv": _sampled("tracker", "distance", "m", lasts=True),
    "raw_tracker_calories-earned.csv": _sampled("tracker", "energy.active", "kcal", lasts=True),
    "raw_tracker_hr.csv": _sampled("tracker", "heart_rate", "/min", _NONE),
    "raw_tracker_sleep-state.csv": _stages("tracker", _STAGES),
    "raw_hr_hr.csv": _sampled("tracker", "heart_rate", "/min", _NONE),
    "raw_bed_hr.csv": _sampled("bed", "heart_rate", "/min", _NONE),
    "raw_bed_respiratory-rate.csv": _sampled("bed", "respiratory_rate.sleep", "/min", _NONE),
    "raw_bed_sleep-state.csv": _stages("bed", _STAGES),
    "raw_sleep-monitor_hr.csv": _sampled("bed", "heart_rate", "/min", _NONE),
    "raw_sleep-monitor_respiratory-rate.csv": _sampled("bed", "respiratory_rate.sleep", "/min", _NONE),
    "raw_sleep-monitor_sleep-state.csv": _stages("bed", _ASLEEP),
    "raw_bed_hr sd nn.csv": _sampled("bed", _SDNN, "ms", _NONE),
    "raw_heart_rate_variability_hr sd nn.csv": _sampled("tracker", _SDNN, "ms", _NONE),
    "raw_spo2_auto_spo2.csv": _sampled("tracker", "oxygen_saturation", "%", _NONE),
    "raw_core_body_temperature_core body temperature.csv": _sampled("tracker", "body_temperature", "Cel", _NONE),
    **{f"raw_{part}_latitude.csv": _place("gps", "location.latitude", "deg") for part in ("location", "tracker")},
    **{f"raw_{part}_longitude.csv": _place("gps", "location.longitude", "deg") for part in ("location", "tracker")},
    **{f"raw_{part}_horizontal-radius.csv": _place("gps", "location.accuracy", "m")
       for part in ("location", "tracker")},
}  # fmt: skip


def parts(block: Block, kind: Samples, faults: Sequence[Fault]) -> Iterator[Part]:
    """The block in parts of at most about 65,536 samples, each of whole rows."""
    for first, rows, read in _slices(block.rows):
        within = [place - first for place in block.ragged if first <= place < first + read]
        yield part(
            _rows(rows, kind),
            kind=kind.name,
            read=read,
            first=block.first + first,
            faults=[fault for fault, place in zip(faults, block.ragged, strict=True) if first <= place < first + read],
            faulty=within,
            nothing="zeros of what was not measured" if kind is not IGNORED else "a measure that nothing explains",
        )


def _slices(rows: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame, int]]:
    import polars as pl

    runs = rows["2"].str.count_matches(",", literal=True).fill_null(0) + 1
    groups = (runs.cum_sum() - 1) // _MOST
    begins = [0, *(pl.Series(groups.diff() != 0).arg_true().to_list()), rows.height]
    for first, after in pairwise(begins):
        yield first, rows.slice(first, after - first), after - first


def _rows(rows: pl.DataFrame, kind: Samples) -> pl.DataFrame:
    """A row for each sample; each begins where the one before it ended. A run whose lists differ in length, or whose
    lengths are no seconds, is a fault."""
    import polars as pl

    if kind is IGNORED:
        return rows.with_row_index("record").select("record").clear()
    even = pl.col("1").str.contains(_SECONDS) & (
        pl.col("1").str.count_matches(",", literal=True) == pl.col("2").str.count_matches(",", literal=True)
    )
    kept = even | pl.all_horizontal(pl.col("1", "2").is_null())
    whole = rows.with_columns(
        pl.when(kept).then("1").otherwise(pl.lit("0")).alias("1"),
        pl.when(kept).then("2").otherwise(pl.lit("?")).alias("2"),
    )
    runs = whole.select(start="0", lasted=_items("1"), value=_items("2")).with_row_index("record")
    if kind.alone:
        runs = runs.with_columns(pl.col("lasted", "value").list.head(1))
    times = _moments(runs["start"]).rename({"start": "begun"})
    timed = runs.drop("start").hstack(times).explode("lasted", "value")
    begun, ended = _since(timed["record"], timed["lasted"].str.strip_chars().cast(pl.Int64, strict=False))
    timed = timed.with_columns(start=pl.col("begun") + begun, stop=pl.col("begun") + ended)
    named = pl.col("start").dt.epoch("s").cast(pl.String)
    timed = timed.with_columns(native=named, source=pl.lit("withings")).drop("begun", "lasted")
    return _meant(timed if kind.lasts else timed.drop("stop"), kind)


def _moments(stamps: pl.Series) -> pl.DataFrame:
    """As `from_iso` has them; at once where all are written as Withings writes them."""
    import polars as pl

    if not stamps.str.contains(_STAMP).fill_null(False).all():
        return from_iso(stamps)
    hours, minutes = (stamps.str.slice(place, 2).cast(pl.Int16) for place in (20, 23))
    sign = pl.Series(stamps.str.slice(19, 1) == "+").cast(pl.Int16) * 2 - 1
    offset = (hours * 60 + minutes) * sign
    wall = stamps.str.slice(0, 19).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
    return pl.DataFrame({"wall": wall, "offset": offset}).select(
        "offset", start=pl.col("wall") - pl.duration(minutes="offset"), basis=pl.lit(int(Basis.INSTANT), pl.Int8)
    )


def _since(runs: pl.Series, lasted: pl.Series) -> tuple[pl.Series, pl.Series]:
    """How long after the beginning of its run each sample begins and ends; runs are numbered from 0 without a gap."""
    import polars as pl

    ended = lasted.fill_null(0).cum_sum() * 1_000_000
    begun = ended - lasted.fill_null(0) * 1_000_000
    first = runs.rle().struct.field("len").cum_sum().shift(1, fill_value=0)
    before = begun.gather(first).gather(runs)
    return (begun - before).cast(pl.Duration("us")), (ended - before).cast(pl.Duration("us"))


def _items(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).str.strip_chars("[] ").str.split(",")


def _meant(timed: pl.DataFrame, kind: Samples) -> pl.DataFrame:
    import polars as pl

    if kind.reading is not None:
        return read_off(timed, (kind.reading,))
    stage = pl.col("value").str.strip_chars().replace_strict(dict(kind.states), default="unknown")
    return timed.with_columns(
        signal=pl.lit("sleep.stage"),
        text=stage,
        value=pl.lit(None, pl.Float64),
        source=pl.lit(f"withings:{kind.device}"),
    )

