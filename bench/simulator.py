"""The glucose engine beside simglucose in one run: the reference run reproduced, the time of simulated days, of a
thousand three-day futures and of fitting one person; and the twin on people not seen (docs/bench/simulator.md)."""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._table import show

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.domains.body.glucose.engine import Draws, Floats
    from selftwin.domains.body.glucose.fit_trial import Effect

PEER = "simglucose==0.2.11"
NEEDS = ("numpy==1.26.4", "scipy==1.11.4", "pandas==2.0.3", "gymnasium==0.29.1", "matplotlib==3.11.2", "setuptools<80")
PEER_HOME = Path(".peers") / "simglucose"
PERSON = "adolescent#001"
THEIR_NAMES = {
    "weight": "BW", "fasting_glucose": "Gb", "fasting_insulin": "Ib", "liver_output": "EGPb", "vg": "Vg", "vi": "Vi",
    "heb": "HEb", "fcns": "Fsnc", "vmx": "Vmx", "km0": "Km0",
}  # fmt: skip
NOT_THEIRS = {"injected_share": 1.0, "m5": 0.0, "kp4": 0.0, "k": 0.0, "alpha": 0.0, "beta": 0.0, "gamma": 0.0}
FRESH = 52_000  # seeds from here were not used while the fit was built


def main(argv: list[str]) -> int:
    """Run all of it and print what came out."""
    asked = _arguments(argv)
    rows = reference(asked.data) if asked.data else [_row("reference run", "skipped: --data not given", "")]
    rows += speed(asked.peer)
    rows += recovery(asked.people)
    show("glucose simulator", rows, as_json=asked.json)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench simulator", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with vpatient_params.csv and sim_results.csv of simglucose")
    parser.add_argument("--people", type=int, default=20, help="how many unseen people to fit, two weeks each")
    parser.add_argument("--no-peer", dest="peer", action="store_false", help="do not time simglucose itself")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def _row(what: str, figure: object, wanted: str) -> dict[str, object]:
    return {"what": what, "figure": figure, "wanted": wanted}


def reference(data: Path) -> list[dict[str, object]]:
    """The largest difference to simglucose's own run [mg/dL], with one step a minute and with four."""
    names = [data / "vpatient_params.csv", data / "sim_results.csv"]
    if not all(name.is_file() for name in names):
        return [_row("reference run", f"skipped: no {names[0].name} and {names[1].name} there", "")]
    body = patient(names[0], PERSON)
    found = _closest(body, *_run_of(names[1]))
    return [_row(f"largest difference, {steps} step{'s' * (steps > 1)} a minute [mg/dL]", gap, "< 0.01")
            for steps, gap in found.items()]  # fmt: skip


def patient(path: Path, name: str) -> Draws:
    """One of simglucose's people as a body of ours, at rest."""
    from selftwin.domains.body.glucose.engine import PARAMETERS, steady

    with path.open(newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["Name"] == name)
    return steady(np.array([[NOT_THEIRS[one] if one in NOT_THEIRS else float(row[THEIR_NAMES.get(one, one)])
                             for one in PARAMETERS]]))  # fmt: skip


def _run_of(path: Path) -> tuple[Floats, Floats, list[tuple[int, float]]]:
    """Mean glucose of each three minutes, insulin by the minute, and meals (first minute of their three, grams)."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    insulin = np.repeat([float(row["insulin"]) for row in rows[:-1]], 3)
    meals = [(3 * at, 3.0 * float(row["CHO"])) for at, row in enumerate(rows[:-1]) if float(row["CHO"]) > 0]
    return np.array([float(row["BG"]) for row in rows[1:]]), insulin, meals


def _closest(body: Draws, glucose: Floats, insulin: Floats, meals: list[tuple[int, float]]) -> dict[int, float]:
    """The table does not say in which of its three minutes a meal was served: the one that fits, meal by meal."""
    from selftwin.domains.body.glucose.engine import Inputs, run

    def gaps(minutes: list[int], steps: int) -> Floats:
        carbs = np.zeros(len(insulin))
        for minute, (_, grams) in zip(minutes, meals, strict=True):
            carbs[minute] += grams
        seen, _ = run(body, Inputs(carbs, insulin, np.zeros(len(insulin))), steps=steps, published=True)
        return np.asarray(np.abs(seen[0].reshape(-1, 3).mean(axis=1) - glucose))

    minutes = [at for at, _ in meals]
    for place, (at, _) in enumerate(meals):
        until = (meals[place + 1][0] if place + 1 < len(meals) else len(insulin)) // 3
        tried = [[*minutes[:place], at + late, *minutes[place + 1 :]] for late in range(3)]
        minutes = min(tried, key=lambda some: float(gaps(some, 1)[:until].max()))
    return {steps: float(gaps(minutes, steps).max()) for steps in (1, 4)}


def best(run: Callable[[], object], rounds: int) -> float:
    """Seconds of one run, the best of some."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return min(times)


