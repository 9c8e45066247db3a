"""What the joint watch looks for: the courses of an illness, and of what can be mistaken for one (a night of alcohol,
hard training, a journey, a vaccine, a sensor's slip), with sizes from the tables beside this file. Nothing is learnt
from ill people's data: the illness is a description, the wandering a handful of numbers over people."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.surveillance import Courses, Floats, Wander

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNALS = ("rhr", "hrv", "rr", "temp", "sleep")
NIGHT = ("rhr", "hrv", "rr", "temp")  # a day is watched where one of these was measured
CONFOUNDERS = ("alcohol", "training", "travel", "vaccine")
SLIP = "slip"
LENGTH = 16
BRIEF = 8
SIZES = 48
LEADS = {0: 0.15, 1: 0.15, 2: 0.20, 3: 0.20, 5: 0.30}  # days from the first change to symptoms, with their weights
PEAKS = (0, 2)  # days from symptoms to the peak
TAILS = 12.0  # degrees of freedom of a day's surprises
SMOOTHED = 0.6  # the weight of today in a wrist device's resting heart rate


@dataclass(frozen=True, slots=True)
class Library:
    """All courses, each with the name of its kind, its share among courses of that kind, and its lead to symptoms."""

    courses: Courses
    kinds: tuple[str, ...]
    shares: Floats
    leads: NDArray[np.int64]

    def of(self, kind: str) -> NDArray[np.int64]:
        """Places of the courses of a kind."""
        return np.flatnonzero(np.array(self.kinds) == kind)


def scaled(values: Floats) -> Floats:
    """Signals (…, S) as they are watched: heart rate variability as hundredths of its logarithm."""
    found = np.array(values, dtype=np.float64)
    hrv = found[..., SIGNALS.index("hrv")]
    found[..., SIGNALS.index("hrv")] = 100 * np.log(np.where(hrv > 0, hrv, np.nan))
    return found


def _rows(name: str) -> list[dict[str, str]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def wander() -> Wander:
    """How the five signals wander in people, from the table."""
    rows = _rows("surveillance_wander.csv")
    column = {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "signal"}
    together = np.column_stack([column[f"with_{signal}"] for signal in SIGNALS])
    drift, echo, stirs, blur, scale, bound, lost = (
        column[name] for name in ("drift", "echo", "stirs", "blur", "scale", "bound", "lost")
    )
    return Wander(drift, echo, stirs, blur, scale, together, bound, TAILS, lost=lost)


@cache
def library() -> Library:
    """Every course that is looked for."""
    kinds, shapes, sizes, weights, shares, leads = [], [], [], [], [], []
    for kind, lead, share, shape, size, weight in _all():
        kinds.append(kind)
        shapes.append(shape)
        sizes.append(size)
        weights.append(weight)
        shares.append(share)
        leads.append(lead)
    lasts = np.array([LENGTH if kind == "illness" else BRIEF for kind in kinds])
    courses = Courses(np.array(shapes), np.array(sizes), np.array(weights), lasts)
    return Library(courses, tuple(kinds), np.array(shares), np.array(leads))


def _all() -> list[tuple[str, int, float, Floats, Floats, Floats]]:
    size = {kind: _sizes(kind) for kind in ("illness", *CONFOUNDERS)}
    found = [
        ("illness", lead, weight / len(PEAKS), _illness(lead, peak), *size["illness"])
        for lead, weight in LEADS.items()
        for peak in PEAKS
    ]
    for kind in CONFOUNDERS:
        shapes = _brief(kind)
        found += [(kind, 0, 1 / len(shapes), _alike(shape), *size[kind]) for shape in shapes]
    return found + [
        (SLIP, 0, 1 / 3, _alike(np.eye(LENGTH)[0]), *_slips(signal)) for signal in ("hrv", "rr", "temp")
    ]


# Shapes


def course(days: Floats, lead: float, peak: float, half: float, hold: float = 1.0) -> Floats:
    """How far an illness is on each day since symptoms, of its peak's one: it climbs from `lead` days before them to
    `peak` after, holds, and halves every `half` days."""
    climb = np.clip((days + lead) / (peak + lead + 1e-9), 0, 1) ** 1.3 if peak + lead > 0 else (days >= 0) * 1.0
    going = np.where(days > peak + hold, 0.5 ** ((days - peak - hold) / half), climb)
    return np.where(days < -lead, 0.0, going)


def _illness(lead: int, peak: int) -> Floats:
    """An illness (L, S) from its first change: breathing a day behind, a short fever, sleep from the first symptoms."""
    days = np.arange(LENGTH, dtype=np.float64) - lead
    whole = course(days, lead, peak, 3.0)
    late = np.concatenate([[0.0], whole[:-1]])
    fever = course(days, min(lead, 2), max(peak - 1, 0), 1.5, hold=0.0)
    return np.column_stack([_smoothed(whole), whole, late, fever, whole * (days >= 0)])


def _smoothed(values: Floats) -> Floats:
    found, last = np.zeros_like(values), 0.0
    for day, value in enumerate(values):
        last = SMOOTHED * value + (1 - SMOOTHED) * last
        found[day] = last
    return found


def _brief(kind: str) -> list[Floats]:
    """What else can be: its effect on each day since it began."""
    days = np.arange(LENGTH)
    if kind == "training":
        return [(days < count) + 0.4 * (days == count) for count in (1, 2, 3)]
    if kind == "travel":
        return [np.maximum(1 - days / count, 0.0) for count in (3, 5)]
    effect = {"alcohol": (1.0, 0.25), "vaccine": (1.0, 0.55, 0.2)}[kind]
    return [np.pad(np.array(effect), (0, LENGTH - len(effect)))]


def _alike(shape: Floats) -> Floats:
    return np.repeat(shape[:, None], len(SIGNALS), axis=1).astype(np.float64)


# Sizes


def _sizes(kind: str) -> tuple[Floats, Floats]:
    """Evenly spread sizes (P, S) of a kind of course with their weights (P,), each grade with its share."""
    grades = [row for row in _rows("surveillance_sizes.csv") if row["course"] == kind]
    each = -(-SIZES // len(grades))
    sizes = np.concatenate([_grade(row, each) for row in grades])[:SIZES]
    weights = np.repeat([float(row["share"]) for row in grades], each)[:SIZES]
    return sizes, weights / weights.sum()


def _grade(row: dict[str, str], count: int) -> Floats:
    normal = _even(count)
    size = {name: float(value) for name, value in row.items() if name not in {"course", "grade"}}
    spread = {name: np.exp(size[f"{name}_spread"] * normal[:, i]) for i, name in enumerate(NIGHT)}
    beats = np.minimum(size["rhr"] * spread["rhr"], 20.0)
    return np.column_stack([
        beats,
        100 * np.log1p(-np.minimum(size["hrv"] * beats * spread["hrv"], 0.45)),
        np.minimum(size["rr"] * beats * spread["rr"], 8.0),
        size["temp"] * beats * spread["temp"],
        (size["sleep"] + size["sleep_spread"] * normal[:, 4]) * beats,
    ])  # fmt: skip


def _even(count: int) -> Floats:
    """Standard normal numbers (count, 5), evenly spread: an additive recurrence in five dimensions (Roberts 2018)."""
    root = 2.0
    for _ in range(40):
        root = (1 + root) ** (1 / (len(SIGNALS) + 1))
    steps = root ** -np.arange(1.0, len(SIGNALS) + 1)
    even = (0.5 + np.arange(1, count + 1)[:, None] * steps) % 1
    return np.array([[NormalDist().inv_cdf(one) for one in row] for row in even.tolist()])


def _slips(signal: str) -> tuple[Floats, Floats]:
    """A sensor's slip on one night and one signal: four to sixteen of its scales, either way."""
    place = SIGNALS.index(signal)
    sizes = np.zeros((SIZES, len(SIGNALS)))
    away = np.geomspace(4.0, 16.0, SIZES // 2)
    sizes[:, place] = np.concatenate([away, -away]) * wander().scale[place]
    return sizes, np.full(SIZES, 1 / SIZES)
