"""The thresholds of the illness watch, set on other people's untouched days: writes the table that ships, and says how
well it holds on people left out (docs/bench/alert-thresholds.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench._data import table
from bench._table import show

if TYPE_CHECKING:
    from selftwin.learn.alarms import Scored

SHIPPED = Path("src/selftwin/domains/safety/warning_thresholds.csv")
BUDGETS = (0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0)  # above two, episodes run together
WARM, LEAST, FOLDS = 35, 60, 10  # days; nights a person needs; folds of people


def main(argv: list[str]) -> int:
    """Print the table and what comes of it on people left out; with --write, replace the one that ships."""
    asked = _arguments(argv)
    data = table(asked.data, ("person", "date", "signal", "value"))
    if data is None:
        print(f"alert-thresholds skipped: no table person,date,signal,value at {asked.data}")
        return 0
    people = [one for one in scored(data) if len(one.days)]
    rows = measured(people)
    show(f"thresholds from {len(people)} people, {sum(len(one.days) for one in people)} nights", rows, as_json=False)
    if asked.write:
        asked.write.write_text(text(rows, len(people), sum(len(one.days) for one in people)), encoding="utf-8")
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench alert-thresholds", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="person,date,signal,value of untouched days")
    parser.add_argument("--write", type=Path, nargs="?", const=SHIPPED, help="where the table goes")
    return parser.parse_args(argv)


def scored(data: Path) -> list[Scored]:
    """Each person's scored nights from the 35th day on, nothing noted; people of few nights left out."""
    import polars as pl

    from selftwin.domains.safety.warning_score import score
    from selftwin.learn.alarms import Scored
    from selftwin.learn.surveillance_courses import CONFOUNDERS, NIGHT, SIGNALS

    rows = pl.read_csv(data, schema_overrides={"person": pl.String, "value": pl.Float64})
    rows = rows.filter(pl.col("signal").is_in(SIGNALS) & pl.col("value").is_finite())
    rows = rows.with_columns(day=pl.col("date").cast(pl.String).str.slice(0, 10).str.to_date().cast(pl.Int32))
    found = []
    for _, days in rows.sort("person", "day").group_by("person", maintain_order=True):
        nights = days.filter(pl.col("signal").is_in(NIGHT))["day"]
        if nights.n_unique() < LEAST:
            continue
        its = days.filter(pl.col("day").is_between(nights.min(), nights.max()))
        first = int(its["day"].min())  # type: ignore[arg-type]
        values = np.full((1, int(its["day"].max()) - first + 1, len(SIGNALS)), np.nan)  # type: ignore[arg-type]
        places = [SIGNALS.index(name) for name in its["signal"].to_list()]
        values[0, its["day"].to_numpy() - first, places] = its["value"].to_numpy()
        odds = score(values, np.zeros((*values.shape[:2], len(CONFOUNDERS)), dtype=np.bool_)).score[0]
        on = np.flatnonzero(np.isfinite(odds))
        on = on[on >= WARM]
        found.append(Scored(on, odds[on]))
    return found


def measured(people: list[Scored]) -> list[dict[str, object]]:
    """Each budget's threshold, the episodes a month on people left out of setting it, and on the 90th of them."""
    from selftwin.learn.alarms import rate, threshold

    folds = np.random.default_rng(0).permutation(len(people)) % FOLDS
    rows: list[dict[str, object]] = []
    for budget in BUDGETS:
        each, episodes, nights = [], 0.0, 0
        for fold in range(FOLDS):
            least = threshold([one for one, its in zip(people, folds, strict=True) if its != fold], budget)
            for one in (one for one, its in zip(people, folds, strict=True) if its == fold):
                each.append(rate([one], least))
                episodes, nights = episodes + each[-1] * len(one.days), nights + len(one.days)
        rows.append({"budget": budget, "threshold": threshold(people, budget), "left out": episodes / nights,
                     "90th of them": float(np.quantile(each, 0.9))})  # fmt: skip
    return rows


def text(rows: list[dict[str, object]], people: int, nights: int) -> str:
    """The table as it ships."""
    from selftwin.domains.safety.warning_budget import trial

    lines = [
        "# The illness score at which so many false-alarm episodes a person-month come on untouched days.",
        f"# Numbers only, from {people} people's {nights} nights, nothing noted: LifeSnaps (Yfantidou and others 2022,",
        "# Sci Data 9:663) and PMData (Thambawita and others 2020, MMSys). Made by",
        "# `python -m bench alert-thresholds --data TABLE --write`; docs/bench/alert-thresholds.md.",
        f"# trial {trial().score.sum():.6f}",
        "budget,threshold",
    ]
    return "\n".join([*lines, *(f"{row['budget']},{row['threshold']:.5f}" for row in rows)]) + "\n"


