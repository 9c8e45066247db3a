"""How far outside its usual band a day must lie to be told, for each budget of false alarms: writes the table that
ships, and says how well it holds on people left out (docs/bench/unusual.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._data import table
from bench._table import show

if TYPE_CHECKING:
    from selftwin.learn.alarms import Scored

SHIPPED = Path("src/selftwin/domains/normal/unusual.csv")
BUDGETS = (0.1, 0.25, 0.5, 1.0, 2.0)
LEAST, FOLDS = 10, 10  # scored days; folds of people
SIGNALS = {
    "active_min": "activity.exercise",
    "breathing_rate": "respiratory_rate.sleep",
    "calories": "energy.burned",
    "light_active_min": "activity.light",
    "minutes_asleep": "sleep.duration",
    "minutes_awake": "sleep.awake",
    "night_temp": "skin_temperature.sleep",
    "nrem_hr": "heart_rate.sleep.nrem",
    "resting_hr": "heart_rate.resting",
    "rmssd": "heart_rate_variability.rmssd",
    "sedentary_min": "activity.sedentary",
    "sleep_efficiency": "sleep.efficiency",
    "sleep_score": "sleep.score",
    "spo2": "oxygen_saturation.sleep",
    "steps": "steps",
}


def main(argv: list[str]) -> int:
    """Print the table and what comes of it on people left out; with --write, replace the one that ships."""
    parser = argparse.ArgumentParser(prog="python -m bench unusual", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="person,signal,date,value")
    parser.add_argument("--write", type=Path, nargs="?", const=SHIPPED, help="where the table goes")
    asked = parser.parse_args(argv)
    data = table(asked.data, ("person", "signal", "date", "value"))
    if data is None:
        print(f"unusual skipped: no table person,signal,date,value at {asked.data}")
        return 0
    rows = measured(scored(data))
    show("how far out a day must lie", rows, as_json=False)
    if asked.write:
        lines = [line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        lines += ["budget,threshold", *(f"{row['budget']},{row['threshold']:.4f}" for row in rows)]
        asked.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def scored(data: Path) -> dict[str, dict[str, Scored]]:
    """How far out each day lay, by person and signal."""
    import polars as pl

    from selftwin.domains.normal.unusual import outside
    from selftwin.learn.alarms import Scored
    from selftwin.vocabulary.catalogue import signal

    rows = pl.read_csv(data, schema_overrides={"person": pl.String, "value": pl.Float64}).filter(
        pl.col("signal").is_in(list(SIGNALS)) & pl.col("value").is_finite()
    )
    rows = rows.with_columns(day=pl.col("date").cast(pl.String).str.slice(0, 10).str.to_date().cast(pl.Int64))
    found: dict[str, dict[str, Scored]] = {}
    for (person, name), its in rows.sort("day").group_by("person", "signal", maintain_order=True):
        key, days = SIGNALS[str(name)], its["day"].to_numpy()
        out = outside(signal(key), days, its["value"].to_numpy()).out
        known = np.flatnonzero(np.isfinite(out))
        if len(known) >= LEAST:
            found.setdefault(str(person), {})[key] = Scored(days[known], np.abs(out[known]).round(2))
    return found


def measured(people: dict[str, dict[str, Scored]]) -> list[dict[str, object]]:
    """Each budget's threshold over all signals, and episodes a month on people left out: of all signals together, of
    the signals with least and most, and of the 90th of all series."""
    from selftwin.learn.alarms import rate, threshold

    names = sorted(people)
    folds = dict(zip(names, (np.random.default_rng(0).permutation(len(names)) % FOLDS).tolist(), strict=True))
    rows: list[dict[str, object]] = []
    for budget in BUDGETS:
        found: dict[str, list[tuple[float, int]]] = {}
        for fold in range(FOLDS):
            others = [one for name in names if folds[name] != fold for one in people[name].values()]
            least = threshold(others, budget)
            for name in (name for name in names if folds[name] == fold):
                for key, one in people[name].items():
                    found.setdefault(key, []).append((rate([one], least), len(one.days)))
        series = [pair for its in found.values() for pair in its]
        by_signal = [_together(its) for its in found.values() if sum(days for _, days in its) > 300]
        every = [one for its in people.values() for one in its.values()]
        rows.append({"budget": budget, "threshold": threshold(every, budget), "left out": _together(series),
                     "least signal": min(by_signal), "most": max(by_signal),
                     "90th series": float(np.quantile([each for each, _ in series], 0.9))})  # fmt: skip
    return rows


def _together(pairs: list[tuple[float, int]]) -> float:
    return sum(each * days for each, days in pairs) / sum(days for _, days in pairs)
