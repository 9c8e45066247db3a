"""The threshold of the illness score for any budget of false alarms, from the table beside this file: what kept other
people's untouched days within it."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from selftwin.learn.alarms import Scored

LEAST, MOST = 0.1, 2.0  # false alarms a month that can be asked for; above, episodes run together


@cache
def table() -> tuple[tuple[float, float], ...]:
    """Budgets (episodes a person-month of nights), rising, each with its threshold."""
    lines = Path(__file__).with_name("warning_thresholds.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple((float(row["budget"]), float(row["threshold"])) for row in rows)


def shared(budget: float) -> float:
    """The threshold for a budget between LEAST and MOST, on a line through the logarithms of the table's budgets.

    >>> shared(0.5) > shared(1.0) > shared(2.0)
    True
    """
    budgets, thresholds = zip(*table(), strict=True)
    return float(np.interp(np.log(budget), np.log(budgets), thresholds))


def trial() -> Scored:
    """Scores of one fixed made-up series: what the table was made with gave the sum its header holds, so that a change
    of the score that needs a new table is noticed."""
    from selftwin.domains.safety.warning_score import score

    steps = np.sin(np.outer(np.arange(1.0, 81.0), [1.7, 2.3, 3.1, 4.3, 5.9]))
    values = np.array([55.0, 45.0, 15.0, 35.0, 420.0]) + steps * [2.0, 6.0, 0.5, 0.2, 40.0]
    values[60:64] += [8.0, -15.0, 2.0, 0.6, 30.0]
    odds = score(values[None], np.zeros((1, 80, 4), dtype=np.bool_)).score[0]
    on = np.flatnonzero(np.isfinite(odds))
    return Scored(on, odds[on])


def made_with() -> float:
    """The sum of the trial's scores under the detector that the table was made with."""
    lines = Path(__file__).with_name("warning_thresholds.csv").read_text(encoding="utf-8").splitlines()
    return float(next(line for line in lines if line.startswith("# trial")).split()[-1])
