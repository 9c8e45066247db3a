"""Slow change: how often a ramp laid on people's real series is noticed, at how many false alarms a month, with luck
taken off; beside the mean of 28 days against that of 90. The bars come from half of the people, the figures from the
other half."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bench._table import show
from bench.change_points import is_held_out

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GROUPS = {
    "sleep": ("minutes_asleep", "sleep_deep_ratio", "sleep_rem_ratio", "minutes_awake", "sleep_efficiency",
              "sleep_efficiency_pm"),
    "heart": ("resting_hr", "rmssd", "breathing_rate", "nrem_hr"),
    "motion": ("steps", "active_min", "light_active_min", "sedentary_min", "day_bpm"),
    "felt": ("w_fatigue", "w_mood", "w_readiness", "w_sleep_quality", "w_stress"),
}  # fmt: skip
SIZES, PACES = (0.5, 1.0, 1.5), (1, 28)  # standard deviations come to; days until there
SEED, LEAST, BUDGETS, MONTH = 20262, 56, (1.0, 0.5, 0.25, 0.1), 30.4
BEFORE = 28  # days before a ramp begins


@dataclass(frozen=True, slots=True)
class Life:
    """One person's signals of one group, on common days: values (S, n), NaN where nothing was measured."""

    person: str
    group: str
    first: int
    values: Floats


@dataclass(frozen=True, slots=True)
class Scored:
    """A score for each week's last day, and those days."""

    ends: Ints
    score: Floats


def main(argv: list[str]) -> int:
    """Bars from half of the people; false alarms and power on the other."""
    parser = argparse.ArgumentParser(prog="python -m bench slow-change", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="person,signal,date,value")
    parser.add_argument("--rounds", type=int, default=1, help="ramps of each size and pace on each life")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    if not asked.data.exists():
        print(f"slow-change: no data at {asked.data}; LifeSnaps and PMData are described in docs/bench.")
        return 0
    all_lives = lives(asked.data)
    chosen, held = ([one for one in all_lives if is_held_out(one.person) == side] for side in (False, True))
    rows, untouched = [], []
    for name, way in (("ours", ours), ("28 against 90 days, z", naive)):
        quiet, apart = [way(one) for one in chosen], [way(one) for one in held]
        bars = {budget: bar(quiet, budget) for budget in BUDGETS}
        rates = {f"at {budget} a month": rate(apart, bars[budget]) for budget in BUDGETS}
        untouched.append({"way": name, "chosen, months": months(quiet), "held out, months": months(apart), **rates,
                          **{f"bar {budget}": bars[budget] for budget in BUDGETS}})  # fmt: skip
        rows += _power(name, way, held, apart, bars, asked.rounds)
    show("false alarms a person-month on held-out people's untouched series", untouched, as_json=asked.json)
    show("ramps noticed by the end of the series, and net of luck", rows, as_json=asked.json)
    return 0


def lives(path: Path) -> list[Life]:
    """Every person's groups of signals with enough days."""
    import polars as pl

    rows = pl.read_csv(path, schema_overrides={"person": pl.String, "value": pl.Float64})
    rows = rows.with_columns(day=pl.col("date").str.to_date().cast(pl.Int32).cast(pl.Int64))
    found = []
    for (person,), its in sorted(rows.group_by(["person"]), key=lambda one: str(one[0])):
        for group, names in GROUPS.items():
            here = its.filter(pl.col("signal").is_in(names))
            known = [name for name in names if here.filter(pl.col("signal") == name).height >= LEAST]
            if not known:
                continue
            days = here["day"].to_numpy()
            first, last = int(days.min()), int(days.max())
            values = np.full((len(known), last - first + 1), np.nan)
            for row, name in enumerate(known):
                one = here.filter(pl.col("signal") == name)
                values[row, one["day"].to_numpy() - first] = one["value"].to_numpy()
            found.append(Life(str(person), group, first, values))
    return found


# Two ways to score a week


