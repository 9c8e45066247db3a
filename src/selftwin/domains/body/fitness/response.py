"""One person's response to training: a level that drifts, what fitness adds and what fatigue adds, learnt from days.

A linear Gaussian state space (level, drift, two responses) filtered exactly over a grid of time constants and noises,
each weighed by its likelihood. The responses start from what trials found, with the spread of people about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.fitness.impulse import Trained, benefit, left, trained, trial_benefit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FITNESS_GRID, FATIGUE_GRID = (30.0, 42.0, 60.0), (2.5, 7.0)  # days
KEEP_GRID = (0.90, 0.97, 0.995)  # of the drift, from day to day
NOISE_GRID = (0.35, 0.8)  # of the variance of day-to-day changes, halved, that is noise of the day alone
WANDER_GRID = (0.5, 1.5)  # variance of the drift, of that of the days
HUNDRED = 100.0  # load a day that one unit of the fatigue response stands for


@dataclass(frozen=True, slots=True)
class Prior:
    """What a whole trial does to a signal (mean and spread over people), and 100 of fatigue a day; `level_spread` is
    how far people's levels lie apart, `day_spread` how far one day lies from the next where no days are known."""

    trial: float
    trial_spread: float
    fatigue: float
    fatigue_spread: float
    level_spread: float
    day_spread: float

    @property
    def gain(self) -> float:
        """The change from untrained to all that training can do."""
        return self.trial / trial_benefit()

    @property
    def gain_spread(self) -> float:
        """The spread over people of that change."""
        return self.trial_spread / trial_benefit()


RESTING = Prior(trial=-4.5, trial_spread=2.7, fatigue=0.3, fatigue_spread=0.4, level_spread=20.0, day_spread=1.5)
"""Resting heart rate, /min. Endurance training lowers it by about 3 to 6 (Reimers 2018), by 6 in 16 groups over sixty
(Huang 2005, trials from -2 to -12); the middle and spread chosen from both are ours."""

UPTAKE = Prior(trial=4.9, trial_spread=2.5, fatigue=0.0, fatigue_spread=0.2, level_spread=20.0, day_spread=1.0)
"""VO2 max, mL/(kg.min): +4.9 (95 % limits 1.4) by endurance training against none (Milanovic 2015); people spread by
about half of the mean (HERITAGE: 0.4 L/min, spread over 0.2)."""


@dataclass(frozen=True, slots=True)
class Response:
    """Draws (n,) of a person's response: the steady level at no training, where the drift stands, how much of it is
    kept a day and renewed (`wander`, a standard deviation), the noise of a day, both responses, both time constants."""

    level: Floats
    drift: Floats
    keep: Floats
    wander: Floats
    noise: Floats
    gain: Floats
    tired: Floats
    fitness_days: Floats
    fatigue_days: Floats


def states(load: Floats, fitness_days: Floats | float, fatigue_days: Floats | float) -> Trained:
    """Fitness and fatigue after each day of a person's past load (n,), begun at the mean of its first four weeks."""
    start = float(load[:28].mean()) if load.size else 0.0
    return Trained(left(load, fitness_days, start=start), left(load, fatigue_days, start=start))


def from_prior(prior: Prior, level: float, error: float, fitness: float, n: int, seed: int) -> Response:
    """Draws of the response of a person of whom a level now (with its error) and the fitness now are known."""
    rng = np.random.default_rng((seed, 11))
    gain = prior.gain + prior.gain_spread * rng.standard_normal(n)
    gain = np.maximum(gain * np.sign(prior.gain), 0.0) * np.sign(prior.gain)
    tired = prior.fatigue + prior.fatigue_spread * rng.standard_normal(n)
    now = level + error * rng.standard_normal(n) - gain * benefit(np.array(fitness)) - tired * fitness / HUNDRED
    wander = np.full(n, prior.day_spread * 0.4)
    return Response(now, np.zeros(n), np.full(n, 0.97), wander, np.full(n, prior.day_spread * 0.6), gain, tired,
                    rng.choice(FITNESS_GRID, n, p=(0.25, 0.5, 0.25)), rng.choice(FATIGUE_GRID, n))  # fmt: skip


def fit(values: Floats, load: Floats, prior: Prior, *, n: int, seed: int) -> Response:
    """Draws (n,) of the response that days of a signal (m,), nan where missing, and of load (m,) leave possible."""
    grid = np.array(list(product(FITNESS_GRID, FATIGUE_GRID, KEEP_GRID, NOISE_GRID, WANDER_GRID)))
    known = values[np.isfinite(values)]
    steps = np.diff(known)
    change = max(float(np.median(np.abs(steps))) / 0.6745, 1e-3) if steps.size else prior.day_spread
    spread = max(float(known.var()) if known.size else 0.0, change**2 / 2)
    noise = grid[:, 3] * change**2 / 2
    renewed = (1 - grid[:, 2] ** 2) * grid[:, 4] * spread
    inputs = _inputs(load, grid)
    mean, cover, weight = _filtered(values, inputs, grid[:, 2], noise, renewed, _start(known, spread, prior))
    return _drawn(grid, mean, cover, weight, np.sqrt(noise), np.sqrt(renewed), n, seed)


