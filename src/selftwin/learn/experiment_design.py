"""How the days of a trial on one person are drawn: which days with a cause and which without, and which count.

Three ways. `days`: each day anew, three or four of every week. `blocks`: spells of equal length, two of every four with
the cause. `abab`: four phases in turn whose changes fall on drawn days (Onghena 1992, Behav Assess 14:153), since
phases of fixed length leave chance nothing to decide. After a switch some days may be left out, until what was has worn
off.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arms = NDArray[np.int8]
    Flags = NDArray[np.bool_]

DAYS, BLOCKS, PHASES = "days", "blocks", "abab"
WEEK, GROUP, IN_TURN = 7, 4, 4


@dataclass(frozen=True, slots=True)
class Design:
    """A way to draw `days` days; `block` is the length of a spell (the least length of a phase), `washout` the days
    left out after each switch."""

    kind: str
    days: int
    block: int = 1
    washout: int = 0

    @property
    def washed(self) -> bool:
        """Whether days are left out."""
        return self.washout > 0


def fits(design: Design) -> bool:
    """Whether anything can be drawn so, and what is drawn leaves days that count in both arms."""
    if design.kind == DAYS:
        return design.days >= WEEK and design.washout == 0
    if design.block <= design.washout or design.block < 1:
        return False
    return design.days >= IN_TURN * design.block


def draw(design: Design, n: int, rng: np.random.Generator) -> Arms:
    """Assignments (n, days), 1 with the cause and 0 without, each as likely as any other of the same design."""
    if design.kind == DAYS:
        return _shared_out(design.days, WEEK, n, rng)
    if design.kind == BLOCKS:
        blocks = -(-design.days // design.block)
        return np.repeat(_shared_out(blocks, GROUP, n, rng), design.block, axis=1)[:, : design.days]
    return _phases(design, n, rng)


def _shared_out(places: int, group: int, n: int, rng: np.random.Generator) -> Arms:
    """Half of the places of every group; of an odd group one more in every other group, which of two being drawn."""
    whole, rest = divmod(places, group)
    sizes = [group] * whole + ([rest] if rest else [])
    more = _turns(sum(size % 2 for size in sizes), n, rng)
    parts, odd = [], 0
    for size in sizes:
        with_ = np.full(n, size // 2)
        if size % 2:
            with_ += more[:, odd]
            odd += 1
        rank = rng.random((n, size)).argsort(axis=1).argsort(axis=1)
        parts.append(rank < with_[:, None])
    return np.concatenate(parts, axis=1).astype(np.int8)


def _turns(odd: int, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """For each odd group (n, odd) whether it gets the one more: of each two in turn exactly one."""
    first = rng.integers(0, 2, (n, (odd + 1) // 2))
    return np.stack([first, 1 - first], axis=2).reshape(n, -1)[:, :odd]


def _phases(design: Design, n: int, rng: np.random.Generator) -> Arms:
    """Four phases in turn, each no shorter than a block, all ways to lay them equally likely; which is first is
    drawn."""
    spare = design.days - IN_TURN * design.block
    bars = np.sort(rng.random((n, spare + IN_TURN - 1)).argsort(axis=1)[:, : IN_TURN - 1], axis=1)
    before = bars - np.arange(IN_TURN - 1) + design.block * np.arange(1, IN_TURN)
    phase = (np.arange(design.days)[None, :, None] >= before[:, None, :]).sum(axis=2)
    return np.asarray((phase + rng.integers(0, 2, (n, 1))) % 2, np.int8)


def count(design: Design) -> int:
    """How many assignments the design can draw; fewer than forty can show nothing at one in twenty."""
    if design.kind == PHASES:
        return 2 * comb(design.days - IN_TURN * design.block + IN_TURN - 1, IN_TURN - 1)
    group, places = (WEEK, design.days) if design.kind == DAYS else (GROUP, -(-design.days // design.block))
    whole, rest = divmod(places, group)
    sizes = [group] * whole + ([rest] if rest else [])
    odd = sum(size % 2 for size in sizes)
    return int(2 ** ((odd + 1) // 2)) * prod(comb(size, size // 2) for size in sizes)


def counted(design: Design, arms: Arms) -> Flags:
    """Which days count (n, days): all but the first days after the start and after every switch."""
    kept = np.ones(arms.shape, np.bool_)
    if not design.washed:
        return kept
    switched = np.ones(arms.shape, np.bool_)
    switched[:, 1:] = arms[:, 1:] != arms[:, :-1]
    for after in range(design.washout):
        kept[:, after:] &= ~switched[:, : arms.shape[1] - after]
    return kept
