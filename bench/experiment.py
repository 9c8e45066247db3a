"""Trials on one person, over real people's days: how often nothing is found where there is nothing, whether the
promised power is kept, whether bounds hold, and what drawing to a prior is worth; beside what people do without chance
(docs/bench/experiment.md)."""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._data import table
from bench._table import show
from selftwin.domains.habits.experiment_result import DOUBT
from selftwin.learn.experiment import ahead, belief, judged, scores, shrunk, weights
from selftwin.learn.experiment_design import Design, counted, draw
from selftwin.learn.experiment_looks import looks
from selftwin.learn.experiment_power import power
from selftwin.learn.experiment_wander import Wander, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from selftwin.learn.experiment import Found

    Floats = NDArray[np.float64]
    Arms = NDArray[np.int8]

COLUMNS = ("person", "signal", "date", "value")
BEFORE, AFTER = 42, 42  # days of planning and of trial, at most half of either missing
DESIGNS = (Design("days", AFTER), Design("blocks", AFTER, 4, 1), Design("abab", AFTER, 6, 1))
SIZES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2)  # of the spread of the days before
WEEKS = (14, 21, 28, 35, 42)
LOW, LEFT, DRAWS = 0.4, 0.75, 399
PARTS = ("nothing", "power", "kept", "looks")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Successive days of one signal of one person: those before a trial, those of it, and how they wandered before."""

    person: str
    signal: str
    before: Floats
    days: Floats
    wander: Wander


@dataclass(frozen=True, slots=True)
class Run:
    """One trial: the size laid in (in spreads), what was found, drawn to nothing, by a plain comparison of days, and
    the share promised to be found."""

    design: str
    size: float
    found: Found
    drawn: float
    naive: bool
    promised: float
    spread: float
    zero: float | None = None
    effect: float = 0.0


def main(argv: list[str]) -> int:
    """Print the figures; says so and ends where the table is not there."""
    parser = argparse.ArgumentParser(prog="bench experiment")
    parser.add_argument("--data", type=Path, required=True, help="person,signal,date,value: one row a day")
    parser.add_argument("--runs", type=int, default=1000, help="trials without an effect, of each design")
    parser.add_argument("--seed", type=int, default=20261)
    parser.add_argument("--part", choices=PARTS, default="nothing")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    path = table(asked.data, COLUMNS) if asked.data.exists() else None
    if path is None:
        print(f"experiment: skipped, no table with {', '.join(COLUMNS)} at {asked.data}")
        return 0
    known = list(stretches(path))
    rng = np.random.default_rng(asked.seed)
    people, signals = ({getattr(one, name) for one in known} for name in ("person", "signal"))
    show(f"{len(known)} stretches of {len(people)} people, {len(signals)} signals", [
        {"memory": float(np.median([one.wander.memory for one in known])),
         "slow share": float(np.median([one.wander.slow for one in known])),
         "missing": float(np.mean([np.isnan(one.days).mean() for one in known]))},
    ], as_json=asked.json)  # fmt: skip
    if asked.part == "kept":
        show("days with it are left where they are low anyway, three in ten of them",
             _unkept(rng, known, asked.runs // 2), as_json=asked.json)  # fmt: skip
        return 0
    if asked.part == "looks":
        show("looking every week", _weekly(rng, known, asked.runs), as_json=asked.json)
        return 0
    alone = asked.part == "nothing"
    nothing = [_tried(rng, known, design, 0.0) for design in DESIGNS for _ in range(asked.runs if alone else 20)]
    show("nothing laid in: the share that found something at 5 %", _type_one(nothing, rng, known, asked.runs),
         as_json=asked.json)  # fmt: skip
    show("nothing laid in: bounds, and error of raw and drawn to nothing (in spreads)", _quiet(nothing),
         as_json=asked.json)  # fmt: skip
    if alone:
        return 0
    others = [one for one in known if not measured(one.person)]
    some = [_tried(rng, others, design, size, promise=True) for design in DESIGNS for size in SIZES[1:]
            for _ in range(max(asked.runs // 5, 1))]  # fmt: skip
    show(f"something laid in, the {len({one.person for one in others})} others: found, promised, bounds, errors",
         _by_size(some), as_json=asked.json)  # fmt: skip
    return 0


def stretches(path: Path) -> Iterator[Stretch]:
    """Every stretch of enough days in the table, not overlapping."""
    rows: dict[tuple[str, str], dict[int, float]] = {}
    with path.open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            if row["value"]:
                day = date.fromisoformat(row["date"]).toordinal()
                rows.setdefault((row["person"], row["signal"]), {})[day] = float(row["value"])
    for (person, signal), values in sorted(rows.items()):
        first, last = min(values), max(values)
        whole = np.array([values.get(day, np.nan) for day in range(first, last + 1)])
        for begin in range(0, len(whole) - BEFORE - AFTER + 1, AFTER):
            before, days = whole[begin : begin + BEFORE], whole[begin + BEFORE : begin + BEFORE + AFTER]
            if min(np.isfinite(before).mean(), np.isfinite(days).mean()) < 0.5:
                continue
            weekday = date.fromordinal(first + begin).weekday()
            wander = fit(before, weekday)
            if wander.spread > 0 and np.nanstd(days) > 0:
                offsets = wander.offsets(BEFORE + AFTER, weekday)
                yield Stretch(person, signal, before - offsets[:BEFORE], days - offsets[BEFORE:], wander)


def _any(rng: np.random.Generator, known: list[Stretch]) -> Stretch:
    """A stretch, every person equally likely, then every signal of theirs, so that nobody's counts for many."""
    person = rng.choice(sorted({one.person for one in known}))
    theirs = [one for one in known if one.person == person]
    signal = rng.choice(sorted({one.signal for one in theirs}))
    mine = [one for one in theirs if one.signal == signal]
    return mine[int(rng.integers(len(mine)))]


