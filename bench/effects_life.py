"""Whether the hidden causes of made lives are found, with their lags and sizes, over many lives and several forms of
each cause; and how often something is found where nothing is: causes shifted around the calendar, and causes of one
real person beside the outcomes of another. Beside two naive guesses: plain correlation, and a difference of means."""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bench._data import table
from bench._effects_lives import DEVELOPING, FORMS, SEEDS, lives
from bench._table import show
from selftwin.domains.habits.effects import RATE
from selftwin.domains.habits.effects_about import of
from selftwin.domains.habits.effects_days import days
from selftwin.domains.habits.effects_table import lags
from selftwin.learn.adjusted import adjusted, ridge
from selftwin.learn.adjusted_about import later
from selftwin.learn.lagged import plain, together
from selftwin.learn.lagged_false import false_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench._effects_lives import Link, Lived
    from selftwin.domains.habits.effects_days import Days
    from selftwin.learn.adjusted import Foresee

    Runs = Iterator[tuple["Floats", "Floats", NDArray[np.int64], "Flags"]]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
REAL_CAUSES = ("steps", "active_min", "sedentary_min", "light_active_min", "minutes_asleep")
REAL_OUTCOMES = ("resting_hr", "minutes_awake", "sleep_efficiency", "rmssd", "breathing_rate", "night_temp",
                 "sleep_rem_ratio", "sleep_deep_ratio", "nrem_hr", "sleep_score", "w_mood", "w_fatigue", "w_stress",
                 "w_soreness", "w_readiness", "w_sleep_quality", "stress_score", "spo2")  # fmt: skip
WITHOUT = ("listening", "energy.intake", "energy.evening", "steps")  # causes that move none of what follows
APART = ("weight", "purchase.eur")
NULL_SEED = 80001


@dataclass(frozen=True, slots=True)
class Scored:
    """One link of one life: whether each method found it, at a right lag, with the right sign; our size over the true
    one, whether our bounds hold it, whether the finding stood the adjustment, and how wide the bounds are."""

    form: str
    cause: str
    outcome: str
    found: bool
    correlation: bool
    means: bool
    sign: bool
    lag: bool
    stood: bool
    ratio: float
    holds: bool
    width: float


def main(argv: list[str]) -> int:
    """Print recovery by link and form, and the share of runs without a cause in which something is found."""
    asked = _arguments(argv)
    seeds = (DEVELOPING if asked.developing else SEEDS)[: asked.seeds]
    started = time.process_time()
    told, false = recovery(seeds, asked.days, _trees if asked.trees else ridge)
    rows = _by_link(told)
    show(f"{len(seeds)} lives of {asked.days} days, each in {len(FORMS)} forms", rows)
    show("told of causes that move nothing, a life (of about 80 pairs)", [_mean(false)])
    nulls = [] if asked.trees or not asked.nulls else list(without_cause(asked.nulls, asked.days, asked.data))
    show("runs without any cause", nulls)
    if asked.out:
        asked.out.write_text(json.dumps({"links": [asdict(one) for one in told], "nulls": nulls}), "utf-8")
    print(f"effects-life: {time.process_time() - started:.0f} s of one core")
    return 0


# Recovery


def recovery(
    seeds: tuple[int, ...], count: int, foresee: Foresee = ridge
) -> tuple[list[Scored], list[dict[str, float]]]:
    """Every link of every life in every form; and of each, how much was told of causes that move nothing."""
    told, false = [], []
    for seed in seeds:
        for form, (past, links) in lives(seed, count).items():
            scored, wrong = score(past, links, form, foresee)
            told += scored
            false.append(wrong)
    return told, false


