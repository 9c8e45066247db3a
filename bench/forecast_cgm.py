"""Glucose forecasts 30, 60 and 120 minutes ahead, each person from their own past only: ours and a plain ridge on lags,
the field's usual peer, as ratios to the last value, in one run on a table `id,time,gl` (docs/bench/forecast-cgm.md)."""

from __future__ import annotations

import argparse
import csv
import math
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._data import table
from bench._table import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from selftwin.learn.dense_memory import Floats

HORIZONS = (30, 60, 120)
HISTORY = 0.7
GAP, WARM, TOLERANCE = 16 * 60.0, 57.5 * 60.0, 150.0
LOW, HIGH, SPREAD, HYPO = 20.0, 600.0, 40.0, 70.0  # mg/dL
NAMES = ("ours", "ridge on lags", "last value")


@dataclass(frozen=True, slots=True)
class Person:
    """One person's readings (n,) in order: stamps as written, seconds, mg/dL, and the sensor's interval in seconds."""

    name: str
    stamps: list[str]
    times: Floats
    values: Floats
    interval: float


@dataclass(frozen=True, slots=True)
class Cases:
    """The scored cases of one person and horizon: stamps and truths (m,), the forecasts of each of NAMES as mean, lo90,
    hi90 (m, 3), and the chance of a low by ours."""

    person: str
    horizon: int
    stamps: list[str]
    truth: Floats
    said: tuple[Floats, ...]
    below: Floats


