"""Forecasts of daily personal signals, each person from their own past only: ours, AutoETS fitted once, then updated,
and the naive guesses, in one run on a table `person,signal,date,value` (docs/bench/forecast-daily.md)."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._data import table
from bench._table import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.learn.daily_memory import Floats, Ints

WARM, LEAST, DEGENERATE, LONG = 14, 40, 0.90, 80
TAUS = np.array([0.05, 0.25, 0.50, 0.75, 0.95])
NAIVE = ("last value", "mean", "7-day mean", "28-day median", "weekday mean")
PEER = "statsforecast==2.1.1"
PEER_HOME = Path(".peers") / "statsforecast"
COLUMNS = ("mean", "lo90", "hi90", "q25", "q75")
ORDER = (2, 0, 4, 1, 3)  # of TAUS in COLUMNS


@dataclass(frozen=True, slots=True)
class Series:
    """One person's signal: days since 1970 [n], dates as written, values [n], which days are scored, and how many days
    were known at each of them."""

    person: str
    signal: str
    days: Ints
    dates: list[str]
    values: Floats
    scored: Ints
    known: Ints


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one forecaster on one series: mean absolute error, pinball loss (of five quantiles, doubled), interval score
    and coverage of the 90 % interval."""

    error: float
    pinball: float
    interval: float
    coverage: float


def main(argv: list[str]) -> int:
    """Forecast every scored day, write each one where asked, print the ratios."""
    asked = _arguments(argv)
    data = table(asked.data, ("person", "signal", "date", "value"))
    if data is None:
        print(f"forecast-daily skipped: no table person,signal,date,value at {asked.data}; "
              "docs/bench/forecast-daily.md says where to get one")
        return 0
    series = [one for one in read(data, asked.horizon, asked.signals) if len(one.scored)]
    if not series:
        print("forecast-daily: no series in the table has a day with 14 earlier ones")
        return 1
    said, seconds = ours(series, asked.horizon)
    if asked.out:
        _write(asked.out, series, said)
    long = [i for i, one in enumerate(series) if len(one.values) >= LEAST and len(one.scored) >= 10]
    rows = [compared("ours", [series[i] for i in long], [said[i] for i in long], seconds)]
    if not asked.no_peer:
        rows += _beside_the_peer([series[i] for i in long], [said[i] for i in long], asked)
    show(f"daily signals, {asked.horizon} ahead, each from its own past; errors ÷ naive", rows, as_json=asked.json)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench forecast-daily", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a table person,signal,date,value, or its folder")
    parser.add_argument("--out", type=Path, help="where to write every single forecast")
    parser.add_argument("--horizon", type=int, default=1, help="days ahead")
    parser.add_argument("--signals", type=lambda text: set(text.split(",")), help="only these, comma between")
    parser.add_argument("--peer-series", type=int, default=40, help="how many series the peer is run on, evenly chosen")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def read(path: Path, horizon: int, signals: set[str] | None) -> Iterator[Series]:
    """Each person's signal in the table, days in order; values that are no numbers are no days."""
    import polars as pl

    columns = {"person": pl.String, "signal": pl.String, "date": pl.String, "value": pl.Float64}
    table = pl.read_csv(path, schema_overrides=columns).filter(pl.col("value").is_finite())
    table = table.with_columns(day=pl.col("date").str.slice(0, 10).str.to_date().cast(pl.Int32).cast(pl.Int64))
    for (person, signal), rows in table.sort("day").group_by("person", "signal", maintain_order=True):
        if signals is None or signal in signals:
            days = rows["day"].to_numpy()
            known = np.searchsorted(days, days - horizon, side="right")
            scored = np.flatnonzero(known >= WARM)
            dates, values = rows["date"].str.slice(0, 10).to_list(), rows["value"].to_numpy()
            yield Series(str(person), str(signal), days, dates, values, scored, known)


