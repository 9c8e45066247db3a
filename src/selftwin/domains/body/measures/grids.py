"""How much a wrong glucose matters: the error grids of Clarke, of Parkes (consensus), and of the Diabetes Technology
Society. Each gives a pair of true and said glucose a zone, from A (no effect on what one would do) to E (the opposite).

Clarke and others, Diabetes Care 1987;10:622. Parkes and others, Diabetes Care 2000;23:1143, with the coordinates of
Pfützner and others, J Diabetes Sci Technol 2013;7:1275. Klonoff and others, J Diabetes Sci Technol 2024;18:1346.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Zones = NDArray[np.str_]

ZONES = "ABCDE"
Line = tuple[tuple[float, float], ...]

# Borders as (true, said) in mg/dL from the low end; a border ends upright or level where its first two points say so.
_PARKES: dict[str, dict[str, tuple[Line, Line]]] = {
    "type 1": {
        "B": (
            ((0, 50), (30, 50), (140, 170), (280, 380), (430, 550)),
            ((50, 0), (50, 30), (170, 145), (385, 300), (550, 450)),
        ),
        "C": (
            ((0, 60), (30, 60), (50, 80), (70, 110), (260, 550)),
            ((120, 0), (120, 30), (260, 130), (550, 250)),
        ),
        "D": (((0, 100), (25, 100), (50, 125), (80, 215), (125, 550)), ((250, 0), (250, 40), (550, 150))),
        "E": (((0, 150), (35, 155), (50, 550)), ()),
    },
    "type 2": {
        "B": (
            ((0, 50), (30, 50), (230, 330), (440, 550)),
            ((50, 0), (50, 30), (90, 80), (330, 230), (550, 450)),
        ),
        "C": (((0, 60), (30, 60), (280, 550)), ((90, 0), (260, 130), (550, 250))),
        "D": (((0, 80), (25, 80), (35, 90), (125, 550)), ((250, 0), (250, 40), (410, 110), (550, 160))),
        "E": (((0, 200), (35, 200), (50, 550)), ()),
    },
}
_DTS_OVER, _DTS_UNDER, _DTS_LEAST = 2.75, 2.25, 50.0  # risk a log unit said too high, too low; under 50 all is 50
_DTS_EDGES = (0.5, 1.5, 2.5, 3.5)


def clarke(true: Floats, said: Floats) -> Zones:
    """Clarke's zone of each pair (n,), mg/dL."""
    r, p = _pairs(true, said)
    zone = np.full(len(r), "B")
    zone[((r >= 70) & (r <= 290) & (p >= r + 110)) | ((r >= 130) & (r <= 180) & (p <= 1.4 * r - 182))] = "C"
    low, between = (r <= 175 / 3) & (p >= 70) & (p <= 180), (r >= 175 / 3) & (r <= 70) & (p >= 1.2 * r)
    zone[((r >= 240) & (p >= 70) & (p <= 180)) | low | between] = "D"
    zone[((r >= 180) & (p <= 70)) | ((r <= 70) & (p >= 180))] = "E"
    zone[((r <= 70) & (p <= 70)) | ((p <= 1.2 * r) & (p >= 0.8 * r))] = "A"
    return zone


def parkes(true: Floats, said: Floats, *, kind: Literal["type 1", "type 2"] = "type 1") -> Zones:
    """Parkes' zone of each pair (n,), mg/dL, for people with this diabetes; a pair on a border has the milder zone."""
    r, p = _pairs(true, said)
    zone = np.full(len(r), "A")
    for name, (upper, lower) in _PARKES[kind].items():
        beyond = p > _height(upper, r)
        if lower:
            # an upright border turned on its side is a level one
            beyond |= r > _height(tuple((y, x) for x, y in lower), p)
        zone[beyond] = name
    return zone


def dts(true: Floats, said: Floats) -> Zones:
    """The zone of each pair (n,), mg/dL, in the grid of the Diabetes Technology Society (2024)."""
    risk = np.abs(dts_risk(true, said))
    return np.array(list(ZONES))[np.searchsorted(_DTS_EDGES, risk - 1e-12)]


def dts_risk(true: Floats, said: Floats) -> Floats:
    """The risk (n,) behind that grid: 2.75 ln(said ÷ true) where too much was said, 2.25 ln(said ÷ true) where too
    little, anything under 50 mg/dL counted as 50."""
    r, p = _pairs(true, said)
    ratio = np.log(np.maximum(p, _DTS_LEAST) / np.maximum(r, _DTS_LEAST))
    risk: Floats = np.where(ratio > 0, _DTS_OVER, _DTS_UNDER) * ratio
    return risk


def shares(zones: Zones) -> dict[str, float]:
    """The per cent of pairs in each zone; NaN of none."""
    return {name: 100.0 * float((zones == name).mean()) if len(zones) else float("nan") for name in ZONES}


def _pairs(true: Floats, said: Floats) -> tuple[Floats, Floats]:
    """Both as floats of one length. Raises ValueError where a glucose is missing or below nothing."""
    r, p = np.asarray(true, dtype=np.float64), np.asarray(said, dtype=np.float64)
    if r.shape != p.shape or r.ndim != 1 or not (np.isfinite(r).all() and np.isfinite(p).all()):
        raise ValueError("pairs of glucose are two arrays (n,) of finite numbers")
    if len(r) and min(float(r.min()), float(p.min())) < 0:
        raise ValueError("a glucose is never below nothing")
    return r, p


def _height(line: Line, at: Floats) -> Floats:
    """The border's height over each point (n,), its last piece going on beyond its end."""
    x, y = np.array(line, dtype=np.float64).T
    slope = (y[-1] - y[-2]) / (x[-1] - x[-2])
    height: Floats = np.where(at > x[-1], y[-1] + slope * (at - x[-1]), np.interp(at, x, y))
    return height
