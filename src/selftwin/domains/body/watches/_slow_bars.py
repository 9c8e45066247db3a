"""How high the log odds of a slow change must be for a budget of false alarms a month: set on untouched series of half
of the people of the LifeSnaps and PMData studies, and held against the other half (`python -m bench slow-change`)."""

from __future__ import annotations

import numpy as np

BARS = {0.1: 2.0, 0.25: 0.95, 0.5: 0.2, 1.0: 0.0}  # at one a month even odds; more would be no alarm at all
BUDGETS = tuple(BARS)


def bar(budget: float) -> float:
    """The bar of a budget, between those of the table by the logarithm of the budget.

    >>> bar(0.25), round(bar(0.35), 2)
    (0.95, 0.59)
    """
    known = sorted(BARS.items())
    return float(np.interp(np.log(budget), np.log([one for one, _ in known]), [height for _, height in known]))
