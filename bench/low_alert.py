"""The alarm for a low half an hour ahead: lows foreseen on held-out days, with the alarm settled on the days before,
beside an alarm on the last value, in one run on a table `id,time,gl` (docs/bench/low-alert.md)."""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._data import table
from bench._table import show
from bench.forecast_cgm import HISTORY, read
from selftwin.domains.body.glucose.alert import chance_of_low
from selftwin.domains.body.glucose.alert_events import History, calibrated, history, lows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.forecast_cgm import Person

    Floats = NDArray[np.float64]

BUDGETS = (1.0, 0.5)
WARM = 86400.0  # seconds of forecasts that are not judged
NARROW = (15 * 60.0 - 150.0, 45 * 60.0 + 150.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One person's alarm on the last 30 per cent: how it was settled, how it did, and the share of lows with an alarm,
    or a score over the threshold, 15 to 45 minutes before (the judge's way)."""

    settled: History
    did: History
    narrow: int


def main(argv: list[str]) -> int:
    """Settle each person's alarm on their first 70 per cent and judge it on the rest."""
    asked = _arguments(argv)
    data = table(asked.data, ("id", "time", "gl"))
    if data is None:
        print(f"low-alert skipped: no table id,time,gl at {asked.data}; docs/bench/low-alert.md says where to get one")
        return 0
    people = list(read(data))
    scores = {name: [of(person) for person in people] for name, of in (("ours", _ours), ("last value", _last))}
    rows = []
    for budget in BUDGETS:
        for name, said in scores.items():
            found = [judge(person, score, budget) for person, score in zip(people, said, strict=True)]
            rows.append(summed(name, budget, found))
    show("lows foreseen on held-out days, each alarm settled on the person's own days before", rows, as_json=asked.json)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench low-alert", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a table id,time,gl in mg/dL, or its folder")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def _ours(person: Person) -> Floats:
    return chance_of_low(person.times, person.values)


def _last(person: Person) -> Floats:
    """An alarm on the last value alone: the lower, the surer; known wherever ours is."""
    known = np.isfinite(_ours(person))
    return np.where(known, 1.0 / (1.0 + np.exp((person.values - 85.0) / 10.0)), math.nan)


def judge(person: Person, scores: Floats, budget: float) -> Judged:
    """An alarm settled on the first 70 per cent of readings and judged on the rest."""
    times, values = person.times, person.values
    cut = math.floor(HISTORY * len(times))
    settled = calibrated(times[:cut], values[:cut], scores[:cut], budget=budget, since=times[0] + WARM)
    threshold = math.inf if settled.threshold is None else settled.threshold
    did = history(times, values, scores, threshold, since=times[cut])
    over = np.flatnonzero((np.nan_to_num(scores, nan=-1.0) >= threshold) & (values >= 70) & (times >= times[cut]))
    begun = [at for at in lows(times, values).tolist() if at >= cut]
    return Judged(settled, did, sum(_is_before(times[at] - times[over]) for at in begun))


def _is_before(away: Floats) -> bool:
    """Whether any of these seconds before a low is 15 to 45 minutes."""
    return bool(((away >= NARROW[0]) & (away <= NARROW[1])).any())


def summed(name: str, budget: float, found: list[Judged]) -> dict[str, object]:
    """All people's alarms together."""
    days = sum(one.did.days for one in found)
    fired, true = (sum(getattr(one.did, part) for one in found) for part in ("fired", "true"))
    begun, caught = (sum(getattr(one.did, part) for one in found) for part in ("lows", "caught"))
    leads = [one.did.lead for one in found if one.did.caught]
    return {
        "alarm": name,
        "allowed a day": budget,
        "lows": begun,
        "foreseen": caught / begun if begun else math.nan,
        "15-45 min": sum(one.narrow for one in found) / begun if begun else math.nan,
        "lead min": float(np.median(leads)) if leads else math.nan,
        "false a day": (fired - true) / days,
        "alarms": fired,
        "right": true / fired if fired else math.nan,
        "days": days,
    }
