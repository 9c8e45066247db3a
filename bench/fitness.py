"""Resting heart rate of the next fortnight from training load, on real people's days and on simulated athletes whose
response is known (docs/bench/fitness.md)."""

from __future__ import annotations

import argparse
import csv
import json
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._table import show
from selftwin.domains.body.fitness.impulse import benefit, left, trained
from selftwin.domains.body.fitness.response import RESTING, ahead, fit, onwards, states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WINDOW, FIRST, LEAST = 14, 42, 5
WEEK = "mean of last week"
NAMES = (WEEK, "last value", "mean of four weeks", "ours", "ours, load unknown", "least squares, no prior")


@dataclass(frozen=True, slots=True)
class Person:
    """A person's days in order: resting heart rate (nan where missing) and training load (effort x minutes)."""

    name: str
    heart: Floats
    load: Floats


@dataclass(frozen=True, slots=True)
class Case:
    """One fortnight: the truth, what each of NAMES said, and whether our bounds held it."""

    person: str
    truth: float
    said: tuple[float, ...]
    inside: bool


def main(argv: list[str]) -> int:
    """Score every fortnight of every person, then the recovery of simulated athletes."""
    asked = _arguments(argv)
    rows = recovery(asked.athletes)
    show("simulated athletes never seen: response to training, beside the mean of trials", rows, as_json=asked.json)
    people = list(read(asked.data)) if asked.data else []
    if not people:
        print("fitness on real people skipped: no folders with pmsys/srpe.csv and fitbit/resting_heart_rate.json; "
              "docs/bench/fitness.md says where to get them")
        return 0
    cases = [case for person in people for case in score(person)]
    title = f"mean resting heart rate of the next {WINDOW} days; mean absolute error ÷ that of last week's mean"
    show(title, compare(cases), as_json=asked.json)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench fitness", description=__doc__)
    parser.add_argument("--data", type=Path, help="the folder of PMData, with p01, p02, ...")
    parser.add_argument("--athletes", type=int, default=200, help="how many simulated athletes")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def read(path: Path) -> Iterator[Person]:
    """Each person with sessions and heart rates; from the first day of either to the last heart rate."""
    for folder in sorted(path.glob("p*")):
        hearts, sessions = folder / "fitbit" / "resting_heart_rate.json", folder / "pmsys" / "srpe.csv"
        if not (hearts.is_file() and sessions.is_file()):
            continue
        heart, load = _hearts(hearts), _loads(sessions)
        if not heart or not load:
            continue
        start, stop = min(*heart, *load), max(heart)
        days = [start + timedelta(days=n) for n in range((stop - start).days + 1)]
        yield Person(folder.name, np.array([heart.get(day, math.nan) for day in days]),
                     np.array([load.get(day, 0.0) for day in days]))  # fmt: skip


def _hearts(path: Path) -> dict[date, float]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    found = {datetime.fromisoformat(row["dateTime"]).date(): float(row["value"]["value"]) for row in rows}
    return {day: value for day, value in found.items() if value > 0}


def _loads(path: Path) -> dict[date, float]:
    found: dict[date, float] = {}
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            day = datetime.fromisoformat(row["end_date_time"]).date()
            load = float(row["perceived_exertion"] or 0) * float(row["duration_min"] or 0)
            found[day] = found.get(day, 0.0) + load
    return found


def score(person: Person) -> Iterator[Case]:
    """Every fortnight from the seventh week on, one after the other, each from what came before it."""
    for stop in range(FIRST, person.heart.size - WINDOW + 1, WINDOW):
        seen = person.heart[:stop]
        known, truth = seen[np.isfinite(seen)], person.heart[stop : stop + WINDOW]
        if known.size < 2 * WINDOW or np.isfinite(truth).sum() < LEAST:
            continue
        recent = seen[-28:][np.isfinite(seen[-28:])]
        week = seen[-7:][np.isfinite(seen[-7:])]
        plain = (float(week.mean() if week.size else known[-1]), float(known[-1]),
                 float(recent.mean() if recent.size else known[-1]))  # fmt: skip
        draws = _ours(seen, person.load[: stop + WINDOW])
        usual = np.concatenate([person.load[:stop], np.full(WINDOW, person.load[max(0, stop - 28) : stop].mean())])
        blind = _ours(seen, usual)
        low, high = np.quantile(draws, [0.05, 0.95])
        middle = float(np.nanmean(truth))
        said = (*plain, float(draws.mean()), float(blind.mean()), _least_squares(seen, person.load[: stop + WINDOW]))
        yield Case(person.name, middle, said, bool(low <= middle <= high))


def _ours(seen: Floats, load: Floats, *, n: int = 400) -> Floats:
    """Draws (n,) of the fortnight's mean."""
    response = fit(seen, load[: seen.size], RESTING, n=n, seed=1)
    state = onwards(response, load[: seen.size], np.tile(load[seen.size :], (n, 1)))
    said: Floats = ahead(response, state, seed=1).mean(axis=1)
    return said


