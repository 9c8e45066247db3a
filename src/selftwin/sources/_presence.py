"""When somebody was there: intervals that may touch and overlap, and how much of others they fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Presence:
    """Intervals in order, none touching another, in microseconds of 1970, shape [n] each; `before` is the time filled
    before each."""

    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    before: NDArray[np.int64]

    @classmethod
    def of(cls, intervals: pl.DataFrame) -> Presence:
        """From the columns start and stop, in any order."""
        import numpy as np
        import polars as pl

        known = intervals.drop_nulls().sort("start").select(pl.col("start", "stop").dt.epoch("us"))
        begins, ends = known["start"].to_numpy(), known["stop"].cum_max().to_numpy()
        first = np.ones(len(begins), bool)
        first[1:] = begins[1:] > ends[:-1]
        begins, ends = begins[first], ends[np.append(first[1:], True)[: len(ends)]]
        return cls(begins, ends, np.concatenate([[0], np.cumsum(ends - begins)])[: len(begins)].astype(np.int64))

    def within(self, starts: pl.Series, stops: pl.Series) -> pl.Series:
        """Seconds of each interval that somebody was there; null where an end of it is unknown."""
        import polars as pl

        ends = pl.DataFrame({"start": starts, "stop": stops}).select(pl.all().dt.epoch("us"))
        known = ends.with_columns(pl.all().fill_null(0))
        filled = self._until(known["stop"].to_numpy()) - self._until(known["start"].to_numpy())
        return ends.select(
            active=pl.when(pl.all_horizontal(pl.all().is_not_null())).then(pl.Series(filled / 1e6))
        ).to_series()

    def _until(self, moments: NDArray[np.int64]) -> NDArray[np.int64]:
        """Microseconds filled before each moment."""
        import numpy as np

        if not len(self.begins):
            return np.zeros(len(moments), np.int64)
        place = np.searchsorted(self.begins, moments, "right") - 1
        at = np.maximum(place, 0)
        inside = np.minimum(moments, self.ends[at]) - self.begins[at]
        return np.where(place < 0, 0, self.before[at] + inside)