def _tried(
    rng: np.random.Generator, known: list[Stretch], design: Design, size: float, *, promise: bool = False
) -> Run:
    """One trial laid over a stretch: every other one's effect differs from day to day by half of itself."""
    one = _any(rng, known)
    arms = draw(design, DRAWS + 1, rng)
    kept = counted(design, arms)
    by = size * one.wander.spread
    each = by * (1 + 0.5 * rng.normal(size=AFTER)) if rng.random() < 0.5 else np.full(AFTER, by)
    values = one.days + each * arms[0]
    found = _found(one, values, arms, kept)
    promised = power(one.before, one.wander, design, rng, 40).chance(by) if promise else np.nan
    zero = ahead(one.wander, arms[0], kept[0], values) if design.kind == "days" and rng.random() < 0.4 else None
    return Run(design.kind, size, found, shrunk(found, *belief(DOUBT * one.wander.spread, None)).size,
               _welch(values, arms[0]), promised, one.wander.spread, zero, by)  # fmt: skip


def _found(one: Stretch, values: Floats, arms: Arms, kept: NDArray[np.bool_], dose: Floats | None = None) -> Found:
    form = weights(one.wander, np.isfinite(values))
    sides = np.stack([np.nan_to_num(values), arms[0].astype(float) if dose is None else dose])
    lean = scores(form, arms, kept, sides)
    return judged(lean[:, 0], lean[:, 1])


def _welch(values: Floats, arms: Arms) -> bool:
    """Whether a t test of days finds a difference at 5 %."""
    from scipy.stats import ttest_ind

    there = np.isfinite(values)
    two = [values[there & (arms == arm)] for arm in (1, 0)]
    if min(len(set(one.tolist())) for one in two) < 2:
        return False
    return bool(ttest_ind(*two, equal_var=False).pvalue <= 0.05)