def _inputs(load: Floats, grid: Floats) -> Floats:
    """What stands beside each state (cells, days, 4): level, drift, benefit of fitness, hundreds of fatigue."""
    found = np.ones((len(grid), load.size, 4))
    for days in FITNESS_GRID:
        found[grid[:, 0] == days, :, 2] = benefit(states(load, days, FATIGUE_GRID[0]).fitness)
    for days in FATIGUE_GRID:
        found[grid[:, 1] == days, :, 3] = states(load, FITNESS_GRID[0], days).fatigue / HUNDRED
    return found


def _start(known: Floats, spread: float, prior: Prior) -> tuple[Floats, Floats]:
    """Mean and variances (4,) of the states before the first day."""
    middle = float(np.median(known[:14])) if known.size else 0.0
    mean = np.array([middle - prior.gain * 0.5, 0.0, prior.gain, prior.fatigue])
    return mean, np.array([prior.level_spread**2, spread, prior.gain_spread**2, prior.fatigue_spread**2])


def _filtered(
    values: Floats, inputs: Floats, keep: Floats, noise: Floats, renewed: Floats, start: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """States after the last day in every cell: means (cells, 4), covariances (cells, 4, 4), weights (cells,)."""
    cells = keep.size
    mean = np.tile(start[0], (cells, 1))
    cover = np.tile(np.diag(start[1]), (cells, 1, 1))
    likely = np.zeros(cells)
    for day, value in enumerate(values):
        mean[:, 1] *= keep
        cover[:, 1, :] *= keep[:, None]
        cover[:, :, 1] *= keep[:, None]
        cover[:, 1, 1] += renewed
        if not np.isfinite(value):
            continue
        beside = inputs[:, day]
        along = np.einsum("cij,cj->ci", cover, beside)
        total = np.einsum("ci,ci->c", along, beside) + noise
        miss = value - np.einsum("ci,ci->c", mean, beside)
        likely -= 0.5 * (np.log(total) + miss**2 / total)
        mean += along * (miss / total)[:, None]
        cover -= along[:, :, None] * along[:, None, :] / total[:, None, None]
    weight = np.exp(likely - likely.max())
    return mean, cover, weight / weight.sum()


def _drawn(
    grid: Floats, mean: Floats, cover: Floats, weight: Floats, noise: Floats, wander: Floats, n: int, seed: int
) -> Response:
    rng = np.random.default_rng((seed, 12))
    cell = np.sort(rng.choice(weight.size, n, p=weight))
    state = np.empty((n, 4))
    for one in np.unique(cell):
        rows = np.flatnonzero(cell == one)
        values, turned = np.linalg.eigh(cover[one])
        luck = rng.standard_normal((rows.size, 4)) * np.sqrt(np.maximum(values, 0.0))
        state[rows] = mean[one] + luck @ turned.T
    level, drift, gain, tired = (state[:, column] for column in range(4))
    return Response(level, drift, grid[cell, 2], wander[cell], noise[cell], gain, tired, grid[cell, 0], grid[cell, 1])


def onwards(response: Response, load: Floats, plan: Floats) -> Trained:
    """Fitness and fatigue on the days of a plan (n, days) after a past load (m,), by each draw's time constants."""
    fitness, fatigue = np.empty(len(plan)), np.empty(len(plan))
    for slow in np.unique(response.fitness_days):
        fitness[response.fitness_days == slow] = states(load, float(slow), FATIGUE_GRID[0]).fitness[-1]
    for fast in np.unique(response.fatigue_days):
        fatigue[response.fatigue_days == fast] = states(load, FITNESS_GRID[0], float(fast)).fatigue[-1]
    return trained(plan, fitness=fitness, fatigue=fatigue, fitness_days=response.fitness_days,
                   fatigue_days=response.fatigue_days)  # fmt: skip


def ahead(response: Response, state: Trained, *, seed: int, noisy: bool = True) -> Floats:
    """The signal on the days ahead (n, days) at fitness and fatigue (n, days); the same seed is the same luck."""
    rng = np.random.default_rng((seed, 13))
    luck = rng.standard_normal((2, *state.fitness.shape))
    said = np.empty_like(state.fitness)
    drift = response.drift
    for day in range(said.shape[1]):
        drift = response.keep * drift + response.wander * luck[0, :, day]
        said[:, day] = response.level + drift
    said += response.gain[:, None] * benefit(state.fitness) + response.tired[:, None] * state.fatigue / HUNDRED
    return said + (response.noise[:, None] * luck[1] if noisy else 0.0)
