"""A smooth surface over many covariates: a Gaussian process whose kernel is a line plus a bend, each covariate with a
weight of its own in both (automatic relevance; Rasmussen and Williams 2006, chapter 5), by marginal likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SPARSE, CENTRE, WIDE = 10.0, -5.0, 0.033  # penalty of a weight, and of a log weight about its centre
START = (np.log(0.03), np.log(0.02), np.log(0.5), np.log(0.3))  # bend, line, size of the bend, noise
BOUNDS = ((-12.0, 3.0), (-12.0, 3.0), (-6.0, 4.0), (-6.0, 2.0))
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Surface:
    """What was learnt: covariates (n, d) it learnt from, weights (d,) of `bends` and `lines`, and the solved system."""

    known: Floats
    bends: Floats
    lines: Floats
    size: float
    middle: float
    scale: float
    pull: Floats
    lower: Floats

    def at(self, places: Floats) -> tuple[Floats, Floats]:
        """The mean outcome at covariates (m, d), and its standard error (noise of a single outcome left out)."""
        from scipy.linalg import solve_triangular

        across = _kernel(places, self.known, self.bends, self.lines, self.size)
        own = self.size + (places**2) @ self.lines + 1.0
        explained = solve_triangular(self.lower, across.T, lower=True)
        spread = np.sqrt(np.maximum(own - (explained**2).sum(axis=0), 0.0))
        return self.middle + self.scale * (across @ self.pull), self.scale * spread


def surface(covariates: Floats, outcome: Floats, *, steps: int = 60) -> Surface:
    """Learnt from covariates (n, d), standardised, and outcomes (n,); about three seconds for n = 600."""
    from scipy.optimize import minimize

    middle, scale = float(outcome.mean()), float(outcome.std()) or 1.0
    wanted, many = (outcome - middle) / scale, covariates.shape[1]
    start = np.concatenate([np.full(many, START[0]), np.full(many, START[1]), START[2:]])
    bounds = [*[BOUNDS[0]] * many, *[BOUNDS[1]] * many, *BOUNDS[2:]]
    found = minimize(
        _cost, start, (covariates, wanted), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": steps}
    ).x
    bends, lines, (size, noise) = np.exp(found[:many]), np.exp(found[many:-2]), np.exp(found[-2:]).tolist()
    matrix = _kernel(covariates, covariates, bends, lines, size) + (noise + TINY) * np.eye(len(wanted))
    lower = np.linalg.cholesky(matrix)
    pull = np.linalg.solve(lower.T, np.linalg.solve(lower, wanted))
    return Surface(covariates, bends, lines, size, middle, scale, pull, lower)


def _bend(one: Floats, other: Floats, weights: Floats) -> Floats:
    left, right = one * np.sqrt(weights), other * np.sqrt(weights)
    apart = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    bent: Floats = np.exp(-0.5 * np.maximum(apart, 0.0))
    return bent


def _kernel(one: Floats, other: Floats, bends: Floats, lines: Floats, size: float) -> Floats:
    found: Floats = size * _bend(one, other, bends) + (one * lines) @ other.T + 1.0
    return found


def _cost(logs: Floats, covariates: Floats, wanted: Floats) -> tuple[float, Floats]:
    """Minus the log posterior of the weights, and its slope; all weights as logarithms."""
    count, many = covariates.shape
    bends, lines, size, noise = np.exp(logs[:many]), np.exp(logs[many:-2]), np.exp(logs[-2]), np.exp(logs[-1])
    bent = size * _bend(covariates, covariates, bends)
    matrix = bent + (covariates * lines) @ covariates.T + 1.0 + (noise + TINY) * np.eye(count)
    try:
        lower = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return 1e10, np.zeros_like(logs)
    inverse = np.linalg.inv(matrix)
    pull = inverse @ wanted
    pushed = 0.5 * (inverse - np.outer(pull, pull))
    by_bend = pushed * bent
    squares = (covariates**2).T @ by_bend.sum(axis=1) - (covariates * (by_bend @ covariates)).sum(axis=0)
    slopes = np.concatenate([
        -bends * squares,
        lines * (covariates * (pushed @ covariates)).sum(axis=0),
        [by_bend.sum(), noise * np.trace(pushed)],
    ])
    about = logs[:-2] - CENTRE
    slopes[:-2] += SPARSE * np.exp(logs[:-2]) + WIDE * about
    cost = 0.5 * wanted @ pull + np.log(np.diag(lower)).sum()
    return float(cost + SPARSE * np.exp(logs[:-2]).sum() + 0.5 * WIDE * about @ about), slopes