def main(argv: list[str]) -> int:
    """Forecast every test case, write each one where asked, print the ratios."""
    asked = _arguments(argv)
    data = table(asked.data, ("id", "time", "gl"))
    if data is None:
        print(f"forecast-cgm skipped: no table id,time,gl at {asked.data}; "
              "docs/bench/forecast-cgm.md says where to get one")
        return 0
    found = [cases for person in read(data) for cases in forecast(person)]
    if asked.out:
        write(asked.out, found)
    rows = [row for horizon in HORIZONS for row in compare([cases for cases in found if cases.horizon == horizon])]
    show("glucose, each person's own past only; rmse, mae, pinball and width ÷ last value's", rows, as_json=asked.json)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench forecast-cgm", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a table id,time,gl in mg/dL, or its folder")
    parser.add_argument("--out", type=Path, help="where to write every single forecast")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def read(path: Path) -> Iterator[Person]:
    """Each person of the table, readings sorted, missing values and repeated times left out."""
    people: dict[str, dict[float, tuple[str, float]]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            value = float(row["gl"] or "nan")
            if math.isfinite(value):
                seconds = datetime.fromisoformat(row["time"]).replace(tzinfo=UTC).timestamp()
                people.setdefault(row["id"], {}).setdefault(seconds, (row["time"], value))
    for name in sorted(people):
        times = sorted(people[name])
        stamps, values = zip(*(people[name][time] for time in times), strict=True)
        interval = max(300.0, round(float(np.median(np.diff(times))) / 60) * 60.0)
        yield Person(name, list(stamps), np.array(times), np.array(values), interval)


def targets(times: Floats, horizon: int) -> NDArray[np.int64]:
    """The row (n,) of the reading nearest to a horizon after each, or -1 where none is near enough."""
    wanted = times + horizon * 60
    after = np.clip(np.searchsorted(times, wanted), 0, len(times) - 1)
    before = np.clip(after - 1, 0, None)
    nearest = np.where(np.abs(times[before] - wanted) <= np.abs(times[after] - wanted), before, after)
    return np.where(np.abs(times[nearest] - wanted) <= TOLERANCE, nearest, -1)


def run_starts(times: Floats) -> Floats:
    """When the gap-free run of each reading (n,) began."""
    first = np.concatenate([[True], np.diff(times) > GAP])
    began: Floats = times[first][np.cumsum(first) - 1]
    return began


def forecast(person: Person) -> Iterator[Cases]:
    """Every test case of a person by horizon: rows of the last 30 % whose run is warm and whose target exists."""
    from selftwin.learn.dense import Grid, begin, observe

    leads = tuple(60.0 * horizon for horizon in HORIZONS)
    grid = Grid(person.interval, leads, low=LOW, high=HIGH, gap=GAP, warm=WARM, tolerance=TOLERANCE, scale=SPREAD)
    _, said = observe(begin(grid), person.times, person.values, threshold=HYPO)
    cut = math.floor(HISTORY * len(person.times))
    for place, horizon in enumerate(HORIZONS):
        target = targets(person.times, horizon)
        fit = (target >= 0) & (person.times - run_starts(person.times) >= WARM)
        past = np.flatnonzero(fit & (np.arange(len(target)) < cut) & (target < cut))
        rows = np.flatnonzero(fit & (np.arange(len(target)) >= cut))
        ours = np.column_stack([said.mean[:, place], said.low[:, place, -1], said.high[:, place, -1]])[rows]
        peers = ridge_on_lags(person, past, rows, target), last_value(person, past, rows, target)
        last = person.values[rows, None]
        yield Cases(
            person.name, horizon, [person.stamps[row] for row in rows], person.values[target[rows]],
            (np.where(np.isfinite(ours), ours, last), *peers), said.below[rows, place],
        )  # fmt: skip


def last_value(person: Person, past: NDArray[np.int64], rows: NDArray[np.int64], target: NDArray[np.int64]) -> Floats:
    """The last value with the quantiles of the person's own past changes about it."""
    low, high = np.quantile(person.values[target[past]] - person.values[past], [0.05, 0.95])
    last = person.values[rows]
    return np.column_stack([last, last + low, last + high])


def ridge_on_lags(
    person: Person, past: NDArray[np.int64], rows: NDArray[np.int64], target: NDArray[np.int64]
) -> Floats:
    """A ridge on an hour of lags fitted once on the first four fifths of the history, its interval from the last."""
    steps = np.arange(0.0, 3600.0, person.interval)
    lags = np.interp(person.times[:, None] - steps, person.times, person.values)
    split = max(1, int(0.8 * len(past)))
    middle = lags[past[:split]].mean(axis=0)
    inputs, change = lags[past[:split]] - middle, (person.values[target] - person.values)
    gram = inputs.T @ inputs + 100.0 * np.eye(len(steps))
    weights = np.linalg.solve(gram, inputs.T @ change[past[:split]])
    mean = person.values + change[past[:split]].mean() + (lags - middle) @ weights
    misses = (person.values[target] - mean)[past[split:]]
    low, high = np.quantile(misses, [0.05, 0.95]) if len(misses) else (0.0, 0.0)
    return np.column_stack([mean[rows], mean[rows] + low, mean[rows] + high])


def compare(cases: list[Cases], names: tuple[str, ...] = NAMES) -> list[dict[str, object]]:
    """One row for each of the names at one horizon, the last of them the last value: ratios to it, coverage pooled and
    of the worst person."""
    truth = np.concatenate([case.truth for case in cases])
    said = [np.concatenate([case.said[who] for case in cases]) for who in range(len(names))]
    naive = _score(truth, said[-1])
    rows: list[dict[str, object]] = []
    for who, name in enumerate(names):
        inside = [_inside(case.truth, case.said[who]).mean() for case in cases if len(case.truth)]
        ratios = {key: value / naive[key] for key, value in _score(truth, said[who]).items()}
        rows.append({"minutes": cases[0].horizon, "who": name, "cases": len(truth), **ratios,
                     "cover90": float(_inside(truth, said[who]).mean()), "worst": float(min(inside)),
                     **_zones(truth, said[who][:, 0])})  # fmt: skip
    return rows


def _zones(truth: Floats, mean: Floats) -> dict[str, float]:
    """Per cent of forecasts in zone A of three error grids, as if each were a reading."""
    from selftwin.domains.body.measures.grids import clarke, dts, parkes, shares

    grids = {"clarke A": clarke(truth, mean), "parkes A": parkes(truth, mean, kind="type 2"), "dts A": dts(truth, mean)}
    return {name: shares(zones)["A"] for name, zones in grids.items()}


def _inside(truth: Floats, said: Floats) -> NDArray[np.bool_]:
    return (truth >= said[:, 1]) & (truth <= said[:, 2])


def _score(truth: Floats, said: Floats) -> dict[str, float]:
    """Root mean square and mean absolute error, pinball loss of the 5 % and 95 % bounds, mean width."""
    miss, under, over = truth - said[:, 0], truth - said[:, 1], truth - said[:, 2]
    pinball = np.maximum(0.05 * under, -0.95 * under) + np.maximum(0.95 * over, -0.05 * over)
    return {
        "rmse": math.sqrt(float((miss**2).mean())),
        "mae": float(np.abs(miss).mean()),
        "pinball": float(pinball.mean()) / 2,
        "width": float((said[:, 2] - said[:, 1]).mean()),
    }


def write(path: Path, found: list[Cases]) -> None:
    """Every single forecast of ours, so that anyone can score them."""
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["id", "time", "horizon", "mean", "lo90", "hi90", "p_low"])
        for case in found:
            for stamp, row, below in zip(case.stamps, case.said[0], case.below, strict=True):
                table.writerow([case.person, stamp, case.horizon, *(f"{number:.3f}" for number in row), f"{below:.5f}"])
                count += 1
    print(f"{count} forecasts written", file=sys.stderr)
