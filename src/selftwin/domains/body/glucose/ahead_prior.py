"""The prior that ships: a network of eight units, gains of inputs and widths, 204 rounded numbers with what they are in
`ahead_prior.toml`. It holds no record of anybody (docs/models/glucose-forecast.md says what it was fitted on)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.driven import Prior
from selftwin.learn.driven_width import Width

if TYPE_CHECKING:
    from selftwin.learn.dense_memory import Floats

MINUTES = (30.0, 60.0, 120.0)
FILE = Path(__file__).with_name("ahead_prior.toml")


def leads() -> Floats:
    """The horizons in seconds."""
    return 60.0 * np.array(MINUTES)


@cache
def shipped() -> Prior:
    """The prior as it ships."""
    return parsed(FILE.read_text(encoding="utf-8"))


def parsed(text: str) -> Prior:
    """The prior a TOML text holds."""
    told = tomllib.loads(text)
    table = {name: np.array(told[name], dtype=np.float64) for name in told if isinstance(told[name], list)}
    return Prior(60.0 * table["minutes"], float(told["scale"]), table["inner"], table["outer"], table["gains"],
                 Width(table["spread"], table["low"], table["high"]))  # fmt: skip


def written(prior: Prior, about: str) -> str:
    """The TOML text of a prior, under comments that say what it is."""
    head = "".join(f"# {line}\n" for line in about.splitlines())
    parts = [("minutes", prior.leads / 60), ("inner", prior.inner), ("outer", prior.outer), ("gains", prior.gains),
             ("spread", prior.width.spread), ("low", prior.width.low),
             ("high", prior.width.high)]  # fmt: skip
    return head + f"scale = {prior.scale}\n" + "".join(f"{name} = {_array(table)}\n" for name, table in parts)


def _array(table: Floats) -> str:
    if table.ndim == 1:
        return "[" + ", ".join(f"{number:g}" for number in table + 0.0) + "]"
    return "[\n" + "".join(f"  {_array(row)},\n" for row in table) + "]"