def ours(series: list[Series], horizon: int) -> tuple[list[Floats], float]:
    """Our quantiles [scored, 5] of each series, and the mean seconds of CPU a series took (compiling left out)."""
    from selftwin.learn import daily

    daily.learn(daily.blank((horizon,)), np.arange(60), np.random.default_rng(0).normal(size=60))
    said: list[Floats] = []
    started = time.process_time()
    for one in series:
        _, sight = daily.learn(daily.blank((horizon,)), one.days, one.values)
        said.append(_possible(one, sight.quantiles[0][one.scored][:, [0, 2, 3, 4, 6]]))
    return said, (time.process_time() - started) / len(series)


def _possible(one: Series, said: Floats) -> Floats:
    """Nothing below zero where nothing was so far; where too little was scored, the quantiles of all known days."""
    for row, i in zip(said, one.scored, strict=True):
        past = one.values[: one.known[i]]
        if not np.isfinite(row).all():
            row[:] = np.quantile(past, TAUS)
        if past.min() >= 0:
            np.maximum(row, 0.0, out=row)
    return said


def _write(path: Path, series: list[Series], said: list[Floats]) -> None:
    with path.open("w") as out:
        out.write(",".join(("person", "signal", "date", *COLUMNS)) + "\n")
        for one, quantiles in zip(series, said, strict=True):
            for i, row in zip(one.scored, quantiles, strict=True):
                numbers = ",".join(f"{row[place]:.12g}" for place in ORDER)
                out.write(f"{one.person},{one.signal},{one.dates[i]},{numbers}\n")


# The naive reference


def naive(one: Series) -> tuple[Floats, Floats]:
    """The naive guesses [scored, NAIVE] and their quantiles from their own past errors [scored, NAIVE, 5]."""
    points = np.array([_naive_points(one, i) if known >= 2 else [np.nan] * 5 for i, known in enumerate(one.known)])
    said = np.empty((len(one.scored), len(NAIVE), len(TAUS)))
    for place, i in enumerate(one.scored):
        errors = one.values[: one.known[i], None] - points[: one.known[i]]
        errors = errors[np.isfinite(errors[:, 0])]
        if len(errors) < 4:
            errors = one.values[: one.known[i], None] - points[i][None]
        said[place] = points[i][:, None] + np.quantile(errors, TAUS, axis=0).T
    return points[one.scored], said


def _naive_points(one: Series, i: int) -> list[float]:
    past = one.values[: one.known[i]]
    same = past[(one.days[: one.known[i]] - one.days[i]) % 7 == 0]
    weekday = same.mean() if len(same) else past.mean()
    return [past[-1], past.mean(), past[-7:].mean(), float(np.median(past[-28:])), weekday]


def scores(truth: Floats, point: Floats, said: Floats) -> Scores:
    """How points [n] and quantiles [n, 5] did on what came [n]."""
    low, high = said[:, 0], said[:, 4]
    away = truth[:, None] - said
    missed = 20 * (np.maximum(low - truth, 0) + np.maximum(truth - high, 0))
    return Scores(
        float(np.abs(truth - point).mean()),
        float(2 * np.maximum(TAUS * away, (TAUS - 1) * away).mean()),
        float((high - low + missed).mean()),
        float(((truth >= low) & (truth <= high)).mean()),
    )


# The table


