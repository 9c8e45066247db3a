"""Gait: how you walk now, and how far that lies from a year ago, or from your own usual; with what a change of that
size means to people where it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.chapters._figures import RECENT, bounds, mean_line, newest_of, recent, silent, trust_of
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.finding import Finding, Line

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

KEYS = ("walking.speed", "walking.step_length", "walking.double_support", "walking.asymmetry", "walking.steadiness")
YEAR = 364  # days: the same weekday
USUAL, LEAST = 180, 14  # days of one's usual before these weeks; days a comparison needs
SMALL, SUBSTANTIAL = 0.05, 0.10  # m/s of walking speed (Perera and others 2006)
CITES = (
    "Perera and others, J Am Geriatr Soc 2006;54:743 (what a change of walking speed means)",
    "Werner and others, Sci Rep 2023;13:5350 (what a phone measures of it)",
)
PHONE = "A phone at the waist measures it; time on both feet and asymmetry least well."


@dataclass(frozen=True, slots=True)
class Gait:
    """The chapter on walking."""

    name: str = "gait"
    title: str = "Walking"
    rank: int = 6

    def read(self, past: Past) -> Finding:
        """The last four weeks of each figure, and how far they lie from the same weeks a year ago or from the usual."""
        now = {key: rows for key in KEYS if (rows := recent(past, key)).height}
        if not now:
            raise silent("walking", "A phone carried at the waist measures it; an Apple Health export brings it.")
        lines: list[Line] = []
        for key, rows in now.items():
            lines += [mean_line(rows, key), *_change(past.days(key), rows, key)]
        n = max(rows.height for rows in now.values())
        known = max(past.days(key).height for key in now)
        newest = max(newest_of(rows) for rows in now.values())
        return Finding(self.name, self.title, newest.isoformat(), trust_of(known), n, tuple(lines), (PHONE,),
                       cites=CITES)  # fmt: skip


def _change(days: pl.DataFrame, now: pl.DataFrame, key: str) -> list[Line]:
    """How far these weeks lie from the same ones a year ago; from the half year before them where that is unknown."""
    last = newest_of(now)
    ago = days.filter(days["day"].is_between(last - timedelta(YEAR + RECENT - 1), last - timedelta(YEAR)))
    before = days.filter(days["day"].is_between(last - timedelta(RECENT + USUAL - 1), last - timedelta(RECENT)))
    then, words = (ago, "since a year ago") if ago.height >= LEAST else (before, "against your usual")
    if then.height < LEAST or now.height < LEAST:
        return []
    new, old = (rows["value"].to_numpy().astype(np.float64) for rows in (now, then))
    apart = float(new.mean() - old.mean())
    away = float(np.hypot(_half(new), _half(old)))
    signal = nature(key)
    note = _meaning(apart, away) if key == "walking.speed" else ""
    return [Line(f"{signal.label.lower()}, {words}", apart, apart - away, apart + away, signal.unit, note=note)]


def _half(values: Floats) -> float:
    """Half the width of a mean's bounds, by whole weeks drawn anew."""
    low, high = bounds(values, np.mean)
    return 0.0 if low is None or high is None else (high - low) / 2


def _meaning(apart: float, away: float) -> str:
    """What a change of walking speed meant to older people, where it is sure that there is one."""
    if abs(apart) <= away:
        return "no change to be told"
    if abs(apart) >= SUBSTANTIAL:
        return "of 0.10 m/s: substantial to older people"
    if abs(apart) >= SMALL:
        return "of 0.05 m/s: a small one that older people notice"
    return "less than older people notice"


CHAPTER = Gait()
