"""When a signal took another level: how often injected steps are found, how near, and how often one is found where
nothing changed; beside PELT of `ruptures` and the largest t between two halves."""

from __future__ import annotations

import argparse
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bench._table import show

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SIZES = (0.5, 1.0, 1.5, 2.0)  # of a series' own standard deviation
SEED, LEAST, EDGE, NEAR = 20262, 60, 21, 7  # days: in a series, from either end, off the true day
YEAR = 365.2425


@dataclass(frozen=True, slots=True)
class Case:
    """A series with a step of so many of its standard deviations at a day, or with none (size 0)."""

    days: Ints
    values: Floats
    at: int
    size: float
    step: float = 0.0


def main(argv: list[str]) -> int:
    """Score every way on the people asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench change-points", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="person,signal,date,value")
    parser.add_argument("--people", choices=("chosen-on", "held-out"), default="held-out")
    parser.add_argument("--nulls", type=int, default=40, help="wandering series of each kind without any change")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    if not asked.data.exists():
        print(f"change-points: no data at {asked.data}; LifeSnaps and PMData are described in docs/bench.")
        return 0
    held = [one for one in series(asked.data) if is_held_out(one[0]) == (asked.people == "held-out")]
    cases = [case for number, one in enumerate(held) for case in injected(one[1], one[2], number)]
    ways: dict[str, Callable[[Ints, Floats], list[int]]] = {
        "ours": ours, "PELT, l2, BIC": pelt, "PELT, l2, 5 log n": lambda days, values: pelt(days, values, 5.0),
        "largest t of two halves": largest_t,
    }  # fmt: skip
    rows = [row for name, way in ways.items() for row in scored(name, way, cases)]
    show(f"steps laid on {len(held)} series of {len({one[0] for one in held})} {asked.people} people", rows,
         as_json=asked.json)  # fmt: skip
    if asked.nulls:
        show("changes a signal-year found in wandering alone", [_null(name, way, asked.nulls) for name, way in
             ways.items()], as_json=asked.json)  # fmt: skip
        show("how often the bounds held", [_bounds(cases)], as_json=asked.json)
    return 0


def is_held_out(person: str) -> bool:
    """Half of the people, by their name's digest, of whom nothing was looked at while choosing."""
    return int(hashlib.sha256(person.encode()).hexdigest(), 16) % 2 == 0


def series(path: Path) -> list[tuple[str, Ints, Floats]]:
    """Every person's every series of enough days."""
    import polars as pl

    rows = pl.read_csv(path, schema_overrides={"person": pl.String, "value": pl.Float64})
    rows = rows.with_columns(day=pl.col("date").str.to_date().cast(pl.Int32).cast(pl.Int64)).sort("day")
    found = []
    for (person, _), its in sorted(rows.group_by(["person", "signal"]), key=lambda one: tuple(map(str, one[0]))):
        days, values = its["day"].to_numpy(), its["value"].to_numpy()
        if len(days) >= LEAST and np.ptp(values) > 0:
            found.append((str(person), days, values))
    return found


def injected(days: Ints, values: Floats, number: int) -> list[Case]:
    """The series untouched, and with one step of each size on a day of its own, up or down."""
    rng = np.random.default_rng([SEED, number])
    found = [Case(days, values, 0, 0.0)]
    for size in SIZES:
        place = int(rng.integers(EDGE, len(days) - EDGE))
        step = size * float(values.std()) * float(rng.choice([-1.0, 1.0]))
        found.append(Case(days, values + step * (np.arange(len(days)) >= place), int(days[place]), size, step))
    return found


# The ways


def ours(days: Ints, values: Floats) -> list[int]:
    """The twin's."""
    from selftwin.learn.change_points import change_points

    found = change_points(days, values)
    return [] if found is None else [point.at for point in found.points]


def pelt(days: Ints, values: Floats, times: float = 2.0) -> list[int]:
    """Killick and others 2012, as in `ruptures`: squares, and twice (or so many times) the variance times the log of
    the days a change."""
    import ruptures

    penalty = times * float(values.var()) * np.log(len(values))
    ends = ruptures.Pelt(model="l2", min_size=14, jump=1).fit(values[:, None]).predict(pen=penalty)
    return [int(days[end]) for end in ends[:-1]]