def compared(name: str, series: list[Series], said: list[Floats], seconds: float) -> dict[str, object]:
    """One row: a forecaster's errors ÷ the naive guesses', geometric means over series; series whose last value is
    nearly always right count for coverage alone."""
    truths = [one.values[one.scored] for one in series]
    mine = [scores(truth, quantiles[:, 2], quantiles) for truth, quantiles in zip(truths, said, strict=True)]
    guesses = [naive(one) for one in series]
    theirs = [
        [scores(t, points[:, m], its[:, m]) for m in range(len(NAIVE))]
        for t, (points, its) in zip(truths, guesses, strict=True)
    ]
    still = [np.mean(t == points[:, 0]) >= DEGENERATE for t, (points, _) in zip(truths, guesses, strict=True)]
    used = [i for i, same in enumerate(still) if not same]
    by_error, by_pinball = _best(series, theirs, used, "error"), _best(series, theirs, used, "pinball")
    counts = np.array([len(truth) for truth in truths])
    coverage = np.array([score.coverage for score in mine])
    enough = counts >= LONG
    inside = (coverage[enough] >= 0.85) & (coverage[enough] <= 0.95)
    return {
        "forecaster": name,
        "series": len(series),
        "days": int(counts.sum()),
        "last value": _middle([mine[i].error / theirs[i][0].error for i in used]),
        "7-day mean": _middle([mine[i].error / theirs[i][2].error for i in used]),
        "weekday mean": _middle([mine[i].error / theirs[i][4].error for i in used]),
        "best naive": _middle([mine[i].error / theirs[i][by_error[series[i].signal]].error for i in used]),
        "pinball": _middle([mine[i].pinball / theirs[i][by_pinball[series[i].signal]].pinball for i in used]),
        "interval": _middle([mine[i].interval / theirs[i][by_pinball[series[i].signal]].interval for i in used]),
        "cover 90": float((coverage * counts).sum() / counts.sum()),
        "long in 85-95": float(inside.mean()) if inside.size else float("nan"),
        "ms a series": 1000 * seconds,
    }


def _best(series: list[Series], theirs: list[list[Scores]], used: list[int], what: str) -> dict[str, int]:
    """Which naive guess has the least geometric mean, for each signal."""
    best = {}
    for signal in {series[i].signal for i in used}:
        its = [i for i in used if series[i].signal == signal]
        means = [_middle([getattr(theirs[i][m], what) / theirs[i][0].error for i in its]) for m in range(len(NAIVE))]
        best[signal] = int(np.argmin(means))
    return best


def _middle(ratios: list[float]) -> float:
    """The geometric mean of those that are finite."""
    finite = np.array([ratio for ratio in ratios if np.isfinite(ratio)])
    return float(np.exp(np.log(np.maximum(finite, 1e-3)).mean())) if len(finite) else float("nan")


# The peer


def _beside_the_peer(series: list[Series], said: list[Floats], asked: argparse.Namespace) -> list[dict[str, object]]:
    """Ours and AutoETS on the same series, evenly chosen, each timed."""
    chosen = np.unique(np.linspace(0, len(series) - 1, min(asked.peer_series, len(series))).astype(int)).tolist()
    sample = [series[i] for i in chosen]
    answers = list(_autoets(sample, asked.horizon))
    peer_seconds = sum(seconds for _, seconds in answers) / len(answers)
    _, our_seconds = ours(sample, asked.horizon)
    both = [
        compared("ours, on the peer's sample", sample, [said[i] for i in chosen], our_seconds),
        compared("AutoETS, fitted once", sample, [quantiles for quantiles, _ in answers], peer_seconds),
    ]
    print(f"AutoETS takes {peer_seconds / our_seconds:.0f} times as long a series", file=sys.stderr)
    return both


def _autoets(series: list[Series], horizon: int) -> Iterator[tuple[Floats, float]]:
    """Quantiles [scored, 5] and seconds of each series, by the peer in its own environment."""
    lines = [
        {
            "days": one.days.tolist(),
            "values": one.values.tolist(),
            "scored": one.scored.tolist(),
            "horizon": horizon,
        }
        for one in series
    ]
    asked = "\n".join(json.dumps(line) for line in lines)
    command = [str(_peer_python()), str(Path(__file__).with_name("_autoets.py"))]
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        yield np.array(answer["said"]), float(answer["seconds"])


def _peer_python() -> Path:
    """The Python of the peer's own environment, made on first use."""
    python = PEER_HOME / "bin" / "python"
    if not python.exists():
        print(f"installing {PEER} into {PEER_HOME}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(PEER_HOME)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", PEER], check=True)
    return python
