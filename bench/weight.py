"""Body weight: Hall's model against its published check values, how fast it is, and how often going on as you are ended
inside its 9-in-10 range, on a table `id,day,kg` or the made-up person (docs/bench/weight.md)."""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from bench._data import table
from bench._table import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EPOCH = date(1970, 1, 1)
HORIZONS = (7, 30, 90)
CHECKS = (  # what, published, from where
    ("kcal that keep 90 kg (man, 1.80 m, 40 a, PAL 1.5)", 2748.45, "Hall 2011, bw"),
    ("kg after 1 day of -500 kcal/d", 89.693896017420826, "bw, reference values"),
    ("kg after 364 days of -500 kcal/d", 76.260804299583214, "bw, reference values"),
    ("kg after 364 days of 2400 kcal/d (man, 76 kg, 1.73 m, 36 a)", 24.198845895430711 * 1.73**2, "bw"),
    ("kg of water outside cells (woman, 65 kg, 1.65 m, 30 a)", 16.722, "bw"),
)


def main(argv: list[str]) -> int:
    """Print check values, speed, and the backtest."""
    asked = _arguments(argv)
    show("check values", list(checks()), as_json=asked.json)
    show("speed", list(speed()), as_json=asked.json)
    people = made_up() if asked.data is None else read(asked.data)
    if people is None:
        print(f"weight: no table id,day,kg at {asked.data}; docs/bench/weight.md says what it looks like")
        return 0
    rows = [row for ahead in HORIZONS for row in backtest(people, ahead)]
    show("going on as you are, replayed; errors in kg, `width` of the 9-in-10 range", rows, as_json=asked.json)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench weight", description=__doc__)
    parser.add_argument("--data", type=Path, help="a table id,day,kg, or its folder; else the made-up person")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def checks() -> Iterator[dict[str, object]]:
    """Ours beside each published value, and that no change is exactly flat."""
    from selftwin.domains.body.weight.hall import Changes, adult, simulate

    man, woman = adult(90, 1.8, 40, 0, 1.5), adult(65, 1.65, 30, 1, 1.5)
    small = adult(76, 1.73, 36, 0, 1.5, intake=2400.0)
    lost = simulate(man, Changes(energy=-500.0), 364).weight[0]
    ours = (man.intake[0], lost[1], lost[364], simulate(small, Changes(), 364).weight[0, -1], woman.water[0])
    for (what, published, source), value in zip(CHECKS, ours, strict=True):
        yield _row(what, f"{published:.6f}", f"{value:.6f}", f"{abs(value - published):.1e}", source)
    flat = float(np.ptp(simulate(man, Changes(), 3650).weight))
    yield _row("range over ten years without a change", "0", f"{flat:g}", f"{flat:.1e}", "")


def _row(what: str, published: str, ours: str, apart: str, source: str) -> dict[str, object]:
    return {"what": what, "published": published, "ours": ours, "apart": apart, "source": source}


def speed() -> Iterator[dict[str, object]]:
    """Milliseconds, the best of five, compiled code warm."""
    from selftwin.domains.body.weight.hall import Changes, adult, simulate
    from selftwin.learn import wandering

    many = adult(np.linspace(60, 120, 400), 1.75, 40, 0, 1.6)
    days = np.arange(730, dtype=np.int64)
    values = 80 + np.random.default_rng(1).normal(0, 0.4, 730)
    tasks: dict[str, Callable[[], object]] = {
        "400 lives of 365 days by Hall's model": lambda: simulate(many, Changes(energy=-500.0), 365),
        "two years of weigh-ins learnt": lambda: wandering.learn(days, values, 729, wandering.Usual()),
        "two years of weigh-ins replayed, 90 days ahead": lambda: wandering.replay(days, values, 90, wandering.Usual()),
    }
    for name, task in tasks.items():
        task()
        yield {"what": name, "ms": round(1000 * min(_seconds(task) for _ in range(5)), 1)}


def _seconds(task: Callable[[], object]) -> float:
    start = perf_counter()
    task()
    return perf_counter() - start


def made_up() -> dict[str, tuple[Ints, Floats]]:
    """The weigh-ins of the made-up person: what a scale shows on half of all mornings."""
    from selftwin.sample import live

    scale = live().intake.scale
    days = np.flatnonzero(np.random.default_rng(3).random(scale.size) < 0.5).astype(np.int64)
    return {"the made-up person": (days, np.round(scale[days], 1))}


def read(path: Path) -> dict[str, tuple[Ints, Floats]] | None:
    """Weigh-ins by person of a table id,day,kg; the last of a day counts. None where there is no such table."""
    found = table(path, ("id", "day", "kg"))
    if found is None:
        return None
    people: dict[str, dict[int, float]] = defaultdict(dict)
    with found.open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            if row["kg"]:
                people[row["id"]][(date.fromisoformat(row["day"][:10]) - EPOCH).days] = float(row["kg"])
    return {name: _arrays(known) for name, known in sorted(people.items())}


def _arrays(known: dict[int, float]) -> tuple[Ints, Floats]:
    days = sorted(known)
    return np.array(days, np.int64), np.array([known[day] for day in days])


def backtest(people: dict[str, tuple[Ints, Floats]], ahead: int) -> Iterator[dict[str, object]]:
    """Looks ahead from every tenth day of each person's past, pooled: ours beside the last weigh-in."""
    from selftwin.learn import wandering

    every = [wandering.replay(days, kg, ahead, wandering.Usual(), every=10, most=100) for days, kg in people.values()]
    seen = [one for one in every if len(one.came)]
    if not seen:
        return
    names = ("came", "middle", "last", "low", "high")
    joined = {name: np.concatenate([getattr(one, name) for one in seen]) for name in names}
    shares = [one.inside / len(one.came) for one in seen]
    yield {
        "days": ahead,
        "people": len(seen),
        "looks": len(joined["came"]),
        "90 % holds": sum(one.inside for one in seen) / len(joined["came"]),
        "worst person": min(shares),
        "width": float((joined["high"] - joined["low"]).mean()),
        "mae": float(np.abs(joined["came"] - joined["middle"]).mean()),
        "mae of last": float(np.abs(joined["came"] - joined["last"]).mean()),
    }
