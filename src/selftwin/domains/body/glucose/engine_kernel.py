"""The compiled heart of the glucose engine: one body's equations, stepped minute by minute, for many bodies in turn.

All of it stands in this one file, because numba looks for changes only in the file of the function it keeps.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAN: dict[str, Any] = {"error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": True}
F = TypeVar("F", bound="Callable[..., Any]")

# What a body's row holds, in the order the kernel reads it: the free parameters of engine.PARAMETERS, then what follows
# from them at the basal steady state.
(
    BW, GB, IB, EGPB, BASAL_SHARE, VG, K1, K2, VI, M1, M2, M4, M5, HEB, KMAX, KMIN, KABS, FRACTION, B, D, KP2, KP3, KP4,
    KI, FCNS, VMX, KM0, P2U, KE1, KE2, KA1, KA2, KD, KSC, BETA_K, BETA_ALPHA, BETA_BETA, GAMMA,
    KP1, VM0, M6, SB,
) = range(42)  # fmt: skip

# The 17 states that flow, then three that remember a meal.
(
    SOLID, LIQUID, GUT, PLASMA, TISSUE, INSULIN, ACTION, DELAY, LIVER_ACTION, LIVER, DEPOT1, DEPOT2, SENSOR, PORTAL,
    CELLS, BOUT, RECOVERY, PENDING, SINCE, MEAL,
) = range(20)  # fmt: skip
FLOWS, STATES = 17, 20

EAT_RATE = 5.0  # g/min, simglucose
SITTING = 30.0  # minutes
PMOL_PER_UNIT = 6000.0
FASTEST_LIVER = 1.25  # 1/min: a step of a minute follows no faster one, and no body of the papers comes near it at rest
SCARCE = 20.0  # mg/dL: below, uptake by the brain falls with glucose, so that glucose never passes zero
# Dalla Man, Breton, Cobelli 2009 (JDST 3:56), model C: per beat a minute above rest, and minutes.
EXERTION, AFTERGLOW = 0.01, 3e-4
BOUT_MINUTES, RECOVERY_MINUTES = 5.0, 600.0
NOTICED, SHARPNESS = 6.0, 4.0  # a · resting heart rate (0.1 · 60), n


def _compiled(function: F) -> F:
    """Compiled for the entry below, which alone is kept on disk."""
    return cast("F", numba.njit(**LEAN)(function))


@_compiled
def emptying(p: Floats, held: float, meal: float) -> float:
    """How fast the stomach empties [1/min] while it holds so many mg of a meal of so many mg."""
    if meal <= 0.0 or held < 1e-3:
        return float(p[KMAX])
    rise = 2.5 / (meal * (1.0 - p[B]))
    fall = 2.5 / (meal * p[D])
    up = math.exp(min(2.0 * rise * (held - p[B] * meal), 80.0))
    down = math.exp(min(2.0 * fall * (held - p[D] * meal), 80.0))
    bend = 2.0 - 2.0 / (up + 1.0) + 2.0 / (down + 1.0)  # tanh by exponentials, for speed
    return float(p[KMIN] + (p[KMAX] - p[KMIN]) / 2.0 * bend)


@_compiled
def uptake(p: Floats, x: Floats) -> float:
    """Insulin-dependent uptake of glucose [mg/kg/min], raised during and after exertion."""
    free = p[VM0] * (1.0 + EXERTION * x[BOUT])
    led = p[VMX] * (x[ACTION] + AFTERGLOW * x[RECOVERY] * max(x[ACTION] + p[IB], 0.0))
    return float(max(free + led, 0.0) * x[TISSUE] / (p[KM0] + x[TISSUE]))


@_compiled
def secrete(p: Floats, x: Floats, dx: Floats) -> None:
    """The beta cells, after glucose has moved; a body without them holds zeros."""
    rise = p[BETA_BETA] * (x[PLASMA] / p[VG] - p[GB])
    dx[CELLS] = -p[BETA_ALPHA] * (x[CELLS] - max(rise, -p[SB]))
    dx[PORTAL] = x[CELLS] + p[SB] + p[BETA_K] * max(dx[PLASMA], 0.0) / p[VG] - p[GAMMA] * x[PORTAL]


@_compiled
def flow(p: Floats, x: Floats, bite: float, infusion: float, effort: float, meal: float, dx: Floats) -> None:
    """The derivative of all that flows: bite mg/min, infusion pmol/kg/min, effort beats a minute above rest."""
    empty = emptying(p, x[SOLID] + x[LIQUID], meal) if x[LIQUID] + x[SOLID] > 0.0 else p[KMAX]
    dx[SOLID] = bite - p[KMAX] * x[SOLID]
    dx[LIQUID] = p[KMAX] * x[SOLID] - empty * x[LIQUID]
    dx[GUT] = empty * x[LIQUID] - p[KABS] * x[GUT]

    made = max(p[KP1] - p[KP2] * x[PLASMA] - p[KP3] * x[LIVER_ACTION] - p[KP4] * x[PORTAL], 0.0)
    eaten = p[FRACTION] * p[KABS] * x[GUT] / p[BW]
    brain = p[FCNS] * min(1.0, x[PLASMA] / (SCARCE * p[VG]))
    lost = p[KE1] * max(x[PLASMA] - p[KE2], 0.0)
    dx[PLASMA] = made + eaten - brain - lost - p[K1] * x[PLASMA] + p[K2] * x[TISSUE]
    dx[TISSUE] = -uptake(p, x) + p[K1] * x[PLASMA] - p[K2] * x[TISSUE]
    dx[SENSOR] = p[KSC] * (x[PLASMA] - x[SENSOR])

    secreted, kept = 0.0, 1.0 - p[HEB]
    if p[GAMMA] > 0.0:
        secrete(p, x, dx)
        secreted = p[GAMMA] * x[PORTAL]
        kept = 1.0 - min(max(p[M6] - p[M5] * secreted, 0.0), 0.9)
    told = x[INSULIN] / p[VI]
    dx[INSULIN] = p[M1] * x[LIVER] + p[KA1] * x[DEPOT1] + p[KA2] * x[DEPOT2] - (p[M2] + p[M4]) * x[INSULIN]
    dx[LIVER] = p[M2] * x[INSULIN] + secreted - min(p[M1] / kept, FASTEST_LIVER) * x[LIVER]
    dx[ACTION] = p[P2U] * (told - p[IB] - x[ACTION])
    dx[DELAY] = p[KI] * (told - x[DELAY])
    dx[LIVER_ACTION] = p[KI] * (x[DELAY] - x[LIVER_ACTION])
    dx[DEPOT1] = infusion - (p[KA1] + p[KD]) * x[DEPOT1]
    dx[DEPOT2] = p[KD] * x[DEPOT1] - p[KA2] * x[DEPOT2]

    if effort <= 0.0 and x[BOUT] <= 0.0 and x[RECOVERY] <= 0.0:
        dx[BOUT], dx[RECOVERY] = 0.0, 0.0
        return
    dx[BOUT] = (effort - x[BOUT]) / BOUT_MINUTES
    dx[RECOVERY] = -x[RECOVERY] / RECOVERY_MINUTES
    if x[BOUT] > 0.0:
        noticed = (x[BOUT] / NOTICED) ** SHARPNESS
        dx[RECOVERY] += effort * noticed / (1.0 + noticed)


@_compiled
def swallow(x: Floats, carbs: float, afresh: float) -> float:
    """What is eaten this minute [mg/min] of what was served, at most 5 g. A meal's size is what the stomach held when
    it began and all eaten since, as in simglucose; what is served within half an hour joins it, and a snack on a full
    stomach begins a new meal only in part: wholly from `afresh` mg, or twice what the stomach holds (0: always, as
    published, where one gram of snack empties a full stomach sooner and leaves glucose 30 mg/dL lower later on)."""
    if carbs > 0.0 and x[SINCE] > SITTING:
        held = x[SOLID] + x[LIQUID]
        enough = min(afresh, 2.0 * held)
        anew = 1.0 if carbs * 1000.0 >= enough else carbs * 1000.0 / enough
        x[MEAL] = anew * held + (1.0 - anew) * x[MEAL]
        x[SINCE] = 0.0 if anew == 1.0 else x[SINCE]
    x[SINCE] += 1.0
    x[PENDING] += carbs
    bite = min(EAT_RATE, x[PENDING])
    x[PENDING] -= bite
    x[MEAL] += bite * 1000.0
    return float(bite * 1000.0)


@_compiled
def advance(
    p: Floats, x: Floats, bite: float, infusion: float, effort: float, step: float,
    one: Floats, two: Floats, three: Floats, four: Floats, between: Floats,
) -> None:  # fmt: skip
    """One step of the classical Runge-Kutta method of the fourth order, in place; the last five are a desk (FLOWS,)."""
    meal = x[MEAL]
    flow(p, x, bite, infusion, effort, meal, one)
    for i in range(FLOWS):
        between[i] = x[i] + step / 2.0 * one[i]
    flow(p, between, bite, infusion, effort, meal, two)
    for i in range(FLOWS):
        between[i] = x[i] + step / 2.0 * two[i]
    flow(p, between, bite, infusion, effort, meal, three)
    for i in range(FLOWS):
        between[i] = x[i] + step * three[i]
    flow(p, between, bite, infusion, effort, meal, four)
    for i in range(FLOWS):
        x[i] += step / 6.0 * (one[i] + 2.0 * (two[i] + three[i]) + four[i])


def _live(
    people: Floats, states: Floats, carbs: Floats, insulin: Floats, effort: Floats, counting: Floats, every: int,
    steps: int, afresh: float, seen: Floats,
) -> None:  # fmt: skip
    """Live through the minutes: people (n, 42), states (n, 20) moved in place, what is put in (1 or n, minutes), grams
    eaten per gram counted (n,); what a sensor would see after each `every` minutes goes to `seen`."""
    one, two, three = np.zeros(FLOWS), np.zeros(FLOWS), np.zeros(FLOWS)
    four, between = np.zeros(FLOWS), np.zeros(FLOWS)
    for who in range(len(people)):
        p, x, count = people[who], states[who], counting[who]
        eaten, given, moved = min(who, len(carbs) - 1), min(who, len(insulin) - 1), min(who, len(effort) - 1)
        for minute in range(carbs.shape[1]):
            bite = swallow(x, carbs[eaten, minute] * count, afresh)
            infusion = insulin[given, minute] * PMOL_PER_UNIT / p[BW]
            for _ in range(steps):
                advance(p, x, bite, infusion, effort[moved, minute], 1.0 / steps, one, two, three, four, between)
            if (minute + 1) % every == 0:
                seen[who, minute // every] = x[SENSOR] / p[VG]


live = cast("Callable[..., None]", numba.njit(cache=True, error_model="numpy")(_live))
