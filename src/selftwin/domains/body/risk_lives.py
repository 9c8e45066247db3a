"""Imagined lives behind a risk: what is known, moved by how unsure one reading is; what is missing, as people of that
sex and age have it. The luck of an input is the same for every equation and with or without a change."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from selftwin.domains.body import risk_norms

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from selftwin.domains.body.risk_formula import Formula
    from selftwin.domains.body.risk_gather import Known

    Floats = NDArray[np.float64]

LIVES = 2000
_PLAIN = frozenset({"age", "sex", "region"})  # what an average person is an average of


def lives(
    equation: Formula, found: Mapping[str, Known], averaged: Collection[str], *, seed: int, n: int = LIVES
) -> dict[str, Floats]:
    """Every input (n,), inside the equation's ranges: known ones about their value, others as people have them."""
    drawn = {name: _moved(one, name, seed, n) for name, one in found.items()}
    if averaged:
        rows = np.random.default_rng([seed, crc32(b"people")]).standard_normal((n, 9))
        sex, age = int(found["sex"].value), found["age"].value
        drawn |= risk_norms.imagine(averaged, drawn, sex, age, rows)
    return clipped(equation, drawn)


def clipped(equation: Formula, drawn: Mapping[str, Floats]) -> dict[str, Floats]:
    """The same lives with every input brought to the nearest that the equation was made for."""
    bounds = {one.name: (one.low, one.high) for one in equation.inputs}
    return {name: _within(values, *bounds[name]) for name, values in drawn.items()}


def usual(equation: Formula, found: Mapping[str, Known], *, seed: int) -> dict[str, float]:
    """By outcome, what people of this sex and age come to on average; nothing where nobody has the averages."""
    needed = {one.name for one in equation.inputs if not one.optional} - _PLAIN
    if not equation.population or needed - risk_norms.KNOWN:
        return {}
    plain = {name: one for name, one in found.items() if name in _PLAIN}
    told = equation.many(lives(equation, plain, needed, seed=seed))
    return {name: float(values.mean()) for name, values in told.items()}


def _moved(one: Known, name: str, seed: int, n: int) -> Floats:
    """A known input about its value: by a share of it, so that it never changes sign."""
    if not one.spread or not one.value:
        return np.full(n, one.value)
    luck = np.random.default_rng([seed, crc32(name.encode())]).standard_normal(n)
    share = np.log1p((one.spread / one.value) ** 2)
    return np.asarray(one.value * np.exp(luck * share**0.5 - share / 2))


def _within(values: Floats, low: float | None, high: float | None) -> Floats:
    return values if low is None and high is None else np.clip(values, low, high)
