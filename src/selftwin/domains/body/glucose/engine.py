"""A body's glucose, minute by minute: meals, insulin and exertion in, what a glucose sensor sees out.

One set of equations for three kinds of people. Type 1 is the UVA/Padova simulator S2008 as simglucose has it (Kovatchev
and others, JDST 2009;3:44; Dalla Man and others, JDST 2014;8:26); type 2 and no diabetes add the beta cells, portal
insulin and hepatic extraction of Dalla Man, Rizza & Cobelli (IEEE TBME 2007;54:1740). Exertion is model C of Dalla Man,
Breton & Cobelli (JDST 2009;3:56), its slow part gathered in one state. Oral drugs have no kinetics here.

Minutes are whole and counted from a start; glucose is in mg/dL, carbohydrate in g, insulin in U, effort in beats a
minute above rest. Bodies come from `people.draw` (a population) or `fit.fit` (one person).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]

PARAMETERS = (
    "weight", "fasting_glucose", "fasting_insulin", "liver_output", "injected_share", "vg", "k1", "k2", "vi", "m1",
    "m2", "m4", "m5", "heb", "kmax", "kmin", "kabs", "f", "b", "d", "kp2", "kp3", "kp4", "ki", "fcns", "vmx", "km0",
    "p2u", "ke1", "ke2", "ka1", "ka2", "kd", "ksc", "k", "alpha", "beta", "gamma",
)  # fmt: skip
"""The columns of a body, named as in the papers: weight kg; Gb mg/dL, Ib pmol/L and EGPb mg/kg/min at rest; which share
of the insulin at rest is injected (1 in type 1); the rest in the papers' units."""

PLACE = {name: place for place, name in enumerate(PARAMETERS)}
PMOL_PER_UNIT = 6000.0
AFRESH = 60_000.0  # mg that begin a new meal wholly, however full the stomach is


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is put into a body, minute by minute, each (minutes,) for all bodies or (n, minutes): carbohydrate served
    [g], insulin given [U], basal and bolus together, and effort [beats a minute above rest]."""

    carbs: Floats
    insulin: Floats
    effort: Floats

    @property
    def minutes(self) -> int:
        """How long these inputs last."""
        return int(self.carbs.shape[-1])


@dataclass(frozen=True, slots=True)
class Draws:
    """Bodies at one moment: people (n, len(PARAMETERS)), their states (n, 20), and how many grams each eats for a gram
    counted (n,). Draws of one person are bodies that explain that person's data about equally well."""

    people: Floats
    states: Floats
    counting: Floats

    def __len__(self) -> int:
        return len(self.people)

    @property
    def glucose(self) -> Floats:
        """What a sensor sees now (n,) [mg/dL]."""
        seen: Floats = self.states[:, 12] / self.people[:, PLACE["vg"]]
        return seen

    @property
    def basal(self) -> Floats:
        """Injected insulin at which each body rests at its fasting glucose (n,) [U/h]; 0 where none is injected."""
        return self.people[:, PLACE["injected_share"]] * at_rest_rate(self.people)

    def only(self, which: NDArray[np.int64] | slice) -> Draws:
        """Some of them."""
        return Draws(self.people[which], self.states[which], self.counting[which])


def inputs(
    minutes: int,
    *,
    basal: float = 0.0,
    meals: Sequence[tuple[int, float]] = (),
    doses: Sequence[tuple[int, float]] = (),
    slow: Sequence[tuple[int, int, float]] = (),
    bouts: Sequence[tuple[int, int, float]] = (),
) -> Inputs:
    """Inputs of so many minutes: basal [U/h], meals (minute, g), doses (minute, U), slow insulin released evenly
    (minute, minutes, U), bouts (minute, minutes, effort). What falls outside is left out."""
    carbs, insulin, effort = np.zeros(minutes), np.full(minutes, basal / 60.0), np.zeros(minutes)
    for at, grams in meals:
        if 0 <= at < minutes:
            carbs[at] += grams
    for at, units in doses:
        if 0 <= at < minutes:
            insulin[at] += units
    for at, lasting, units in slow:
        insulin[max(at, 0) : max(at + lasting, 0)] += units / lasting
    for at, lasting, beats in bouts:
        effort[max(at, 0) : max(at + lasting, 0)] += beats
    return Inputs(carbs, insulin, effort)


def simulate(draws: Draws, given: Inputs) -> Floats:
    """What a sensor would see of each body after each minute (n, minutes) [mg/dL]. The draws stay as they are, so two
    calls with the same draws share their luck and may be subtracted."""
    return run(draws, given)[0]


def advance(draws: Draws, given: Inputs) -> Draws:
    """The same bodies at the end of these inputs."""
    return run(draws, given, every=max(given.minutes, 1))[1]


