"""Effects that differ between people of a cohort, where everybody had the cause or not and what led to it is known: two
smooth surfaces, of those with and of those without (a "T-learner"; Künzel and others 2019, *PNAS* 116:4156), kept only
as far as people not learnt from say that effects differ (Chernozhukov and others 2018, arXiv 1712.04802).

>>> import numpy as np
>>> rng = np.random.default_rng(0)
>>> x, had = rng.normal(size=(200, 2)), rng.random(200) < 0.5
>>> cohort = differing(x, had, x[:, 0] * had + 0.1 * rng.normal(size=200))
>>> bool(np.corrcoef(cohort.effects(x).size, x[:, 0])[0, 1] > 0.95)
True
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.heterogeneous_surface import surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.learn.heterogeneous_surface import Surface

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

FOLDS, LEAST, NORMAL_90 = 3, 20, 1.6448536269514722
RARE = 0.03  # a chance of the cause nearer to nothing or all is taken as this


@dataclass(frozen=True, slots=True)
class Effects:
    """Of each person (m,): the effect, with bounds meant to hold nine times in ten, wider where differences between
    people were not all kept."""

    size: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Cohort:
    """What was learnt. `mean` with `low` and `high` is one effect for everybody; `kept` is the share of the differences
    between people that is kept: 0 where those not learnt from speak for one effect alone."""

    with_it: Surface
    without: Surface
    centre: Floats
    scale: Floats
    mean: float
    low: float
    high: float
    kept: float
    middle: float

    def effects(self, covariates: Floats) -> Effects:
        """The effect on people with these covariates (m, d)."""
        places = (covariates - self.centre) / self.scale
        (more, first), (less, second) = self.with_it.at(places), self.without.at(places)
        apart = more - less - self.middle
        size = self.mean + self.kept * apart
        of_mean = (self.high - self.low) / (2 * NORMAL_90)
        half = NORMAL_90 * np.sqrt(first**2 + second**2 + of_mean**2 + ((1 - self.kept) * apart) ** 2)
        return Effects(size, size - half, size + half)


def differing(covariates: Floats, had: Flags, outcome: Floats, *, seed: int = 0) -> Cohort:
    """Learnt from covariates (n, d) from before the cause, who `had` it (n,), and outcomes (n,). ValueError with fewer
    than twenty people on either side, or a value that is no number."""
    had = np.asarray(had, bool)
    if min(had.sum(), (~had).sum()) < LEAST:
        raise ValueError("twenty people with the cause and twenty without are needed")
    if not (np.isfinite(covariates).all() and np.isfinite(outcome).all()):
        raise ValueError("every covariate and outcome must be known")
    centre, scale = covariates.mean(axis=0), np.where(covariates.std(axis=0) > 0, covariates.std(axis=0), 1.0)
    places = (covariates - centre) / scale
    unseen, says = _not_learnt_from(places, had, outcome, seed)
    mean, error = float(says.mean()), float(says.std() / np.sqrt(len(says)))
    with_it, without = surface(places[had], outcome[had]), surface(places[~had], outcome[~had])
    middle = float((with_it.at(places)[0] - without.at(places)[0]).mean())
    bounds = mean - NORMAL_90 * error, mean + NORMAL_90 * error
    return Cohort(with_it, without, centre, scale, mean, *bounds, _kept(unseen, says), middle)


def _not_learnt_from(places: Floats, had: Flags, outcome: Floats, seed: int) -> tuple[Floats, Floats]:
    """For each person, by surfaces learnt from others: the effect (n,), and a noisy reading of it (n,) that is right on
    average if either the surfaces or the chances of the cause are (doubly robust)."""
    order = np.random.default_rng(seed).permutation(len(had))
    order = np.concatenate([order[had[order]], order[~had[order]]])  # each fold its share of both
    unseen, says = np.empty(len(had)), np.empty(len(had))
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        known = np.setdiff1d(order, out)
        here = had[known]
        more = surface(places[known][here], outcome[known][here]).at(places[out])[0]
        less = surface(places[known][~here], outcome[known][~here]).at(places[out])[0]
        chance = chances(places[known], here, places[out])
        miss = np.where(had[out], (outcome[out] - more) / chance, -(outcome[out] - less) / (1 - chance))
        unseen[out], says[out] = more - less, more - less + miss
    return unseen, says


def chances(known: Floats, had: Flags, places: Floats) -> Floats:
    """The chance of the cause at places (m, d), by logistic regression on standardised covariates."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=0.1, max_iter=500).fit(known, had)
    said: Floats = found.predict_proba(places)[:, 1]
    return np.clip(said, RARE, 1 - RARE)


def _kept(unseen: Floats, says: Floats) -> float:
    """The slope of what is read on what was foretold, and one standard error for the benefit of the doubt, within 0 and
    1."""
    apart = unseen - unseen.mean()
    power = float(apart @ apart)
    if power <= 0:
        return 0.0
    slope = float(apart @ says) / power
    errors = says - says.mean() - slope * apart
    error = float(np.sqrt((apart**2) @ (errors**2))) / power
    return float(np.clip(slope + error, 0.0, 1.0))
