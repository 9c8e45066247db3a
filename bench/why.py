"""Why a day is as it is, on made-up lives whose causes are known: contributions against the truth, coverage of their
intervals, what is left beside one lump, and how often a driver is named where there is nothing (docs/bench/why.md)."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench._table import show
from selftwin.learn.contributions import History, fit, split
from selftwin.learn.contributions_named import chosen, naming
from selftwin.sample.body import body
from selftwin.sample.causes import Effects
from selftwin.sample.plan import LAST, plan
from selftwin.sample.states import states

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEEDS = tuple(range(9101, 9111))  # drawn after the model was settled; it was developed on 101 to 110
DAYS, YEAR, EVERY, LUMP = 730, 364, 5, 28
SHIFTS, NEAREST = 30, 60  # shifts of each life, none nearer than so many days
NAMES = ("alcohol", "training", "late caffeine", "caffeine", "dinner", "breathing", "skin temperature", "noise",
         "stress")  # fmt: skip


@dataclass(frozen=True)
class Lived:
    """One life: its resting heart rate with what could drive it, and what alcohol and training truly brought (T,)."""

    history: History
    alcohol: Floats
    training: Floats


def life(seed: int, days: int = DAYS, *, stress: bool = False) -> Lived:
    """A life of the sample's kind, with a resting heart rate as a watch tells it; its stress is hidden, or noted."""
    effects, fixed = Effects(), plan(days, LAST)
    lived = states(fixed, effects, seed)
    lay = body(lived, effects, seed)
    rng = np.random.default_rng([seed, 7])
    columns = [(0, lived.alcohol, 1), (1, lived.load, 1), (1, lived.load, 2), (2, lived.caffeine_late, 1),
               (3, lived.caffeine_early, 1), (4, lived.dinner, 1), (5, lay.breathing, 0), (6, lay.temperature, 0),
               (7, rng.normal(size=days), 1)]  # fmt: skip
    columns += [(8, lived.stress, 1)] if stress else []
    drivers = np.column_stack([_before(values, lag) for _, values, lag in columns])
    groups = np.array([group for group, _, _ in columns])
    stages = np.where(np.isin(groups, (5, 6)), 2, np.where(np.isin(groups, (1, 7, 8)), 1, 0))
    history = History(np.round(lay.resting), lived.weekday.astype(np.int64), drivers, groups, stages)
    one, two = effects.training_resting
    training = one * np.nan_to_num(drivers[:, 1]) + two * np.nan_to_num(drivers[:, 2])
    return Lived(history, effects.alcohol_resting * np.nan_to_num(drivers[:, 0]), training)


def _before(values: Floats, lag: int) -> Floats:
    return np.concatenate([np.full(lag, np.nan), np.asarray(values, np.float64)[: len(values) - lag]])


def recovered(one: Lived, days: Sequence[int]) -> dict[str, Floats]:
    """Of each of these days: what alcohol and training are said to bring and half the interval, the truth, what is
    left, and what one lump leaves."""
    rows = []
    for day in days:
        then = one.history.until(day + 1)
        plain = fit(then)
        found, _ = chosen(then, plain)
        parts = split(then, fit(then, found, like=plain) if found.any() else plain)
        lump = then.values[-1] - then.values[-1 - LUMP : -1].mean()
        rows.append([*parts.drivers[:2], *parts.drivers_half[:2], one.alcohol[day], one.training[day],
                     parts.unexplained, lump])  # fmt: skip
    table = np.array(rows)
    return {"said": table[:, :2], "half": table[:, 2:4], "truth": table[:, 4:6], "left": table[:, 6],
            "lump": table[:, 7]}  # fmt: skip


def scored(seeds: Sequence[int], days: Sequence[int], *, stress: bool = False) -> list[dict[str, object]]:
    """A row for alcohol, one for training: how contributions follow the truth on days that had any."""
    made = [recovered(life(seed, stress=stress), days) for seed in seeds]
    rows: list[dict[str, object]] = []
    for place, name in enumerate(NAMES[:2]):
        kinds = ("said", "half", "truth")
        said, half, truth = (np.concatenate([one[kind][:, place] for one in made]) for kind in kinds)
        there = truth != 0
        held = np.abs(said - truth)[there] <= half[there]
        rows.append({
            "driver": name, "days": int(there.sum()), "correlation": float(np.corrcoef(said, truth)[0, 1]),
            "said/true": float(said[there].sum() / truth[there].sum()),
            "error": float(np.sqrt(np.mean((said - truth)[there] ** 2))), "90 % holds": float(held.mean()),
        })  # fmt: skip
    left, lump = (np.concatenate([np.abs(one[part]) for one in made]) for part in ("left", "lump"))
    rows.append({
        "driver": "left / one lump", "days": len(left), "correlation": "", "said/true": "",
        "error": float(left.mean() / lump.mean()), "90 % holds": "",
    })  # fmt: skip
    return rows


def helped(seed: int) -> dict[str, object] | None:
    """How naming drivers helped on days not learnt from, and which are named on the last day."""
    one = life(seed).history
    found = naming(one)
    if found.gain is None or found.beats is None:
        return None
    named = ", ".join(NAMES[group] for group in sorted(set(one.groups[found.named].tolist())))
    return {"seed": seed, "nearer by drivers": found.gain.share, "low": found.gain.low, "high": found.gain.high,
            "plain over the mean": found.beats.share, "named": named}  # fmt: skip


def nothing(seeds: Sequence[int], shifts: int) -> dict[str, object]:
    """How often drivers are named where all were moved against the values in a circle, and nothing can be found."""
    tried = stood_out = named = runs = any_named = 0
    for seed in seeds:
        one, rng = life(seed).history, np.random.default_rng([seed, 11])
        plain, count = fit(one), int(one.groups.max()) + 1
        for shift in rng.integers(NEAREST, len(one) - NEAREST, shifts).tolist():
            moved = one.with_drivers(np.roll(np.nan_to_num(one.drivers), shift, axis=0))
            found, _ = chosen(moved, plain)
            kept = naming(moved).named if found.any() else found
            tried, runs = tried + count, runs + 1
            stood_out += len(set(one.groups[found].tolist()))
            named += len(set(one.groups[kept].tolist()))
            any_named += bool(kept.any())
    return {"runs": runs, "stood out": stood_out / tried, "named": named / tried, "runs with any": any_named / runs}


def main(argv: list[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench why", description=__doc__)
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many lives")
    parser.add_argument("--shifts", type=int, default=SHIFTS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    seeds = SEEDS[: asked.seeds]
    days = range(DAYS - YEAR, DAYS, EVERY)
    for stress, words in ((False, "stress hidden"), (True, "stress noted")):
        rows = scored(seeds, days, stress=stress)
        show(f"contributions to resting heart rate, {words}", rows, as_json=asked.json)
    show("days not learnt from", [gain for seed in seeds if (gain := helped(seed))], as_json=asked.json)
    if asked.shifts:
        show("drivers moved in a circle", [nothing(seeds, asked.shifts)], as_json=asked.json)
    return 0
