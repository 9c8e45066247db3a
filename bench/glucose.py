"""Glucose 30, 60 and 120 minutes ahead with meals and insulin known: ours, the own-past forecaster and a ridge on lags
as ratios to the last value, in one run on the Shanghai T2DM workbooks (docs/bench/glucose.md)."""

from __future__ import annotations

import argparse
import csv
import math
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._shanghai import SUFFIXES, moment, periods
from bench._table import show
from bench.forecast_cgm import HISTORY, HORIZONS, HYPO, Cases, Person, compare, last_value, ridge_on_lags, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench._population import Life
    from bench._shanghai import Period
    from selftwin.learn.dense import Said
    from selftwin.learn.dense_memory import Floats
    from selftwin.learn.driven import Prior, Told

NAMES = ("ours", "ours, inputs hidden", "own past", "ridge on lags", "last value")
SCALE = 40.0
ABOUT = """What many people taught the glucose forecast: rounded numbers, no record of anybody.
Fitted by `bench glucose --learn` on the 77 periods of 70 people 2000-2069 of ShanghaiT2DM (CC0); see the card
docs/models/glucose-forecast.md. `minutes`: horizons. `inner` (20 looks + offset, 7 units), `outer` (7 units + offset,
horizons): the network. `gains` (horizon by carbs soon, carbs, rapid, regular, long). `spread`, `low`, `high`: how far
it misses."""


@dataclass(frozen=True, slots=True)
class Lived:
    """One period as everyone forecast it: the period, its life, the own-past forecaster's words."""

    period: Period
    life: Life
    own: Said


def main(argv: list[str]) -> int:
    """Forecast every test case, write each one, print the ratios."""
    asked = _arguments(argv)
    if not asked.data.is_dir() or not any(path.suffix.lower() in SUFFIXES for path in asked.data.iterdir()):
        print(f"glucose skipped: no workbooks in {asked.data}; docs/bench/glucose.md says where to get them")
        return 0
    if find_spec("python_calamine") is None:
        print("glucose skipped: python-calamine of requirements/dev.txt, which reads workbooks, is missing")
        return 0
    found = list(periods(asked.data))
    if asked.truth and asked.truth.exists():
        found = list(_as_told(found, asked.truth))
    elif asked.truth:
        _write_truth(asked.truth, found)
    lives = [_life(period) for period in found]
    if asked.learn:
        _learn(asked.learn, lives)
    priors = _priors(lives, asked.folds)
    cases = [case for one, prior in zip(lives, priors, strict=True) for case in _cases(one, prior)]
    if asked.out:
        write(asked.out, cases)
    rows = [row for minutes in HORIZONS for row in compare([one for one in cases if one.horizon == minutes], NAMES)]
    how = f"prior of other people, {asked.folds} folds by person" if asked.folds else "shipped prior"
    show(f"glucose with meals and insulin, {how}; rmse, mae, pinball, width ÷ last value's", rows, as_json=asked.json)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench glucose", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of ShanghaiT2DM workbooks, .xlsx and .xls")
    parser.add_argument("--truth", type=Path, help="readings id,time,gl: used if there, else written")
    parser.add_argument("--out", type=Path, help="write every forecast of ours here")
    parser.add_argument("--folds", type=int, default=0, help="fit the prior anew on other people, so many times")
    parser.add_argument("--learn", type=Path, help="fit the prior on all of them and write it here")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def _as_told(found: list[Period], truth: Path) -> Iterator[Period]:
    """The periods with the readings and the very stamps of a table; those only in one of the two are left out."""
    by_name = {period.name: period for period in found}
    rows: dict[str, dict[float, tuple[str, float]]] = {}
    with truth.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            stamp = moment(row["time"])
            value = float(row["gl"] or "nan")
            if stamp is not None and math.isfinite(value):
                rows.setdefault(row["id"], {}).setdefault(_seconds(stamp), (row["time"], value))
    for name in sorted(rows):
        if name not in by_name:
            print(f"{name}: no workbook, left out", file=sys.stderr)
            continue
        times = sorted(rows[name])
        stamps, values = zip(*(rows[name][time] for time in times), strict=True)
        yield replace(by_name[name], stamps=list(stamps), times=np.array(times), values=np.array(values))