def _least_squares(seen: Floats, load: Floats) -> float:
    """Banister's model as it is usually fitted: level, fitness and fatigue by least squares, no prior, no drift."""
    start = float(load[:28].mean())
    columns = np.column_stack([np.ones(load.size), left(load, 42.0, start=start), left(load, 7.0, start=start)])
    known = np.isfinite(seen)
    weights = np.linalg.lstsq(columns[: seen.size][known], seen[known], rcond=None)[0]
    return float((columns[seen.size :] @ weights).mean())


def compare(cases: list[Case]) -> list[dict[str, object]]:
    """One row for each of NAMES: geometric mean over people of error ratios, how many people gained, coverage."""
    people = sorted({case.person for case in cases})
    errors = {name: np.array([_error(cases, one, place) for one in people]) for place, name in enumerate(NAMES)}
    return [{
        "who": name, "people": len(people), "fortnights": len(cases),
        "mae": float(np.mean([abs(case.said[place] - case.truth) for case in cases])),
        "ratio": float(np.exp(np.log(errors[name] / errors[WEEK]).mean())),
        "better": int((errors[name] < errors[WEEK]).sum()),
        "cover90": float(np.mean([case.inside for case in cases])) if name == "ours" else math.nan,
    } for place, name in enumerate(NAMES)]  # fmt: skip


def _error(cases: list[Case], person: str, place: int) -> float:
    return float(np.mean([abs(case.said[place] - case.truth) for case in cases if case.person == person]))


def recovery(athletes: int, *, days: int = 200) -> list[dict[str, object]]:
    """How near the fitted response comes to the true one, and to the effect of doubling the load for twelve weeks."""
    held, ours, naive, effect = 0, [], [], []
    for seed in range(90_000, 90_000 + athletes):
        values, load, gain, tired = athlete(seed, days)
        said = fit(values, load, RESTING, n=400, seed=seed)
        low, high = np.quantile(said.gain, [0.05, 0.95])
        held += int(low <= gain <= high)
        ours.append(float(said.gain.mean()) - gain)
        naive.append(RESTING.gain - gain)
        effect.append(_effects(said.gain, said.tired, gain, tired, load))
    told = np.array(effect)
    inside = (told[:, 2] >= told[:, 0]) & (told[:, 2] <= told[:, 1])
    return [
        {"what": "response", "athletes": athletes, "cover90": held / athletes,
         "rmse": float(np.sqrt(np.square(ours).mean())), "trials": float(np.sqrt(np.square(naive).mean()))},
        {"what": "load doubled, 84 d", "athletes": athletes, "cover90": float(inside.mean()),
         "rmse": float(np.sqrt(np.square(told[:, 3] - told[:, 2]).mean())),
         "trials": float(np.sqrt(np.square(told[:, 4] - told[:, 2]).mean()))},
    ]  # fmt: skip


def athlete(seed: int, days: int) -> tuple[Floats, Floats, float, float]:
    """Heart rates and load of one who trains in blocks, with the true responses; a seventh of days is missing."""
    rng = np.random.default_rng(seed)
    block = 1 + 0.8 * np.sin(np.arange(days) / 30 + rng.random() * 6)
    load = rng.gamma(0.6, 300, days) * (rng.random(days) < 0.5) * block
    gain = RESTING.gain + RESTING.gain_spread * rng.standard_normal()
    tired = RESTING.fatigue + RESTING.fatigue_spread * rng.standard_normal()
    state = states(load, 42.0, 7.0)
    drift = np.zeros(days)
    for day in range(1, days):
        drift[day] = 0.97 * drift[day - 1] + 0.25 * rng.standard_normal()
    values = 58 + drift + gain * benefit(state.fitness) + tired * state.fatigue / 100 + rng.standard_normal(days)
    values[rng.random(days) < 1 / 7] = np.nan
    return values, load, float(gain), float(tired)


def _effects(gains: Floats, tireds: Floats, gain: float, tired: float, load: Floats) -> tuple[float, ...]:
    """Bounds, truth, our mean and the trials' mean of what doubling the load of the last six weeks does in twelve."""
    usual = float(load[-42:].mean())
    plans = [trained(np.full(84, usual * times), fitness=usual, fatigue=usual) for times in (2.0, 1.0)]
    more = float(benefit(plans[0].fitness)[-1] - benefit(plans[1].fitness)[-1])
    worn = float(plans[0].fatigue[-1] - plans[1].fatigue[-1]) / 100
    draws = gains * more + tireds * worn
    low, high = np.quantile(draws, [0.05, 0.95])
    trials = RESTING.gain * more + RESTING.fatigue * worn
    return float(low), float(high), gain * more + tired * worn, float(draws.mean()), trials
