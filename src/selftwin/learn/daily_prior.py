"""The prior over people: small tables learnt from simulated lives alone (see `daily_making`), frozen beside this."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np

from selftwin.learn.daily_memory import (
    CANDIDATES,
    EXPERTS,
    FEATURES,
    QUANTILE_FEATURES,
    Floats,
    Prior,
)

TABLE = "daily_prior.csv"
EXTRAS_TOLD = (0, 1, 2, 3, 4, 5, 7, 8)  # of the extra features, those that weigh quantiles


@cache
def prior() -> Prior:
    """The frozen tables."""
    return read(files("selftwin.learn").joinpath(TABLE).read_text())


def written(tables: Prior) -> str:
    """Tables as text, one row a line, four digits after the point."""
    rows = [*tables.experts, *(row for table in tables.quantiles for row in table)]
    return "".join(",".join(f"{number:.4f}" for number in row) + "\n" for row in rows)


def read(text: str) -> Prior:
    """Tables from text, the inverse of `written`."""
    rows = [[float(cell) for cell in line.split(",")] for line in text.splitlines()]
    experts = np.array(rows[: FEATURES + 1])
    quantiles = np.array(rows[FEATURES + 1 :]).reshape(3, QUANTILE_FEATURES + 1, CANDIDATES)
    return Prior(experts.reshape(FEATURES + 1, EXPERTS), quantiles)


def told(features: Floats, offered: Floats, scales: Floats, *, upper: bool) -> Floats:
    """What one quantile's candidates are weighed by, [n, QUANTILE_FEATURES], as the kernel computes it for one day."""
    extras = features[:, [2 * EXPERTS + i for i in EXTRAS_TOLD]]
    distance = np.clip(offered / scales[:, None], -6.0, 6.0)
    return np.hstack([extras, -distance if upper else distance])