def ours(life: Life) -> Scored:
    """The log odds of a slow change in any of the signals."""
    from selftwin.learn.drift import after, slow_change, together, windows

    ends = _ends(life)
    scores = []
    for line in life.values:
        there = np.flatnonzero(np.isfinite(line))
        seen = windows(there + life.first, line[there], ends)
        scores.append(slow_change(seen, after([], ends)).score)
    return Scored(ends, together(np.stack(scores)))


def naive(life: Life) -> Scored:
    """The largest difference between the mean of 28 days and that of the 90 days before, in its standard errors."""
    ends = _ends(life)
    score = np.full(len(ends), np.nan)
    for place, end in enumerate(ends - life.first):
        now, before = life.values[:, max(0, end - 27) : end + 1], life.values[:, max(0, end - 117) : max(0, end - 27)]
        for its_now, its_before in zip(now, before, strict=True):
            new, old = its_now[np.isfinite(its_now)], its_before[np.isfinite(its_before)]
            if len(new) >= 10 and len(old) >= 28 and old.std() > 0:
                z = abs(new.mean() - old.mean()) / (old.std(ddof=1) * np.sqrt(1 / len(new) + 1 / len(old)))
                score[place] = np.nanmax([score[place], z])
    return Scored(ends, score)


def _ends(life: Life) -> Ints:
    return np.arange(life.first + BEFORE, life.first + life.values.shape[1], 7)


# Bars, rates and power


def months(scored: list[Scored]) -> float:
    """Person-months that have a score."""
    return sum(int(np.isfinite(one.score).sum()) for one in scored) * 7 / MONTH


def rate(scored: list[Scored], height: float) -> float:
    """Alarms a person-month at a bar."""
    from selftwin.learn.drift import episodes

    return sum(len(episodes(one.score, height)) for one in scored) / months(scored)


def bar(scored: list[Scored], budget: float) -> float:
    """The lowest bar that keeps a budget, searched from the highest on and left at the first breach."""
    known = np.concatenate([one.score[np.isfinite(one.score)] for one in scored])
    best = float(known.max()) + 1e-9
    for tried in np.unique(known)[::-1]:
        if rate(scored, float(tried)) > budget:
            break
        best = float(tried)
    return best


def _power(
    name: str, way: Callable[[Life], Scored], held: list[Life], untouched: list[Scored], bars: dict[float, float],
    rounds: int,
) -> list[dict[str, object]]:  # fmt: skip
    """Ramps in one signal of each life: the share noticed from their beginning on, less what luck finds there."""
    rows: list[dict[str, object]] = []
    for pace in PACES:
        for size in SIZES:
            turns = [(number, turn) for number in range(len(held)) for turn in range(rounds)]
            ramped = [laid(held[number], size, pace, (number, turn)) for number, turn in turns]
            hits: dict[float, list[tuple[bool, bool]]] = {budget: [] for budget in BUDGETS}
            for number, (life, began) in enumerate(ramped):
                seen, quiet = way(life), untouched[number // rounds]
                late = seen.ends >= began
                for budget, height in bars.items():
                    hits[budget].append((bool((seen.score[late] >= height).any()),
                                         bool((quiet.score[late] >= height).any())))  # fmt: skip
            row: dict[str, object] = {"way": name, "days until there": pace, "size, SD": size}
            for budget in BUDGETS:
                found, luck = (float(np.mean(column)) for column in zip(*hits[budget], strict=True))
                row[f"found at {budget}"], row[f"net at {budget}"] = found, (found - luck) / max(1 - luck, 1e-9)
            rows.append(row)
    return rows


def laid(life: Life, size: float, pace: int, seed: tuple[int, int]) -> tuple[Life, int]:
    """A life with a ramp in one of its signals, and the day it began: after four weeks and as long before the end."""
    rng = np.random.default_rng([SEED, *seed])
    count = life.values.shape[1]
    row = int(rng.integers(len(life.values)))
    began = int(rng.integers(BEFORE, max(count - BEFORE, BEFORE + 1)))
    ramp = np.clip((np.arange(count) - began + 1) / pace, 0, 1)
    step = size * float(np.nanstd(life.values[row])) * float(rng.choice([-1.0, 1.0]))
    values = life.values.copy()
    values[row] += step * ramp
    return Life(life.person, life.group, life.first, values), life.first + began