def _type_one(runs: list[Run], rng: np.random.Generator, known: list[Stretch], n: int) -> list[dict[str, object]]:
    """False findings by design, beside a t test of the same days, and of days in fixed turns."""
    rows: list[dict[str, object]] = []
    for design in DESIGNS:
        mine = [one for one in runs if one.design == design.kind]
        share = float(np.mean([one.found.p <= 0.05 for one in mine]))
        rows.append({"days": design.kind, "n": len(mine), "ours": share, "give or take": _luck(share, len(mine)),
                     "t test of the days": float(np.mean([one.naive for one in mine]))})  # fmt: skip
    for block in (1, 7, 21):
        fixed = (np.arange(AFTER) // block % 2).astype(np.int8)
        share = float(np.mean([_welch(_any(rng, known).days, fixed) for _ in range(n)]))
        rows.append({"days": f"in fixed turns of {block}", "n": n, "ours": "no test", "give or take": _luck(share, n),
                     "t test of the days": share})  # fmt: skip
    return rows


def _quiet(runs: list[Run]) -> list[dict[str, object]]:
    """Bounds and errors where nothing was laid in, by design."""
    rows: list[dict[str, object]] = []
    for design in DESIGNS:
        mine = [one for one in runs if one.design == design.kind]
        rows.append({"days": design.kind, "bounds hold": float(np.mean([one.found.low <= 0 <= one.found.high
                                                                        for one in mine])),
                     "raw": _error([one.found.size / one.spread for one in mine]),
                     "drawn": _error([one.drawn / one.spread for one in mine])})  # fmt: skip
    return rows


def _by_size(runs: list[Run]) -> list[dict[str, object]]:
    """What was found by design and size."""
    rows: list[dict[str, object]] = []
    for design in DESIGNS:
        for size in SIZES[1:]:
            mine = [one for one in runs if one.design == design.kind and one.size == size]
            raw, drawn = (_error([(told - one.effect) / one.spread for one, told in zip(mine, sizes, strict=True)])
                          for sizes in ([one.found.size for one in mine], [one.drawn for one in mine]))  # fmt: skip
            zero = [one.zero for one in mine if one.zero is not None]
            rows.append({
                "days": design.kind, "size": size, "n": len(mine),
                "found": float(np.mean([one.found.p <= 0.05 for one in mine])),
                "promised": float(np.mean([one.promised for one in mine])),
                "bounds hold": float(np.mean([one.found.low <= one.effect <= one.found.high for one in mine])),
                "raw": raw, "drawn": drawn,
                "zero / ours": float(np.median(zero)) if zero else float("nan"),
            })  # fmt: skip
    return rows


def _unkept(rng: np.random.Generator, known: list[Stretch], n: int) -> list[dict[str, object]]:
    """Days with the cause are left where one would rather not: by what was to be, by what was done with the draw as the
    lever, and by what was done alone."""
    rows: list[dict[str, object]] = []
    for size in (0.0, 0.8):
        told: dict[str, list[tuple[float, bool, bool]]] = {"as drawn": [], "as kept": [], "done days alone": []}
        for _ in range(n):
            one = _any(rng, known)
            arms = draw(DESIGNS[0], DRAWS + 1, rng)
            low = one.days < np.nanquantile(one.days, LOW)
            dose = np.where(low & (rng.random(AFTER) < LEFT), 0.0, arms[0])
            by = size * one.wander.spread
            values = one.days + by * dose
            kept = np.ones(arms.shape, np.bool_)
            for name, lever, pull in (("as drawn", arms, None), ("as kept", arms, dose)):
                found = _found(one, values, lever, kept, pull)
                true = by if pull is not None else by * float(dose[arms[0] == 1].mean())
                told[name].append(((found.size - true) / one.wander.spread, found.p <= 0.05,
                                   found.low <= true <= found.high))  # fmt: skip
            there = np.isfinite(values)
            with_, without = (values[there & (dose == arm)] for arm in (1, 0))
            told["done days alone"].append(((with_.mean() - without.mean() - by) / one.wander.spread,
                                            _welch(values, dose.astype(np.int8)), False))  # fmt: skip
        rows += [{"read": name, "size": size, "n": n, "off by (median)": float(np.median([off for off, _, _ in found])),
                  "found": float(np.mean([hit for _, hit, _ in found])),
                  "bounds hold": float(np.mean([held for _, _, held in found])) if "alone" not in name else "none"}
                 for name, found in told.items()]  # fmt: skip
    return rows


def _weekly(rng: np.random.Generator, known: list[Stretch], n: int) -> list[dict[str, object]]:
    """Whoever looks every week: by the bars, and stopping at the first p under 5 %."""
    rows: list[dict[str, object]] = []
    for size in (0.0, 0.5):
        barred, stopping = [], []
        for _ in range(n if size == 0 else n // 4):
            one = _any(rng, known)
            arms = draw(DESIGNS[0], 999 + 1, rng)
            values = one.days + size * one.wander.spread * arms[0]
            seen, kept = np.isfinite(values), np.ones(arms.shape, np.bool_)
            lean = np.concatenate([scores(weights(one.wander, seen & (np.arange(AFTER) < week)), arms, kept,
                                          np.nan_to_num(values)[None]) for week in WEEKS], axis=1)  # fmt: skip
            barred.append(any(look.found for look in looks(lean, [week / AFTER for week in WEEKS])))
            stopping.append(((np.abs(lean) >= np.abs(lean[0]) * (1 - 1e-9)).mean(axis=0) <= 0.05).any())
        rows.append({"size": size, "n": len(barred), "by the bars": float(np.mean(barred)),
                     "stopping when it looks good": float(np.mean(stopping))})  # fmt: skip
    return rows


def measured(person: str) -> bool:
    """Whether a person is of those on whom it was measured how the spread of days changes, by a hash of their name."""
    return int(sha256(person.encode()).hexdigest(), 16) % 2 == 0


def _error(off: list[float]) -> float:
    """The root of the mean square."""
    return float(np.sqrt(np.mean(np.square(off))))


def _luck(share: float, n: int) -> float:
    """Nineteen in twenty of such shares lie so near."""
    return 1.96 * float(np.sqrt(max(share * (1 - share), 1e-9) / n))