def score(
    past: Lived, links: list[Link], form: str, foresee: Foresee = ridge
) -> tuple[list[Scored], dict[str, float]]:
    """The links of one life."""
    known = _known(past)
    allowed = _allowed(known)
    seen = together(known.done, known.felt, known.weekday, allowed)
    q = false_share(seen.p, any_dependence=True)
    naive = {name: false_share(one(known.done, known.felt, allowed)) for name, one in NAIVE.items()}
    keys, on = [one.key for one in known.causes], [one.key for one in known.outcomes]
    told = []
    for link in links:
        c = next((keys.index(key) for key in link.causes if key in keys), None)
        if c is None or link.outcome not in on:
            continue
        o = on.index(link.outcome)
        ours, plainly, split = (_found(one[c, o]) for one in (q, naive["correlation"], naive["means"]))
        best = int(np.nanargmin(np.where(np.isfinite(seen.p[c, o]), seen.p[c, o], 2.0)))
        size, reach = _sized(known, c, o, link.lags[0], allowed, foresee)
        true = _truth(known, c, o, link)
        told.append(Scored(
            form, link.causes[0], link.outcome, ours, plainly, split, bool(seen.size[c, o, best] * true > 0),
            best in link.lags, bool(ours and abs(size) > reach and size * true > 0), size / true,
            abs(size - true) <= reach, 2 * reach / abs(true),
        ))  # fmt: skip
    return told, _wrong(known, q, naive, allowed, foresee)


def _known(past: Lived) -> Days:
    found = days(past)
    if found is None:
        raise ValueError("a made life has days")
    return found


def _found(q: Floats) -> bool:
    return bool((np.nan_to_num(q, nan=1.0) <= RATE).any())


def _allowed(known: Days) -> Flags:
    return np.array([[lags(one, other) for other in known.outcomes] for one in known.causes])


def _sized(known: Days, c: int, o: int, lag: int, allowed: Flags, foresee: Foresee) -> tuple[float, float]:
    """The adjusted size of one unit at a lag, and its reach."""
    about = of(known, c, o, same_day=bool(allowed[c, o, 0]))
    cause, outcome = known.done[c], known.felt[o]
    left = adjusted(cause, later(outcome, lag)[None], about.columns(cause, outcome), foresee=foresee)
    return float(left.size[0]), float(left.reach[0])


def _truth(known: Days, c: int, o: int, link: Link) -> float:
    """What one unit of what is recorded truly adds: the slope of the true part on the days compared, calendar apart."""
    both = np.isfinite(known.done[c]) & np.isfinite(later(known.felt[o], link.lags[0]))
    adds = link.adds[-known.count :] if link.adds.size >= known.count else np.full(known.count, np.nan)
    cause, true = (plain(np.where(both, one, np.nan), known.weekday).values for one in (known.done[c], adds))
    power = float(cause @ cause)
    return float(cause @ true) / power if power and np.isfinite(adds).any() else np.nan


def _wrong(known: Days, q: Floats, naive: dict[str, Floats], allowed: Flags, foresee: Foresee) -> dict[str, float]:
    """Pairs told of causes that move nothing: by us at all, by us as adjusted, and by the naive guesses."""
    found: dict[str, float] = defaultdict(float)
    for c, cause in enumerate(known.causes):
        for o, on in enumerate(known.outcomes):
            if cause.key not in WITHOUT or on.key in APART:
                continue
            for name, one in naive.items():
                found[name] += _found(one[c, o])
            if _found(q[c, o]):
                lag = int(np.nanargmin(np.where(np.isfinite(q[c, o]), q[c, o], 2.0)))
                size, reach = _sized(known, c, o, lag, allowed, foresee)
                found["seen together"] += 1
                found["adjusted"] += abs(size) > reach
    return {name: found[name] for name in ("seen together", "adjusted", *naive)}


# Naive guesses


def _correlated(done: Floats, felt: Floats, allowed: Flags) -> Floats:
    """The p of plain correlation at each lag, as if days were independent."""
    return _each(done, felt, allowed, _correlation)


def _means(done: Floats, felt: Floats, allowed: Flags) -> Floats:
    """The p of the difference between days with much and with little of the cause (Welch)."""
    return _each(done, felt, allowed, _welch)