def run(
    draws: Draws, given: Inputs, *, every: int = 1, steps: int = 1, published: bool = False
) -> tuple[Floats, Draws]:
    """What a sensor sees every so many minutes (n, minutes // every) [mg/dL], and the bodies at the end. A minute is
    `steps` Runge-Kutta steps; one is within .01 mg/dL of many. `published` counts every serving as a new meal."""
    from selftwin.domains.body.glucose.engine_kernel import live

    states, seen = draws.states.copy(), np.empty((len(draws), given.minutes // every))
    put = [np.ascontiguousarray(np.atleast_2d(one), dtype=float) for one in (given.carbs, given.insulin, given.effort)]
    live(_completed(draws.people), states, *put, draws.counting, every, steps, 0.0 if published else AFRESH, seen)
    return seen, replace(draws, states=states)


def steady(people: Floats, counting: Floats | None = None) -> Draws:
    """Bodies (n, len(PARAMETERS)) resting at their fasting glucose, with the insulin that takes."""
    p = {name: people[:, place] for name, place in PLACE.items()}
    whole, states = _completed(people), np.zeros((len(people), 20))
    plasma, insulin, injected = p["fasting_glucose"] * p["vg"], p["fasting_insulin"] * p["vi"], _injected(people)
    states[:, 3], states[:, 4], states[:, 12] = plasma, _tissue(people), plasma
    states[:, 5], states[:, 9] = insulin, _liver(people)
    states[:, 7] = states[:, 8] = p["fasting_insulin"]
    states[:, 10] = injected / (p["ka1"] + p["kd"])
    states[:, 11] = states[:, 10] * p["kd"] / p["ka2"]
    states[:, 18] = 1e6  # minutes since a meal began
    states[:, 13] = np.divide(whole[:, -1], p["gamma"], out=np.zeros(len(people)), where=p["gamma"] > 0)
    return Draws(people, states, np.ones(len(people)) if counting is None else counting)


def valid(people: Floats) -> NDArray[np.bool_]:
    """Which bodies (n,) have a steady state a living person could have: stores and uptake at rest above nothing,
    the liver making glucose, the beta cells at or above rest."""
    whole, tissue = _completed(people), _tissue(people)
    at_rest, secreted = _uptake_at_rest(people), whole[:, -1]
    alive = (tissue > 25.0) & (tissue < 500.0) & (at_rest > 0.1) & (whole[:, -4] > 0) & (whole[:, -3] < 20.0)
    extracting = (whole[:, -2] < 0.9) & (secreted > -1e-9)
    shaped = (people[:, PLACE["kmin"]] < people[:, PLACE["kmax"]]) & (people[:, PLACE["d"]] < people[:, PLACE["b"]])
    living: NDArray[np.bool_] = alive & extracting & shaped & (people[:, PLACE["b"]] < 0.99)
    return living


def _uptake_at_rest(people: Floats) -> Floats:
    """Insulin-dependent uptake at rest: what the liver makes, less the brain's share and what the kidneys lose."""
    p = {name: people[:, place] for name, place in PLACE.items()}
    lost = p["ke1"] * np.maximum(p["fasting_glucose"] * p["vg"] - p["ke2"], 0.0)
    left: Floats = p["liver_output"] - p["fcns"] - lost
    return left


def _tissue(people: Floats) -> Floats:
    p = {name: people[:, place] for name, place in PLACE.items()}
    held: Floats = (p["k1"] * p["fasting_glucose"] * p["vg"] - _uptake_at_rest(people)) / p["k2"]
    return held


def _liver(people: Floats) -> Floats:
    p = {name: people[:, place] for name, place in PLACE.items()}
    held: Floats = ((p["m2"] + p["m4"]) * p["fasting_insulin"] * p["vi"] - _injected(people)) / p["m1"]
    return held


def at_rest_rate(people: Floats) -> Floats:
    """Injected insulin that would keep each body's fasting insulin with no beta cells (n,) [U/h]."""
    p = {name: people[:, place] for name, place in PLACE.items()}
    kept = p["m2"] + p["m4"] - p["m2"] * (1.0 - p["heb"])
    rate: Floats = kept * p["fasting_insulin"] * p["vi"] * p["weight"] * 60.0 / PMOL_PER_UNIT
    return rate


def _injected(people: Floats) -> Floats:
    """Insulin injected at rest [pmol/kg/min]."""
    units = people[:, PLACE["injected_share"]] * at_rest_rate(people)
    rate: Floats = units / 60.0 * PMOL_PER_UNIT / people[:, PLACE["weight"]]
    return rate


def _completed(people: Floats) -> Floats:
    """Bodies with what follows from rest: kp1, Vm0, m6, and secretion at rest (n, len(PARAMETERS) + 4)."""
    p = {name: people[:, place] for name, place in PLACE.items()}
    tissue, liver, insulin = _tissue(people), _liver(people), p["fasting_insulin"] * p["vi"]
    secreted = p["m1"] / (1.0 - p["heb"]) * liver - p["m2"] * insulin
    secreted = np.where(p["gamma"] > 0, secreted, 0.0)
    portal = np.divide(secreted, p["gamma"], out=np.zeros(len(people)), where=p["gamma"] > 0)
    held_back = p["kp2"] * p["fasting_glucose"] * p["vg"] + p["kp3"] * p["fasting_insulin"] + p["kp4"] * portal
    vm0 = _uptake_at_rest(people) * (p["km0"] + tissue) / tissue
    follows = (p["liver_output"] + held_back, vm0, p["heb"] + p["m5"] * secreted, secreted)
    return np.ascontiguousarray(np.column_stack([people, *follows]))
