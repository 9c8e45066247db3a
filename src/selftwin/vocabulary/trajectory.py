"""What a what-if comes to: two futures that share their luck, and the difference between them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from selftwin.vocabulary.estimate import Trust

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Point:
    """One moment of a future: ISO time (UTC) or local day, the mean, and the bounds that hold 9 in 10 and half."""

    at: str
    mean: float
    lo90: float
    hi90: float
    lo50: float
    hi50: float


@dataclass(frozen=True, slots=True)
class Measure:
    """One number about a whole future (time below range, peak): its mean and 9-in-10 bounds with the change, without
    it, and of the difference."""

    name: str
    unit: str
    with_: tuple[float, float, float]
    without: tuple[float, float, float]
    difference: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A signal's two futures. `with_`, `without` and `difference` are of one length and share their moments; `draws`
    (2, n, moments) are the imagined lives behind them, with and without the change, pair by pair of the same luck.

    `instead_of` is what `without` does where that is not simply going on; `notes` are what the person must know first
    (a replay of the past, data that end early, an extreme); `because` are contributions to the last difference, which
    add up to it; `untold` says what other models would have told of these steps, and lack. `replayed` is (ended inside
    the 9-in-10 range, tried) over the person's own past, where that was done.
    """

    signal: str
    unit: str
    model: str
    scenario: str
    made_at: str
    trust: Trust
    n: int
    with_: tuple[Point, ...]
    without: tuple[Point, ...]
    difference: tuple[Point, ...]
    assumptions: tuple[str, ...]
    cites: tuple[str, ...]
    instead_of: str = ""
    notes: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    because: tuple[tuple[str, float], ...] = ()
    replayed: tuple[int, int] | None = None
    replay: bool = False
    untold: tuple[str, ...] = ()
    draws: Floats | None = field(default=None, repr=False, compare=False)

    def chance(self, low: float, high: float, *, last: int = 1) -> float:
        """How likely the mean of the last points with the change lies between two values; needs the draws."""
        if self.draws is None:
            raise ValueError("this trajectory keeps no draws")
        ends = self.draws[0, :, -last:].mean(axis=1)
        return float(((ends >= low) & (ends <= high)).mean())

    def plain(self) -> dict[str, Any]:
        """The trajectory as data: scenario, signal, unit, assumptions, model, with, without, difference, and the rest.
        `difference` holds the last moment's numbers and every step's; `notes`, to be known first, stand first."""
        last = asdict(self.difference[-1])
        said = {
            "notes": list(self.notes),
            "scenario": self.scenario,
            "signal": self.signal,
            "unit": self.unit,
            "assumptions": list(self.assumptions),
            "model": self.model,
            "with": [asdict(point) for point in self.with_],
            "without": [asdict(point) for point in self.without],
            "difference": last | {"steps": [asdict(point) for point in self.difference]},
        }
        about = ("instead_of", "made_at", "trust", "n", "cites", "because", "replayed", "replay", "untold")
        measures = [{("with" if k == "with_" else k): v for k, v in asdict(one).items()} for one in self.measures]
        return said | {name: getattr(self, name) for name in about} | {"measures": measures}

    def frame(self) -> pl.DataFrame:
        """A row a moment: at, then mean, lo90, hi90, lo50, hi50 of `with_`, `without_` and `difference_`."""
        import polars as pl

        columns: dict[str, list[Any]] = {"at": [point.at for point in self.with_]}
        for name, course in (("with", self.with_), ("without", self.without), ("difference", self.difference)):
            for part in ("mean", "lo90", "hi90", "lo50", "hi50"):
                columns[f"{name}_{part}"] = [getattr(point, part) for point in course]
        return pl.DataFrame(columns)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame().__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        said = f"{self.signal} ({self.unit}) if {self.scenario}, by {self.model}, trust: {self.trust}, days: {self.n}"
        return f"<p>{escape(said)}</p>{self.frame()._repr_html_()}"


def course(at: Sequence[str], draws: Floats) -> tuple[Point, ...]:
    """The points of imagined lives (n, moments): means, and quantiles at 5, 25, 75 and 95 per cent."""
    import numpy as np

    lo90, lo50, hi50, hi90 = np.quantile(draws, [0.05, 0.25, 0.75, 0.95], axis=0)
    columns = (draws.mean(axis=0), lo90, hi90, lo50, hi50)
    return tuple(Point(when, *(float(one) for one in row)) for when, *row in zip(at, *columns, strict=True))


def courses(
    at: Sequence[str], with_: Floats, without: Floats
) -> tuple[tuple[Point, ...], tuple[Point, ...], tuple[Point, ...]]:
    """The two futures and their difference from paired lives, both (n, moments): row i of each has the same luck."""
    return course(at, with_), course(at, without), course(at, with_ - without)


def spread(draws: Floats) -> tuple[float, float, float]:
    """Mean and 9-in-10 bounds of draws (n,), as a Measure holds them."""
    import numpy as np

    low, high = np.quantile(draws, [0.05, 0.95])
    return float(draws.mean()), float(low), float(high)
