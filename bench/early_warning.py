"""Illness alerts from daily signals: our daily score, and beside it NightSignal's rule and a robust z of resting heart
rate, on a table of cases `person,case,date,signal,value` (docs/bench/early-warning.md)."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bench._data import table
from bench._table import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.learn.surveillance import Floats

Flags = NDArray[np.bool_]
PAST = 28  # nights behind a running median


@dataclass(frozen=True, slots=True)
class Cases:
    """One person's B cases on a calendar of n days from day `first` (since 1970): values (B, n, 5) in the order of the
    watched signals, NaN where absent, and what was noted (B, n, 4)."""

    person: str
    names: list[str]
    first: int
    values: Floats
    tags: Flags


def main(argv: list[str]) -> int:
    """Write a score for every case and day with a night; with --truth, print the table of all three afterwards."""
    asked = _arguments(argv)
    data = table(asked.cases, ("person", "case", "date", "signal", "value"))
    if data is None:
        print(f"early-warning skipped: no table person,case,date,signal,value at {asked.cases}; "
              "docs/bench/early-warning.md says how to make one")
        return 0
    started = time.process_time()
    people = list(read(data, asked.tags))
    frames = {"ours": _frame(people, [ours(one) for one in people])}
    if asked.out:
        frames["ours"].write_csv(asked.out)
    seconds = time.process_time() - started
    count = sum(len(one.names) for one in people)
    print(f"early-warning: {count} cases of {len(people)} people scored, {1000 * seconds / max(count, 1):.0f} ms each")
    if asked.truth:
        frames["NightSignal-like"] = _frame(people, [night_signal(one) for one in people])
        frames["robust z of resting heart rate"] = _frame(people, [robust(one) for one in people])
        _compare(frames, data, asked)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench early-warning", description=__doc__)
    parser.add_argument("--cases", type=Path, required=True, help="person,case,date,signal,value; absent is missing")
    parser.add_argument("--tags", type=Path, help="person,case,date,tag: what was noted")
    parser.add_argument("--out", type=Path, help="where to write person,case,date,score")
    parser.add_argument("--truth", type=Path, help="read only after all scores are made, to print the table")
    parser.add_argument("--budgets", type=lambda text: [float(one) for one in text.split(",")], default=[1.0, 0.5])
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def read(cases: Path, tags: Path | None) -> Iterator[Cases]:
    """Each person's cases on one calendar."""
    import polars as pl

    from selftwin.learn.surveillance_courses import CONFOUNDERS, SIGNALS

    rows = _dated(pl.read_csv(cases, schema_overrides={"person": pl.String, "case": pl.String, "value": pl.Float64}))
    rows = rows.filter(pl.col("signal").is_in(SIGNALS) & pl.col("value").is_finite())
    noted = None
    if tags is not None:
        noted = _dated(pl.read_csv(tags, schema_overrides={"person": pl.String, "case": pl.String}))
        noted = noted.filter(pl.col("tag").is_in(CONFOUNDERS))
    for (person,), its in rows.group_by("person", maintain_order=True):
        names = its["case"].unique(maintain_order=True).to_list()
        days = its["day"].to_numpy()
        first, count = int(days.min()), int(days.max() - days.min()) + 1
        values = np.full((len(names), count, len(SIGNALS)), np.nan)
        values[_places(its["case"], names), days - first, _places(its["signal"], SIGNALS)] = its["value"].to_numpy()
        flags = np.zeros((len(names), count, len(CONFOUNDERS)), dtype=np.bool_)
        if noted is not None:
            here = noted.filter((pl.col("person") == person) & pl.col("case").is_in(names))
            here = here.filter(pl.col("day").is_between(first, first + count - 1))
            on = here["day"].to_numpy() - first
            flags[_places(here["case"], names), on, _places(here["tag"], CONFOUNDERS)] = True
        yield Cases(str(person), names, first, values, flags)


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    date = pl.col("date").cast(pl.String).str.slice(0, 10).str.to_date()
    return rows.with_columns(day=date.cast(pl.Int32).cast(pl.Int64))


def _places(column: pl.Series, names: list[str] | tuple[str, ...]) -> NDArray[np.int64]:
    place = {name: i for i, name in enumerate(names)}
    return np.array([place[one] for one in column.to_list()], dtype=np.int64)


# Three ways to score a day


def ours(cases: Cases) -> Floats:
    """The log odds of an illness near its onset (B, n)."""
    from selftwin.learn.surveillance import begin, observe
    from selftwin.learn.surveillance_courses import library, scaled, wander
    from selftwin.learn.surveillance_odds import odds

    known, usual = library(), wander()
    _, seen = observe(begin(len(cases.names), usual, known.courses), scaled(cases.values), usual, known.courses)
    return odds(seen, cases.tags, known).score


def robust(cases: Cases) -> Floats:
    """Resting heart rate above its median of the last 28 days, in median absolute deviations (B, n)."""
    from selftwin.learn.surveillance_courses import SIGNALS

    rate = cases.values[..., SIGNALS.index("rhr")]
    found = np.full_like(rate, np.nan)
    for row, out in zip(rate, found, strict=True):
        for day in np.flatnonzero(np.isfinite(row)):
            past = row[max(0, day - PAST) : day]
            past = past[np.isfinite(past)]
            if len(past) >= 7:
                middle = np.median(past)
                out[day] = (row[day] - middle) / max(1.4826 * float(np.median(np.abs(past - middle))), 0.5)
    return found


def night_signal(cases: Cases) -> Floats:
    """NightSignal's red alarm as a score (B, n): how far above the median of all nights before two successive nights
    both were, in bpm (Alavi and others 2022; its alarm is 4, and here any)."""
    from selftwin.learn.surveillance_courses import SIGNALS

    rate = cases.values[..., SIGNALS.index("rhr")]
    found = np.full_like(rate, np.nan)
    for row, out in zip(rate, found, strict=True):
        above = np.full(len(row), np.nan)
        for day in np.flatnonzero(np.isfinite(row)):
            past = row[:day][np.isfinite(row[:day])]
            if len(past) >= 7:
                above[day] = row[day] - np.median(past)
                before = above[day - 1]
                out[day] = min(above[day], before) if np.isfinite(before) else above[day] - 4
    return found


# What is written and printed


def _frame(people: list[Cases], scores: list[Floats]) -> pl.DataFrame:
    """One row a case and day that has a score: person, case, date, score, and the day's number."""
    import polars as pl

    parts = []
    for one, score in zip(people, scores, strict=True):
        case, day = np.nonzero(np.isfinite(score))
        parts.append(pl.DataFrame({
            "person": [one.person] * len(case), "case": np.array(one.names)[case], "score": score[case, day].round(5),
            "date": (one.first + day).astype("datetime64[D]"),
        }))  # fmt: skip
    return pl.concat(parts).select("person", "case", "date", "score")


def _compare(frames: dict[str, pl.DataFrame], cases: Path, asked: argparse.Namespace) -> None:
    from bench._alert_protocol import measured, protocol

    asked_of = protocol(asked.truth, cases)
    rows = [
        {"budget": budget, "score": name, **measured(frame, asked_of, budget)}
        for budget in asked.budgets
        for name, frame in frames.items()
    ]
    show("alerts at so many false-alarm episodes a person-month", rows, as_json=asked.json)