def _each(done: Floats, felt: Floats, allowed: Flags, test: Callable[[Floats, Floats], float]) -> Floats:
    found = np.full(allowed.shape, np.nan)
    for c, o, lag in np.argwhere(allowed):
        after = later(felt[o], int(lag))
        both = np.isfinite(done[c]) & np.isfinite(after)
        if both.sum() >= 25:
            found[c, o, lag] = test(done[c][both], after[both])
    return found


def _correlation(x: Floats, y: Floats) -> float:
    from scipy.special import stdtr

    if not (x.std() and y.std()):
        return 1.0
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -0.999999, 0.999999))
    return float(2 * stdtr(x.size - 2, -abs(r) * np.sqrt((x.size - 2) / (1 - r * r))))


def _welch(x: Floats, y: Floats) -> float:
    from scipy.special import stdtr

    much = x > np.median(x)
    one, two = y[much], y[~much]
    if min(one.size, two.size) < 3:
        return 1.0
    parts = one.var(ddof=1) / one.size, two.var(ddof=1) / two.size
    if not sum(parts):
        return 1.0
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (one.size - 1) + parts[1] ** 2 / (two.size - 1))
    return float(2 * stdtr(freedom, -abs(one.mean() - two.mean()) / np.sqrt(sum(parts))))


NAIVE = {"correlation": _correlated, "means": _means}


# Where nothing is


def without_cause(runs: int, count: int, data: Path) -> Iterator[dict[str, object]]:
    """Causes shifted around the calendar in made lives and in real ones, and swapped between real people."""
    rng = np.random.default_rng(NULL_SEED)
    yield _null("made lives, causes shifted", _shifted_lives(rng, runs, count))
    found = table(data, ("person", "signal", "date", "value"))
    if found is None:
        print(f"real people skipped: no table person,signal,date,value at {data}; docs/bench/effects-life.md says more")
        return
    people = _people(found)
    yield _null("real people, causes shifted", _shifted_people(rng, people, runs))
    yield _null("real people, causes of another", _swapped(rng, people, runs))


def _null(title: str, runs: Runs) -> dict[str, object]:
    counts = _without(runs)
    row: dict[str, object] = {"": title, "runs": len(counts["ours"])}
    for name, each in counts.items():
        row |= {f"{name}: any": float((np.array(each) > 0).mean()), "a run" + " " * len(row): float(np.mean(each))}
    return row


def _without(runs: Runs) -> dict[str, list[int]]:
    """How many looks each method takes for found in each run."""
    counts: dict[str, list[int]] = defaultdict(list)
    for done, felt, weekday, allowed in runs:
        p = together(done, felt, weekday, allowed).p
        told = {"ours": false_share(p, any_dependence=True), "by Benjamini and Hochberg": false_share(p)}
        told |= {name: false_share(one(done, felt, allowed)) for name, one in NAIVE.items()}
        for name, q in told.items():
            counts[name].append(int((np.nan_to_num(q, nan=1.0) <= RATE).sum()))
    return counts