def speed(peer: bool) -> list[dict[str, object]]:  # noqa: FBT001 - a switch of the command line
    """Seconds of ours, and by how much simglucose takes longer, the best of several."""
    from selftwin.domains.body.glucose import people
    from selftwin.domains.body.glucose.engine import inputs, simulate
    from selftwin.domains.body.glucose.fit import fit
    from selftwin.domains.body.glucose.people_lives import live

    meals = [(day * 1440 + hour * 60, grams) for day in range(3) for hour, grams in ((7, 45.0), (12, 70.0), (19, 80.0))]
    one, many, life = people.mean("type 1"), people.draw("type 1", 1000, 1), live("type 1", FRESH - 2)
    day, three = inputs(1440, basal=1.0, meals=meals), inputs(3 * 1440, basal=1.0, meals=meals)
    simulate(one, day)
    fit("type 1", life.record)
    ours = {
        "one day": best(lambda: simulate(one, day), 20),
        "1,000 three-day futures": best(lambda: simulate(many, three), 3),
        "fitting one person, 14 days": best(lambda: fit("type 1", life.record), 3),
    }
    rows = [_row(f"{what} [s]", round(took, 5), "") for what, took in ours.items()]
    if not peer:
        return rows
    theirs = json.loads(subprocess.run([str(_peer_python()), "bench/_simglucose.py"], check=True, capture_output=True,
                                       text=True).stdout)  # fmt: skip
    ratios = (("one day", "day", "≥ 1000"), ("1,000 three-day futures", "three", "> 1"),
              ("fitting one person, 14 days", "day", "> 1"))  # fmt: skip
    rows += [_row(f"simglucose, {key} [s]", theirs[key], "") for key in ("day", "three")]
    rows += [_row(f"simglucose's {'three days' if key == 'three' else 'one day'} ÷ our {what}",
                  round(theirs[key] / ours[what], 2), wanted) for what, key, wanted in ratios]  # fmt: skip
    return rows


def _peer_python() -> Path:
    """The Python of the peer's own environment, made on first use; gym 0.9.4, its pin, is left out (_simglucose.py)."""
    python = PEER_HOME / "bin" / "python"
    if not python.exists():
        print(f"installing {PEER} into {PEER_HOME}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(PEER_HOME)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", PEER], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *NEEDS], check=True)
    return python


def recovery(people: int) -> list[dict[str, object]]:
    """Of people not seen: the twin's error about the effect of a new meal and dose by that of the middle body."""
    from selftwin.domains.body.glucose.fit_trial import trial
    from selftwin.domains.body.glucose.people_lives import live

    tried = [trial(live("type 1", FRESH + seed), seed=1) for seed in range(people)]
    rows = [row for what in ("meal", "dose") for row in _recovered(what, [getattr(one, what) for one in tried])]
    return rows if people else []


def _recovered(what: str, found: list[Effect]) -> list[dict[str, object]]:
    if not found:
        return []
    twin, middle = (np.sqrt(np.mean([getattr(one, who) ** 2 for one in found])) for who in ("twin", "middle"))
    better = sum(one.twin < one.middle for one in found)
    return [
        _row(f"effect of a {what}: RMSE of twin, of middle [mg/dL]", f"{twin:.1f}, {middle:.1f}", "twin less"),
        _row(f"effect of a {what}: ratio", round(float(twin / middle), 3), "< 1"),
        _row(f"effect of a {what}: twin better", f"{better} of {len(found)}", "most"),
        _row(f"effect of a {what}: 90 % holds", round(float(np.mean([one.covered for one in found])), 3), "0.9"),
    ]
