"""What a cause did to those who had it, from others who had not: the others are weighed until they are like the first
in every term (entropy balancing; Hainmueller 2012, *Political Analysis* 20:25), and what a flexible model of outcomes
still sees between them is taken off (doubly robust; Zhao and Percival 2017, *J Causal Inference* 5:1).

The terms are set beforehand: each covariate, its square where it has more than two values, and whether it is nothing
where it is nothing for at least one in ten.

>>> import numpy as np
>>> rng = np.random.default_rng(0)
>>> x = rng.normal(size=(300, 2))
>>> had = rng.random(300) < 1 / (1 + np.exp(-x[:, 0]))
>>> found = on_those(x, had, 2.0 * had + 3 * x[:, 0] + rng.normal(size=300), trees=20)
>>> bool(found.low < 2 < found.high)
True
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

FOLDS, LEAST, NOTHING = 5, 20, 0.1
SOFT = 1e-4  # how much balance is given up so that no weight runs away


@dataclass(frozen=True, slots=True)
class Balanced:
    """The mean effect on those who had the cause, its standard error and bounds; the others count as `others` people
    after weighing; `apart` is the largest difference between the two in any term, in standard deviations, before and
    after."""

    size: float
    error: float
    low: float
    high: float
    others: float
    apart: tuple[float, float]


def on_those(
    covariates: Floats, had: Flags, outcome: Floats, *, level: float = 0.9, seed: int = 0, trees: int = 100
) -> Balanced:
    """From covariates (n, d) from before the cause, who `had` it (n,), and outcomes (n,). ValueError with fewer than
    twenty people on either side. `trees` of the outcome's model in each of five folds."""
    from scipy.stats import norm

    had = np.asarray(had, bool)
    if min(had.sum(), (~had).sum()) < LEAST:
        raise ValueError("twenty people with the cause and twenty without are needed")
    sides = terms(covariates)
    sides = (sides - sides[had].mean(axis=0)) / np.where(sides.std(axis=0) > 0, sides.std(axis=0), 1.0)
    weights = balance(sides[~had])
    expected = _without(np.column_stack([covariates, sides]), had, outcome, seed, trees)
    left = outcome - expected
    size = float(left[had].mean() - weights @ left[~had])
    ours = (left[had] - left[had].mean()) / had.sum()
    theirs = weights * (left[~had] - weights @ left[~had])
    error = float(np.sqrt((ours**2).sum() + (theirs**2).sum()))
    half = float(norm.ppf(0.5 + level / 2)) * error
    apart = float(np.abs(sides[~had].mean(axis=0)).max()), float(np.abs(weights @ sides[~had]).max())
    return Balanced(size, error, size - half, size + half, float(1 / (weights**2).sum()), apart)


def terms(covariates: Floats) -> Floats:
    """What is balanced (n, k): set by the covariates alone, never by the outcome."""
    found = []
    for column in covariates.T:
        found.append(column)
        if len(np.unique(column)) > 2:
            found.append(column**2)
            if NOTHING <= np.mean(column == 0) <= 1 - NOTHING:
                found.append((column == 0).astype(float))
    return np.column_stack(found)


def balance(apart: Floats) -> Floats:
    """Weights (m,) that sum to one and bring the means of terms (m, k), written as differences from the wanted ones, to
    nothing, as even as that allows."""
    from scipy.optimize import minimize

    def cost(pulls: Floats) -> tuple[float, Floats]:
        reach = apart @ pulls
        top = float(reach.max())
        parts = np.exp(reach - top)
        total = float(parts.sum())
        slopes = apart.T @ (parts / total) + SOFT * pulls
        return top + np.log(total) + 0.5 * SOFT * float(pulls @ pulls), slopes

    found = minimize(cost, np.zeros(apart.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x
    reach = apart @ found
    parts: Floats = np.exp(reach - reach.max())
    parts /= parts.sum()
    return parts


def _without(columns: Floats, had: Flags, outcome: Floats, seed: int, trees: int) -> Floats:
    """What each person's outcome (n,) would be without the cause, by random trees that never saw that person."""
    from sklearn.ensemble import ExtraTreesRegressor

    expected, others = np.zeros(len(had)), np.random.default_rng(seed).permutation(np.flatnonzero(~had))
    for fold in range(FOLDS):
        out = others[fold::FOLDS]
        known = np.setdiff1d(others, out)
        grown = ExtraTreesRegressor(trees, min_samples_leaf=5, random_state=0).fit(columns[known], outcome[known])
        expected[out] = grown.predict(columns[out])
        expected[had] += grown.predict(columns[had]) / FOLDS
    return expected