def _seconds(stamp: datetime) -> float:
    return stamp.replace(tzinfo=stamp.tzinfo or UTC).timestamp()


def _write_truth(path: Path, found: list[Period]) -> None:
    """Every reading, as the workbooks have it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["id", "time", "gl"])
        for period in found:
            for stamp, value in zip(period.stamps, period.values, strict=True):
                table.writerow([period.name, stamp, f"{value:.6g}"])


def _life(period: Period) -> Lived:
    """What the own-past forecaster says, and the inputs that were known by then."""
    from bench._population import Life
    from selftwin.domains.body.glucose.ahead import grid_of, sensor_of
    from selftwin.domains.body.glucose.ahead_inputs import pushes
    from selftwin.domains.body.glucose.ahead_prior import leads
    from selftwin.domains.body.glucose.foods import carbs
    from selftwin.learn.dense import begin, observe

    interval = _interval(period.times)
    _, own = observe(begin(grid_of(interval)), period.times, period.values, threshold=HYPO)
    meals = np.array([(time, carbs(text).grams) for time, text in period.meals]).reshape(-1, 2)
    doses = np.array([dose[:2] for dose in period.doses]).reshape(-1, 2)
    pushed = pushes(period.times, leads(), meals=meals, doses=doses, kinds=[dose[2] for dose in period.doses])
    return Lived(period, Life(period.times, period.values, own.mean, own.below, pushed, sensor_of(interval)), own)


def _interval(times: Floats) -> float:
    """The sensor's interval in seconds."""
    return max(300.0, round(float(np.median(np.diff(times))) / 60) * 60.0)


def _learn(path: Path, lives: list[Lived]) -> None:
    """Fit the prior that ships on every period here."""
    from bench._population import learn
    from selftwin.domains.body.glucose.ahead_prior import leads, written

    prior = learn([one.life for one in lives], leads(), scale=SCALE, threshold=HYPO)
    path.write_text(written(prior, ABOUT), encoding="utf-8")


def _priors(lives: list[Lived], folds: int) -> list[Prior]:
    """The shipped prior for each life; or one of the people in the other folds."""
    from bench._population import learn
    from selftwin.domains.body.glucose.ahead_prior import leads, shipped

    if not folds:
        return [shipped()] * len(lives)
    people = sorted({one.period.person for one in lives})
    fold = {person: place % folds for place, person in enumerate(people)}
    fitted = [
        learn([one.life for one in lives if fold[one.period.person] != out], leads(), scale=SCALE, threshold=HYPO)
        for out in range(folds)
    ]
    return [fitted[fold[one.period.person]] for one in lives]


def _cases(one: Lived, prior: Prior) -> Iterator[Cases]:
    """Every test case of a period by horizon, as each of NAMES forecast it."""
    from bench._population import told

    period, life = one.period, one.life
    ours = told(life, prior, HYPO)
    hidden = told(replace(life, pushes=np.zeros_like(life.pushes)), prior, HYPO)
    person = Person(period.name, period.stamps, life.times, life.values, life.sensor.interval)
    count = np.arange(len(life.times))
    cut = math.floor(HISTORY * len(count))
    for lead, minutes in enumerate(HORIZONS):
        target = ours.target[:, lead]
        past = np.flatnonzero((target >= 0) & (count < cut) & (target < cut))
        rows = np.flatnonzero((target >= 0) & (count >= cut))
        naive = last_value(person, past, rows, target)
        said = [_said(each, lead, rows, life.values) for each in (ours, hidden, one.own)]
        yield Cases(
            period.name, minutes, [period.stamps[row] for row in rows], life.values[target[rows]],
            (*said, ridge_on_lags(person, past, rows, target), naive), ours.below[rows, lead],
        )  # fmt: skip


def _said(told: Told | Said, lead: int, rows: np.ndarray, values: Floats) -> Floats:
    """Mean, lower and upper 90 % bound (m, 3); the last value where nothing was said."""
    table = np.column_stack([told.mean[:, lead], told.low[:, lead, -1], told.high[:, lead, -1]])[rows]
    return np.where(np.isfinite(table), table, values[rows, None])
