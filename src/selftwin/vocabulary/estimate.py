"""What the twin believes: forecasts and normal bands with intervals, trust and the guess they are held against."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


class Trust(StrEnum):
    """How much stands behind a belief: nothing yet, a first impression (4 days), trusted (14 days)."""

    NONE = "none"
    FIRST = "first"
    TRUSTED = "trusted"


FIRST_DAYS = 4
TRUSTED_DAYS = 14
LEVELS = (50, 80, 90)
SCORED_FOR_LEVEL = {50: 3, 80: 9, 90: 19}  # an interval of level 1-a needs 2/a-1 scored days
WEEKLY_DAYS = 28


@dataclass(frozen=True, slots=True)
class Step:
    """One future moment: ISO time or local day, the middle, and the bounds of each level the data allow (else None)."""

    at: str
    mean: float | None
    lo50: float | None = None
    hi50: float | None = None
    lo80: float | None = None
    hi80: float | None = None
    lo90: float | None = None
    hi90: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What comes next for one signal. `beats` maps each naive guess to ours ÷ its mean absolute error on this
    person's own past; `method` names the naive guess where ours has not beaten the best of them."""

    signal: str
    unit: str
    made_at: str
    trust: Trust
    n: int
    method: str
    beats: tuple[tuple[str, float], ...]
    steps: tuple[Step, ...]

    def frame(self) -> pl.DataFrame:
        """The steps as a frame: at, mean, lo50, hi50, lo80, hi80, lo90, hi90; null where the data do not allow it."""
        import polars as pl

        schema = {name: pl.String if name == "at" else pl.Float64 for name in Step.__slots__}
        return pl.DataFrame([asdict(step) for step in self.steps], schema=schema)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame().__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        said = f"{self.signal} ({self.unit}) from {self.made_at} by {self.method}, trust: {self.trust}, days: {self.n}"
        return f"<p>{escape(said)}</p>{self.frame()._repr_html_()}"


@dataclass(frozen=True, slots=True)
class Normal:
    """What is usual for one signal: the band that holds 9 days in 10 (half where the data allow only that),
    the newest value's place in it, trend and weekly rhythm. Values in the signal's unit."""

    signal: str
    unit: str
    day: str
    age_days: int
    value: float | None
    trust: Trust
    n: int
    low: float | None
    middle: float | None
    high: float | None
    level: int | None
    place: float | None
    outside: str
    run: int
    trend_per_week: float | None
    weekly: tuple[float, ...] | None

    def frame(self) -> pl.DataFrame:
        """One row with every field; `weekly` is a list, Monday first."""
        import polars as pl

        numbers = ("value", "low", "middle", "high", "place", "trend_per_week")
        counts = ("age_days", "n", "level", "run")
        types: dict[str, pl.DataType] = dict.fromkeys(asdict(self), pl.String())
        types |= dict.fromkeys(numbers, pl.Float64()) | dict.fromkeys(counts, pl.Int64())
        types["weekly"] = pl.List(pl.Float64)
        return pl.DataFrame([asdict(self) | {"weekly": self.weekly and list(self.weekly)}], schema=types)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame().__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        said = f"{self.signal} ({self.unit}) on {self.day}, trust: {self.trust}, days: {self.n}"
        return f"<p>{escape(said)}</p>{self.frame()._repr_html_()}"
