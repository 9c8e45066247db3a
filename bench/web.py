"""The web app over ten million observations: what a person waits for, alone and while files come in.

A real server, asked over loopback by four clients in a process of their own; Debian's Chromium for what is seen. Beside
it Datasette over SQLite and the naive ways, on the same rows of heart rate (docs/bench/web.md).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench import _web_beside as beside
from bench import _web_seen as looked
from bench._table import show
from bench._ten_million import make
from bench._web_served import Bringing, asked, memory, serving, weighing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench._web_served import Served

ROWS = 10_000_000
HOME = Path(".peers") / "ten_million"
CLIENTS, FILES = 4, 4
CHARTS = ("heart_rate", "steps", "glucose", "heart_rate.resting", "weight", "respiratory_rate")
EVERY_READING = "glucose"  # a million readings of the ten million
WARM = ("/today", "/timeline?span=10y", "/signals", *(f"/signals/{key}?span=all" for key in CHARTS))
SERIES = tuple(f"/api/v1/series/{key}?by={by}" for key in CHARTS[:3] for by in ("raw", "day"))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that is asked for, and the limit of its 95th percentile in ms."""

    name: str
    paths: tuple[str, ...]
    limit: float


KINDS = (
    Kind("Today", ("/today",), 200.0),
    Kind("ten years of a signal, page", tuple(f"/signals/{key}?span=all" for key in CHARTS), 150.0),
    Kind("ten years of a signal, numbers", SERIES, 150.0),
    Kind("Timeline of ten years", ("/timeline?span=10y",), 150.0),
)


def main(argv: list[str]) -> int:
    """Run the benchmark and print its table."""
    asked_for = _parser().parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="selftwin-web-") as folder:
        home = _copied(asked_for, Path(folder) / "home")
        rows = measure(asked_for, home, Path(folder))
    show(f"web ({load()})", rows, as_json=asked_for.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench web", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--home", type=Path, help="where a twin of bench/_ten_million.py lies already; it is copied")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200, help="of each kind in each round")
    parser.add_argument("--import-rows", type=int, default=1_000_000, help="in each file that comes in meanwhile")
    parser.add_argument("--only", default="server,import,seen,beside", help="parts to measure, by commas")
    parser.add_argument("--json", action="store_true")
    return parser


def _copied(given: argparse.Namespace, to: Path) -> Path:
    """The twin under a home of its own, made where there was none; what is measured may change it."""
    kept = given.home or (HOME if given.rows == ROWS else HOME.with_name(f"rows_{given.rows}"))
    if not (kept / "twin").exists():
        say(f"making {given.rows:,} observations in {kept}")
        surroundings = dict(os.environ)
        make(kept.absolute(), rows=given.rows)
        os.environ.clear()
        os.environ.update(surroundings)
    shutil.copytree(kept, to, ignore=shutil.ignore_patterns("*.sock"))
    return to


def measure(given: argparse.Namespace, home: Path, folder: Path) -> list[dict[str, Any]]:
    """Every figure as a row."""
    parts = set(given.only.split(","))
    with serving(home) as served:
        say("warming")
        found = [row("first answers to everything, after a start", served.warm(WARM + SERIES), "s")]
        alone: dict[str, float] = {}
        if "server" in parts:
            found += _alone(served, given, alone)
        found.append(row("memory of the server", memory(served.process.pid) / 1e6, "MB"))
        if "seen" in parts:
            found += _seen(served, given.rounds)
        until = date.fromisoformat(served.get("series/heart_rate?by=day&points=2")["last"][:10])
        if "import" in parts:
            found += _meanwhile(served, given, alone)
    if "beside" in parts:
        found += _beside(folder, given.rows, until, alone)
    return found


def row(what: str, value: float, unit: str, limit: str = "", **more: Any) -> dict[str, Any]:
    """One line of the table, with how loaded the machine was when it was measured."""
    told = {"what": what, "p50": more.get("p50", float("nan")), "value": value, "unit": unit, "limit": limit,
            "ratio": more.get("ratio", float("nan")), "note": more.get("note", ""), "load": load()}  # fmt: skip
    say("  ".join(f"{one:.3f}" if isinstance(one, float) else str(one) for one in told.values()))
    return told


def say(words: str) -> None:
    """Talk, beside the table."""
    print(words, file=sys.stderr, flush=True)


def load() -> str:
    """How many processes wanted a core over the last minute."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()}"


# The server


def _alone(served: Served, given: argparse.Namespace, alone: dict[str, float]) -> list[dict[str, Any]]:
    """Every kind in turns, so that the machine's moods fall on all alike; the best round, and all rounds together."""
    rounds: dict[str, list[list[float]]] = {kind.name: [] for kind in KINDS}
    how: dict[str, int] = {}
    for _ in range(given.rounds):
        for kind in KINDS:
            told = asked(served.root, kind.paths, count=given.requests, cookie=served.cookie, clients=CLIENTS)
            rounds[kind.name].append(told["seconds"])
            for state, many in told["how"].items():
                how[state] = how.get(state, 0) + many
    found = []
    for kind in KINDS:
        middle, high = best(rounds[kind.name])
        every = [one for some in rounds[kind.name] for one in some]
        alone[kind.name] = high
        note = f"of all {len(every)}: {quantile(every, 0.5):.0f} and {quantile(every, 0.95):.0f}"
        found.append(row(f"{kind.name}, p95", high, "ms", f"< {kind.limit:.0f}", p50=middle, note=note))
    say(f"answers: {how}")
    found += [_single(served, kind) for kind in KINDS]
    return found