def largest_t(days: Ints, values: Floats) -> list[int]:
    """The split with the largest t, where it passes what 5 % of independent series would."""
    from scipy import stats

    places = np.arange(14, len(values) - 13)
    if not len(places):
        return []
    sums, squares = np.cumsum(values), np.cumsum(values**2)
    n, total, square = len(values), sums[-1], squares[-1]
    left, right = sums[places - 1] / places, (total - sums[places - 1]) / (n - places)
    within = square - places * left**2 - (n - places) * right**2
    t = np.abs(right - left) / np.sqrt(within / (n - 2) * (1 / places + 1 / (n - places)))
    best = int(np.argmax(t))
    return [int(days[places[best]])] if t[best] > stats.t.isf(0.025 / len(places), n - 2) else []


# How they did


def scored(name: str, way: Callable[[Ints, Floats], list[int]], cases: list[Case]) -> list[dict[str, object]]:
    """A row for each size: found, precision, F1, how far off, and what is found in the untouched a year."""
    began, answers = time.process_time(), [way(case.days, case.values) for case in cases]
    took = 1000 * (time.process_time() - began) / len(cases)
    untouched = [(case, found) for case, found in zip(cases, answers, strict=True) if not case.size]
    years = sum(float(np.ptp(case.days)) for case, _ in untouched) / YEAR
    false = sum(len(found) for _, found in untouched) / years
    rows: list[dict[str, object]] = []
    for size in SIZES:
        its = [(case, found) for case, found in zip(cases, answers, strict=True) if case.size == size]
        nearest = [min((abs(one - case.at) for one in found), default=10**6) for case, found in its]
        hits = [off for off in nearest if off <= NEAR]
        told = sum(len(found) for _, found in its)
        recall, precision = len(hits) / len(its), len(hits) / max(told, 1)
        f1 = 2 * recall * precision / max(recall + precision, 1e-9)
        rows.append({"way": name, "size, SD": size, "found": recall, "precision": precision, "F1": f1,
                     "median days off": float(np.median(hits)) if hits else float("nan"),
                     "untouched, a year": false, "ms": took})  # fmt: skip
    return rows


def _null(name: str, way: Callable[[Ints, Floats], list[int]], count: int) -> dict[str, object]:
    """Changes a year in wandering series of 120 and of 400 days, a fifth of them missing, heavy tails."""
    from selftwin.learn.whitening import SLOWS, mixes, wander

    rng = np.random.default_rng(SEED)
    grid = mixes()
    found: dict[float, list[float]] = {slow: [] for slow in SLOWS}
    years: dict[float, float] = dict.fromkeys(SLOWS, 0.0)
    for _ in range(count):
        for span in (120, 400):
            seen = rng.random((len(grid), span)) > 0.2
            lines = wander(seen, grid, rng, tails=5.0)
            for place, line in enumerate(lines):
                days = np.flatnonzero(seen[place])
                slow = float(grid.slow[place])
                found[slow].append(len(way(days, line[days])))
                years[slow] += span / YEAR
    return {"way": name} | {f"slow share {slow}": sum(found[slow]) / years[slow] for slow in SLOWS}


def _bounds(cases: list[Case]) -> dict[str, object]:
    """Of steps of one standard deviation or more that were found near the truth, how many had their day and their size
    between the bounds."""
    from selftwin.learn.change_points import change_points

    inside = []
    for case in cases:
        found = change_points(case.days, case.values) if case.size >= 1 else None
        near = [point for point in (found.points if found else ()) if abs(point.at - case.at) <= 2 * NEAR]
        inside += [(one.first <= case.at <= one.last, one.low <= case.step <= one.high) for one in near[:1]]
    held = np.array(inside, dtype=np.float64)
    return {"steps": len(inside), "day within": float(held[:, 0].mean()), "size within": float(held[:, 1].mean())}
