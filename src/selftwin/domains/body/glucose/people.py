"""How bodies differ: population means and spreads, and random people drawn from them.

`people.csv` holds, for each kind of person, the middle of every parameter and the spread of its logarithm (or logit)
between people; `people_pairs.csv` the correlations that matter. For type 1 both summarise the twenty adults and
adolescents of the public S2008 set; for type 2 and no diabetes the middles are Table I of Dalla Man, Rizza & Cobelli
(IEEE TBME 2007;54:1740), which describes one average subject each: their spreads are borrowed from S2008 or assumed, as
the table says row by row.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np

from selftwin.domains.body.glucose.engine import PARAMETERS, PLACE, Draws, Floats, inputs, simulate, steady, valid
from selftwin.vocabulary.errors import UsageError

Kind = Literal["type 1", "type 2", "none"]
KINDS: tuple[Kind, ...] = ("type 1", "type 2", "none")
SPREADS = {"type 1": "spread 1", "type 2": "spread 2", "none": "spread 0"}
RATES = [PLACE[name] for name in ("k1", "k2", "m1", "m2", "kmax", "kmin", "kabs", "p2u", "ksc")]
FASTEST = 0.5  # 1/min: faster is beyond what minutes can tell, and what a step of a minute can follow
LOWEST = 50.0  # mg/dL
SHARE_OF_RESERVE = {"light": 0.35, "moderate": 0.5, "vigorous": 0.75}
"""Middle of the range of heart rate reserve of each intensity (ACSM; Garber and others, MSSE 2011;43:1334)."""


@dataclass(frozen=True, slots=True)
class Population:
    """One kind of people: the body in the middle (len(PARAMETERS),), which columns vary (k,), which of those on the
    logit scale (k,), and the root (k, k) that turns independent standard normals into their joint spread."""

    middle: Floats
    varying: tuple[int, ...]
    logit: tuple[bool, ...]
    root: Floats

    def bodies(self, away: Floats) -> Floats:
        """Bodies (n, len(PARAMETERS)) from standard normals (n, k): zeros are the body in the middle."""
        people = np.tile(self.middle, (len(away), 1))
        moved = away @ self.root.T
        for place, column in enumerate(self.varying):
            if self.logit[place]:
                odds = self.middle[column] / (1.0 - self.middle[column]) * np.exp(moved[:, place])
                people[:, column] = odds / (1.0 + odds)
            else:
                people[:, column] *= np.exp(moved[:, place])
        people[:, RATES] = np.minimum(people[:, RATES], FASTEST)
        people[:, PLACE["m4"]] = 0.4 * people[:, PLACE["m2"]]
        return people


@cache
def population(kind: Kind) -> Population:
    """The people of one kind. Raises UsageError for a kind that is none of KINDS."""
    if kind not in KINDS:
        raise UsageError(f"{kind!r} is no kind of person I have a model of", hint="One of: " + ", ".join(KINDS))
    rows = {row["parameter"]: row for row in _table("people.csv")}
    middle = np.array([float(rows[name][kind]) if name in rows else 0.0 for name in PARAMETERS])
    middle[PLACE["m4"]] = 0.4 * middle[PLACE["m2"]]
    spreads = {name: float(rows[name][SPREADS[kind]]) for name in PARAMETERS if name in rows}
    names = [name for name in PARAMETERS if spreads.get(name, 0.0) > 0]
    spread = np.array([spreads[name] for name in names])
    return Population(
        middle=middle,
        varying=tuple(PLACE[name] for name in names),
        logit=tuple(rows[name]["scale"] == "logit" for name in names),
        root=spread[:, None] * _root(names),
    )


def _root(names: list[str]) -> Floats:
    """A root of the correlations between these parameters, the nearest that can all hold at once."""
    table, place = np.eye(len(names)), {name: at for at, name in enumerate(names)}
    for row in _table("people_pairs.csv"):
        if row["one"] in place and row["other"] in place:
            one, other = place[row["one"]], place[row["other"]]
            table[one, other] = table[other, one] = float(row["correlation"])
    values, vectors = np.linalg.eigh(table)
    whole = vectors * np.maximum(values, 0.02) @ vectors.T
    scale = np.sqrt(np.diag(whole))
    root: Floats = np.linalg.cholesky(whole / np.outer(scale, scale))
    return root


def _table(name: str) -> list[dict[str, str]]:
    text = files("selftwin.domains.body.glucose").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def mean(kind: Kind, *, weight: float | None = None) -> Draws:
    """The one body in the middle, at rest; of so many kg where told."""
    people = population(kind).middle[None].copy()
    if weight is not None:
        people[:, PLACE["weight"]] = weight
    return steady(people)


def draw(kind: Kind, n: int, seed: int, *, weight: float | None = None) -> Draws:
    """So many random people at rest, the same for a seed; those whom the equations could not keep alive at rest are
    drawn again."""
    chance, some, found = np.random.default_rng(seed), population(kind), np.empty((0, len(PARAMETERS)))
    while len(found) < n:
        people = some.bodies(chance.standard_normal((2 * n, len(some.varying))))
        if weight is not None:
            people[:, PLACE["weight"]] = weight
        found = np.concatenate([found, _well(people[valid(people)])])
    return steady(found[:n])


def _well(people: Floats) -> Floats:
    """Those of these bodies whose own insulin does not drop them under 50 mg/dL after 75 g of carbohydrate: a living
    person's glucagon would not let it, and the model has none. All, where insulin is injected."""
    if not len(people) or people[0, PLACE["gamma"]] <= 0:
        return people
    path = simulate(steady(people), inputs(360, meals=[(0, 75.0)]))
    kept: Floats = people[path.min(axis=1) > LOWEST]
    return kept


def effort_of(intensity: str, *, age: float = 45.0, resting: float = 65.0) -> float:
    """Beats a minute above rest of a light, moderate or vigorous bout, from heart rate reserve with 220 - age."""
    if intensity not in SHARE_OF_RESERVE:
        raise UsageError(f"{intensity!r} is no intensity", hint="One of: " + ", ".join(SHARE_OF_RESERVE))
    return SHARE_OF_RESERVE[intensity] * (220.0 - age - resting)