def _single(served: Served, kind: Kind) -> dict[str, Any]:
    """The same asked by one client alone, which is what one person feels."""
    told = asked(served.root, kind.paths, count=60, cookie=served.cookie, clients=1)["seconds"]
    return row(f"{kind.name}, one client", quantile(told, 0.95), "ms", p50=quantile(told, 0.5))


def _meanwhile(served: Served, given: argparse.Namespace, alone: dict[str, float]) -> list[dict[str, Any]]:
    """The same while files are kept one after the other."""
    bringing = Bringing(served, given.import_rows)
    found = [row("sent up, sealed as it arrives", bringing.send(FILES) / 1e6, "MB/s")]
    bringing.settle()
    served.warm(WARM + SERIES)
    with weighing(served.process.pid) as most:
        bringing.begin()
        for kind in KINDS:
            told = asked(served.root, kind.paths, count=given.requests, cookie=served.cookie, clients=CLIENTS, most=120)
            high = quantile(told["seconds"], 0.95)
            note = f"{len(told['seconds'])} answers, {told['how']}" + ("" if bringing.going else ", import over before")
            found.append(row(f"{kind.name}, during an import, p95", high, "ms", "< 2 x alone",
                             p50=quantile(told["seconds"], 0.5), ratio=high / alone.get(kind.name, float("nan")),
                             note=note))  # fmt: skip
        bringing.settle(1_800)
    took = bringing.took()
    rate = given.import_rows / float(np.mean(took)) if took else float("nan")
    found.append(row(f"a file of {given.import_rows:,} rows, meanwhile", float(np.mean(took)), "s",
                     note=f"{rate:,.0f} rows a second, {len(took)} files"))  # fmt: skip
    return [*found, row("memory of the server, at most during imports", most[0] / 1e6, "MB")]


# What is seen


def _seen(served: Served, rounds: int) -> list[dict[str, Any]]:
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as play:
        for name, path in (("Today", "/today"), ("a signal", "/signals/heart_rate?span=all")):
            paints = looked.first_paints(play, served, path, rounds)
            found.append(row(f"{name}: first contentful paint, cold, best of {rounds}", min(paints), "ms", "< 1000",
                             p50=quantile(paints, 0.5, 1.0)))  # fmt: skip
        told = looked.charted(play, served, EVERY_READING, rounds)
    many = served.get(f"series/{EVERY_READING}?points=2")["rows"]
    painted = [a + b for a, b in zip(told["answered"], told["drawn"], strict=True)]
    found.append(row(f"a chart over {many:,} readings: asked to painted, best of {rounds}", min(painted), "ms", "< 300",
                     p50=quantile(painted, 0.5, 1.0), note=f"of it drawing {min(told['drawn']):.0f}"))  # fmt: skip
    steps = [quantile(some, 0.95, 1.0) for some in np.array_split(np.array(told["steps"]), rounds)]
    found.append(row("a step of moving it, key to frame, p95, best round", min(steps), "ms", "< 50",
                     p50=quantile(told["steps"], 0.5, 1.0)))  # fmt: skip
    return [*found, row("scripts of that page, gzipped", max(told["script"]) / 1e3, "kB", "< 150")]


# What stands beside


def _beside(folder: Path, rows: int, until: date, alone: dict[str, float]) -> list[dict[str, Any]]:
    """Datasette and the naive ways on the same heart rate: ratios are theirs to ours."""
    ours = alone.get(KINDS[2].name, float("nan"))
    told = beside.heart_rate(rows, until)
    first, last = beside.ten_years(told)
    place = folder / "life.db"
    beside.sqlite(place, told)
    found = []
    with ExitStack() as open_:
        root, process = open_.enter_context(beside.datasette(place))
        rounds = [asked(root, [beside.chart(place, first, last)], count=12, clients=CLIENTS) for _ in range(2)]
        middle, high = best([one["seconds"] for one in rounds])
        found.append(row("the same chart from Datasette, p95", high, "ms", p50=middle, ratio=high / ours,
                         note=json.dumps(rounds[0]["how"])))  # fmt: skip
        found.append(row("memory of Datasette", memory(process.pid) / 1e6, "MB"))
    base = beside.bare(folder / "bare.duckdb", told)
    naive = [beside.queried(base, first, last, count=40, clients=CLIENTS) for _ in range(3)]
    middle, high = best(naive)
    found.append(row("the same from a bare DuckDB each time, p95", high, "ms", p50=middle, ratio=high / ours))
    seconds, many = min(beside.objects(base, first, last) for _ in range(2))
    found.append(row("every reading of it as an object, once", seconds * 1e3, "ms", ratio=seconds * 1e3 / ours,
                     note=f"{many / 1e6:.0f} MB"))  # fmt: skip
    base.close()
    return found


def best(rounds: Sequence[list[float]]) -> tuple[float, float]:
    """The median and the 95th percentile, in ms, of the round with the lowest 95th percentile."""
    some = min(rounds, key=lambda one: quantile(one, 0.95))
    return quantile(some, 0.5), quantile(some, 0.95)


def quantile(values: Sequence[float] | np.ndarray, share: float, scale: float = 1e3) -> float:
    """A quantile, in ms of seconds."""
    return float(np.quantile(values, share)) * scale if len(values) else float("nan")
