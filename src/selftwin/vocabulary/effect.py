"""What moves what in one life, and by how much: an effect on the rung of the ladder it has reached, with what it is
held against and what tried to refute it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selftwin.vocabulary.estimate import Trust


class Rung(StrEnum):
    """How an effect is known: seen together (not a cause), adjusted for what else moved, or tried by chance."""

    ASSOCIATION = "association"
    ADJUSTED = "adjusted"
    EXPERIMENT = "experiment"


@dataclass(frozen=True, slots=True)
class Refutation:
    """One attempt to refute: its name, whether the effect stood it (None where it could not be tried), and in words
    what was tried and seen."""

    name: str
    stood: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What one `step` more of a cause on a day does to an outcome `lag` days later, `size` in the outcome's `unit`,
    with bounds that hold nine times in ten.

    `step` is a change of the cause in its own unit, `step_unit`. `p` is the chance of seeing as much where there is
    nothing, `q` the share of false ones among all found as sure as this (None for a question asked alone). `n` days
    stand behind it, `moved` of them with the cause. `zero` and `constant` are the error on days not learnt from,
    divided by that of this effect: of saying there is no effect, and of one effect for everybody (None where no people
    stand behind it); below one they beat it. `e_value` is how strong a hidden cause would have to be on both sides to
    explain it away, `e_bound` the same for the bound nearest to nothing.
    """

    cause: str
    outcome: str
    lag: int
    rung: Rung
    size: float
    low: float
    high: float
    step: float
    step_unit: str
    unit: str
    n: int
    moved: int
    p: float
    q: float | None
    trust: Trust
    first: str
    last: str
    adjusted_for: tuple[str, ...] = ()
    zero: float | None = None
    constant: float | None = None
    e_value: float | None = None
    e_bound: float | None = None
    refutations: tuple[Refutation, ...] = ()
    notes: tuple[str, ...] = ()
    lineage: tuple[tuple[str, str, str], ...] = ()

    @property
    def stands(self) -> bool:
        """Whether nothing that was tried refuted it."""
        return all(one.stood is not False for one in self.refutations)

    def plain(self) -> dict[str, Any]:
        """The effect as data."""
        return asdict(self) | {"stands": self.stands}