def _shifted_lives(rng: np.random.Generator, runs: int, count: int) -> Runs:
    for seed in SEEDS[:10]:
        known = _known(lives(seed, count, forms=("linear",))["linear"][0])
        for shift in rng.integers(60, known.count - 60, -(-runs // 10)):
            yield np.roll(known.done, shift, axis=1), known.felt, known.weekday, _allowed(known)


Person = tuple[Floats, Floats, NDArray[np.int64]]


def _people(path: Path) -> list[Person]:
    """Causes, outcomes and weekdays of each real person with 60 days or more."""
    rows: dict[str, dict[str, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            day = int(np.datetime64(row["date"]).astype(int))
            rows[row["person"]][row["signal"]].append((day, float(row["value"])))
    found = []
    for _, signals in sorted(rows.items()):
        every = [day for one in signals.values() for day, _ in one]
        first, count = min(every), max(every) - min(every) + 1
        if count >= 60:
            done, felt = (np.array([_laid(signals.get(key, []), first, count) for key in keys])
                          for keys in (REAL_CAUSES, REAL_OUTCOMES))  # fmt: skip
            found.append((done, felt, (np.arange(count) + first + 3) % 7))
    return found


def _laid(rows: list[tuple[int, float]], first: int, count: int) -> Floats:
    found = np.full(count, np.nan)
    for day, value in rows:
        found[day - first] = value
    return found


def _real_allowed() -> Flags:
    allowed = np.ones((len(REAL_CAUSES), len(REAL_OUTCOMES), 4), bool)
    allowed[:4, :, 0] = False
    return allowed


def _shifted_people(rng: np.random.Generator, people: list[Person], runs: int) -> Runs:
    long = [one for one in people if one[2].size >= 120]
    for turn in range(runs):
        done, felt, weekday = long[turn % len(long)]
        shift = int(rng.integers(30, weekday.size - 30))
        yield np.roll(done, shift, axis=1), felt, weekday, _real_allowed()


def _swapped(rng: np.random.Generator, people: list[Person], runs: int) -> Runs:
    for turn in range(runs):
        one = turn % len(people)
        other = int(rng.choice([place for place in range(len(people)) if place != one]))
        count = min(people[one][2].size, people[other][2].size)
        yield people[other][0][:, :count], people[one][1][:, :count], people[one][2][:count], _real_allowed()


# Tables


def _by_link(told: list[Scored]) -> list[dict[str, object]]:
    """A row for each link and form, and one for each form."""
    rows = []
    for form in FORMS:
        own = [one for one in told if one.form == form]
        pairs = dict.fromkeys((one.cause, one.outcome) for one in own)
        rows += [_row(form, " > ".join(pair), [one for one in own if (one.cause, one.outcome) == pair])
                 for pair in pairs]  # fmt: skip
        rows.append(_row(form, "all", own))
    return rows


def _row(form: str, name: str, some: list[Scored]) -> dict[str, object]:
    known = [one for one in some if np.isfinite(one.ratio)]
    row: dict[str, object] = {"form": form, "link": name, "lives": len(some)}
    row |= {field: _share(some, field) for field in ("found", "lag")}
    row |= {field: _share(known, field) for field in ("sign", "stood")}
    row |= {field: _share(some, field) for field in ("correlation", "means")}
    row["size"] = float(np.median([one.ratio for one in known])) if known else float("nan")
    row["holds"] = float(np.mean([one.holds for one in known])) if known else float("nan")
    row["width"] = float(np.median([one.width for one in known])) if known else float("nan")
    return row


def _share(some: list[Scored], field: str) -> float:
    return float(np.mean([getattr(one, field) for one in some])) if some else float("nan")


def _mean(rows: list[dict[str, float]]) -> dict[str, object]:
    return {name: float(np.mean([one[name] for one in rows])) for name in rows[0]}


def _trees(about: Floats, target: Floats, folds: NDArray[np.int64]) -> Floats:
    """Foreseen by histogram boosting instead of a ridge, in the same folds."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    from selftwin.learn.adjusted import FOLDS, _apart

    known, told = np.isfinite(target), np.full(target.size, np.nan)
    for fold in range(FOLDS):
        held, learnt = known & (folds == fold), known & _apart(folds, fold)
        if held.any() and learnt.sum() >= 20:
            model = HistGradientBoostingRegressor(
                max_iter=80, learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=15, l2_regularization=5.0,
                random_state=0,
            )  # fmt: skip
            told[held] = model.fit(about[learnt], target[learnt]).predict(about[held])
    return told


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench effects-life", description=__doc__)
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many lives")
    parser.add_argument("--developing", action="store_true", help="on the lives it was built on")
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--nulls", type=int, default=200, help="runs without a cause, of each kind; 0 for none")
    parser.add_argument("--data", type=Path, default=Path("data/daily"), help="a table person,signal,date,value")
    parser.add_argument("--trees", action="store_true", help="foresee by histogram boosting instead of a ridge")
    parser.add_argument("--out", type=Path, help="a file for every link of every life, as JSON")
    return parser.parse_args(argv)
