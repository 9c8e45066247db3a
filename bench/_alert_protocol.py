"""The protocol of the early-warning benchmark: thresholds from others' untouched series, hits, and luck taken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from selftwin.learn.surveillance import Floats

Ints = NDArray[np.int64]
BEFORE, AFTER = 7, 2  # days around onset in which an alert is a hit
FOLDS, MONTH = 10, 30.4


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it truly was; days count from 1970."""

    person: str
    name: str
    kind: str
    severity: str
    onset: int
    end: int
    scored_from: int


@dataclass(frozen=True, slots=True)
class Protocol:
    """All cases, each person's untouched one, and how many of its days with a night are scored."""

    cases: list[Case]
    untouched: dict[str, Case]
    nights: dict[str, int]


def protocol(truth: Path, cases: Path) -> Protocol:
    """Read what was injected where, and what was observed."""
    import polars as pl

    known = [_case(row) for row in pl.read_csv(truth, infer_schema_length=0).iter_rows(named=True)]
    untouched = {case.person: case for case in known if case.kind == "none"}
    rows = pl.read_csv(cases, columns=["person", "case", "date", "signal"], infer_schema_length=0)
    rows = rows.filter(pl.col("signal") != "sleep").unique(["person", "case", "date"])
    nights = dict.fromkeys(untouched, 0)
    for person, case, date in rows.select("person", "case", "date").iter_rows():
        if case == untouched[person].name and _day(date) >= untouched[person].scored_from:
            nights[person] += 1
    return Protocol(known, untouched, nights)


def _case(row: dict[str, str | None]) -> Case:
    text = {name: value or "" for name, value in row.items()}
    onset, end = (_day(text[name]) if text[name] else -1 for name in ("onset", "end"))
    return Case(text["person"], text["case"], text["kind"], text["severity"], onset, end, _day(text["split_day"]))


def _day(date: str) -> int:
    return int(np.datetime64(date[:10], "D").astype(np.int64))


def measured(scores: pl.DataFrame, asked: Protocol, budget: float) -> dict[str, object]:
    """Figures of a score at a budget of false-alarm episodes a person-month."""
    from selftwin.learn.alarms import episodes

    series = _series(scores, asked)
    people = sorted(asked.untouched)
    folds = np.random.default_rng(0).permutation(len(people)) % FOLDS
    alerts: dict[tuple[str, str], set[int]] = {}
    for fold in range(FOLDS):
        others = [person for person, its in zip(people, folds, strict=True) if its != fold]
        least = _threshold([series[asked.untouched[p].person, asked.untouched[p].name] for p in others],
                           sum(asked.nights[p] for p in others) / MONTH, budget)  # fmt: skip
        mine = {person for person, its in zip(people, folds, strict=True) if its == fold}
        alerts |= {
            key: set(days[score >= least].tolist()) for key, (days, score) in series.items() if key[0] in mine
        }
    rates = [
        len(episodes(np.array(sorted(alerts[p, asked.untouched[p].name])))) / (max(asked.nights[p], 1) / MONTH)
        for p in people
    ]
    return _figures(alerts, asked) | {"p90 person": float(np.quantile(rates, 0.9))}


def _series(scores: pl.DataFrame, asked: Protocol) -> dict[tuple[str, str], tuple[Ints, Floats]]:
    """Scored days and scores of each case."""
    start = {(case.person, case.name): case.scored_from for case in asked.cases}
    found: dict[tuple[str, str], tuple[Ints, Floats]] = dict.fromkeys(
        start, (np.zeros(0, dtype=np.int64), np.zeros(0))
    )
    for (person, name), rows in scores.sort("date").group_by("person", "case"):
        key = (str(person), str(name))
        days = rows["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
        kept = days >= start[key]
        found[key] = (days[kept], rows["score"].to_numpy()[kept])
    return found


def _threshold(series: list[tuple[Ints, Floats]], months: float, budget: float) -> float:
    """The loosest of 120 thresholds before the first that breaks the budget."""
    from selftwin.learn.alarms import episodes

    every = np.unique(np.concatenate([score for _, score in series]))
    tried = np.unique(np.quantile(every, 1 - np.geomspace(0.0005, 0.5, 120)))[::-1]
    best = float(tried[0]) + 1e-9
    for least in tried:
        if sum(len(episodes(days[score >= least])) for days, score in series) / months > budget:
            break
        best = float(least)
    return best


def _figures(alerts: dict[tuple[str, str], set[int]], asked: Protocol) -> dict[str, object]:
    found: dict[str, list[bool]] = {}
    for case in asked.cases:
        if case.kind == "none":
            continue
        is_ill = case.kind == "illness"
        window = range(case.onset - BEFORE, case.onset + AFTER + 1) if is_ill else range(case.onset, case.end + 2)
        window = range(max(window.start, case.scored_from), window.stop)
        here = alerts[case.person, case.name] & set(window)
        luck = alerts[case.person, asked.untouched[case.person].name] & set(window)
        name = "sens" if is_ill else case.kind
        found.setdefault(name, []).append(bool(here))
        if is_ill:
            found.setdefault("luck", []).append(bool(luck))
            found.setdefault("caused before onset", []).append(min(here - luck, default=case.onset) < case.onset)
            if case.severity == "strong":
                found.setdefault("strong", []).append(bool(here))
    mean = {name: float(np.mean(values)) for name, values in found.items()}
    net = (mean["sens"] - mean["luck"]) / (1 - mean["luck"])
    wanted = ("sens", "luck", "strong", "caused before onset", "alcohol", "training", "travel", "vaccine")
    return {"net": net, **{name: mean.get(name, float("nan")) for name in wanted}}
