"""What people of a sex and age usually have, for the inputs of a risk equation that nobody told: means, spreads and
shares of the United States, 2009 to 2012 (NHANES, CDC/NCHS, weighted; made by `bench/_risk_norms.py`), and for what
that survey's public file lacks, published figures with their sources (`risk_norms_published.csv`).

Blood pressure, cholesterol, HDL and body mass index are drawn together, given those of them that are known.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LOGS = ("systolic", "cholesterol", "hdl", "bmi")
SHARES = ("smoker", "diabetes", "bp_treated", "statin")
KNOWN = frozenset({*LOGS, *SHARES, "egfr"})
_SEXES = ("male", "female")  # by the number the equations take


def imagine(
    missing: Collection[str], known: Mapping[str, Floats], sex: int, age: float, rows: Floats
) -> dict[str, Floats]:
    """Values (n,) of missing inputs, of people of this sex (1 woman, 0 man) and age; `rows` (n, 9) are standard normal
    numbers, the luck behind them. Raises KeyError for an input nobody has averages of."""
    drawn = _logs([name for name in LOGS if name in missing], known, sex, age, rows)
    for place, name in enumerate((*SHARES, "egfr"), len(LOGS)):
        if name in missing:
            mean, sd = figures(name, sex, age)
            luck = rows[:, place]
            drawn[name] = mean + sd * luck if name == "egfr" else (_uniform(luck) < mean).astype(float)
    if strange := set(missing) - set(drawn):
        raise KeyError(min(strange))
    return drawn


def figures(name: str, sex: int, age: float) -> tuple[float, float]:
    """Mean and spread (of the logarithm, for the four that are drawn together; 0 for a share) at a sex and age."""
    row = _band(sex, age)
    if name in LOGS:
        return row[f"{name}_ln_mean"], row[f"{name}_ln_sd"]
    if name in row:
        return row[name], 0.0
    return next((mean, sd) for one, first, last, mean, sd in _published() if one == name and first <= int(age) <= last)


def bond(sex: int, one: str, other: str) -> float:
    """The correlation of two of the four that are drawn together."""
    return float(_together()[_SEXES[sex]][LOGS.index(one), LOGS.index(other)])


def _logs(missing: list[str], known: Mapping[str, Floats], sex: int, age: float, rows: Floats) -> dict[str, Floats]:
    """The missing ones of the four, given the known ones: a normal distribution of the standardised logarithms."""
    if not missing:
        return {}
    given = [name for name in LOGS if name in known]
    whole = _together()[_SEXES[sex]]
    m, g = [LOGS.index(name) for name in missing], [LOGS.index(name) for name in given]
    gain = whole[np.ix_(m, g)] @ np.linalg.inv(whole[np.ix_(g, g)]) if g else np.zeros((len(m), 0))
    left = whole[np.ix_(m, m)] - gain @ whole[np.ix_(g, m)]
    scores = rows[:, m] @ np.linalg.cholesky(left).T
    if g:
        scores = scores + _scores(given, known, sex, age) @ gain.T
    drawn = {}
    for place, name in enumerate(missing):
        mean, sd = figures(name, sex, age)
        drawn[name] = np.exp(mean + sd * scores[:, place])
    return drawn


def _scores(given: list[str], known: Mapping[str, Floats], sex: int, age: float) -> Floats:
    columns = []
    for name in given:
        mean, sd = figures(name, sex, age)
        columns.append((np.log(known[name]) - mean) / sd)
    return np.column_stack(columns)


def _uniform(scores: Floats) -> Floats:
    """Standard normal numbers as shares of 1."""
    from math import erf, sqrt

    return np.array([0.5 * (1 + erf(score / sqrt(2))) for score in scores])


def _band(sex: int, age: float) -> dict[str, float]:
    row = next((row for row in _norms()[_SEXES[sex]] if row["from"] <= int(age) <= row["to"]), None)
    return row or _norms()[_SEXES[sex]][0]  # under 20, the youngest that were asked


@lru_cache(maxsize=1)
def _norms() -> dict[str, list[dict[str, float]]]:
    held: dict[str, list[dict[str, float]]] = {}
    for row in _table("risk_norms.csv"):
        held.setdefault(row.pop("sex"), []).append({name: float(value) for name, value in row.items()})
    return held


@lru_cache(maxsize=1)
def _together() -> dict[str, Floats]:
    """By sex: correlations (4, 4)."""
    held = {sex: np.eye(len(LOGS)) for sex in _SEXES}
    for row in _table("risk_norms_together.csv"):
        i, j = LOGS.index(row["one"]), LOGS.index(row["other"])
        held[row["sex"]][i, j] = held[row["sex"]][j, i] = float(row["r"])
    return held


@lru_cache(maxsize=1)
def _published() -> list[tuple[str, int, int, float, float]]:
    rows = _table("risk_norms_published.csv")
    return [(row["input"], int(row["from"]), int(row["to"]), float(row["mean"]), float(row["sd"] or 0)) for row in rows]


def _table(name: str) -> list[dict[str, str]]:
    text = files("selftwin.domains.body").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
