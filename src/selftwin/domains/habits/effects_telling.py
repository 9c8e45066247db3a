"""One effect as it is told: on the rung it has reached, per step of the cause, with its notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.habits.effects_about import ALWAYS
from selftwin.domains.habits.effects_table import When
from selftwin.learn.e_value import of_difference
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.effect import Effect, Rung
from selftwin.vocabulary.estimate import Trust

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.domains.habits.effects_about import About
    from selftwin.domains.habits.effects_days import Days
    from selftwin.domains.habits.effects_table import Cause, Outcome
    from selftwin.learn.adjusted import Adjusted

    Floats = NDArray[np.float64]

TRUSTED_DAYS = 100
NO_CAUSE = "Seen together, not a cause."
UNSEEN = "What nobody recorded is not allowed for; a trial by chance would tell."
NOTHING_LEFT = "Allowing for what else moved, it may be nothing: {size} ({low} to {high}) for each step."
SAME_DAY = "Both are of the same day: which came first is not known."
UNNOTED = "A day without a note counts as a day without it."
LITTLE = "There is little change in it that the days before and the rest of your life do not explain."


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one pair at one lag: days of cause and outcome (n,), the association's size and bounds of one
    unit, its p and q, its days; what was adjusted for, and the adjusted effect with the row of this lag in it."""

    cause: Cause
    on: Outcome
    lag: int
    done: Floats
    felt: Floats
    seen: tuple[float, float, float]
    p: float
    q: float | None
    n: int
    about: About
    left: Adjusted
    row: int


def told(known: Days, one: Told, *, of_several: int = 1) -> Effect:
    """The effect on the highest rung it stands on. `of_several` lags asked at once, p is that of the best of them."""
    size, reach = float(one.left.size[one.row]), float(one.left.reach[one.row])
    adjusted = bool(np.isfinite(size) and abs(size) > reach)
    bounds = (size, size - reach, size + reach) if adjusted else one.seen
    step = one.cause.step
    middle, low, high = (step * value for value in bounds)
    spread = float(np.nanstd(one.felt))
    e = of_difference(middle / spread, low / spread, high / spread) if spread > 0 else None
    n = int(one.left.n[one.row]) if adjusted else one.n
    both = _both(one)
    places = np.flatnonzero(both)
    first, last = known.day(places[0]).isoformat(), known.day(places[-1] + one.lag).isoformat()
    p = float(one.left.p[one.row]) if adjusted else one.p
    return Effect(
        cause=one.cause.key, outcome=one.on.key, lag=one.lag, rung=Rung.ADJUSTED if adjusted else Rung.ASSOCIATION,
        size=middle, low=low, high=high, step=step, step_unit=one.cause.unit, unit=nature(one.on.key).unit,
        n=n, moved=_moved(one, both), p=min(p * of_several, 1.0), q=one.q,
        trust=Trust.TRUSTED if n >= TRUSTED_DAYS else Trust.FIRST, first=first, last=last,
        adjusted_for=one.about.names if adjusted else (), zero=_zero(one) if adjusted else None,
        e_value=None if e is None else e.point, e_bound=None if e is None else e.bound,
        notes=_notes(one, adjusted=adjusted), lineage=_lineage(known, one, first, last),
    )  # fmt: skip


def helps(effect: Effect, good: int) -> str:
    """Whether more of the cause "helps" or "hurts", empty where the outcome has no known good direction."""
    if not good or (effect.low < 0 < effect.high):
        return ""
    return "helps" if effect.size * good > 0 else "hurts"


def _both(one: Told) -> NDArray[np.bool_]:
    """Days of the cause on which both are known."""
    later = np.full(one.felt.size, np.nan)
    later[: one.felt.size - one.lag] = one.felt[one.lag :]
    return np.asarray(np.isfinite(one.done) & np.isfinite(later))


def _moved(one: Told, both: NDArray[np.bool_]) -> int:
    """Days with the cause; of one that is always there, days half a step or more from its usual."""
    done = one.done[both]
    if one.cause.none:
        return int((done > 0).sum())
    return int((np.abs(done - np.median(done)) >= one.cause.step / 2).sum())


def _zero(one: Told) -> float | None:
    found = float(one.left.zero[one.row])
    return found if np.isfinite(found) else None


def _notes(one: Told, *, adjusted: bool) -> tuple[str, ...]:
    notes = [UNSEEN] if adjusted else [NO_CAUSE]
    size, reach = float(one.left.size[one.row]), float(one.left.reach[one.row])
    if not adjusted and np.isfinite(size):
        step = one.cause.step
        figures = {"size": step * size, "low": step * (size - reach), "high": step * (size + reach)}
        said = {name: f"{value:.3g}".replace("-", "\N{MINUS SIGN}") for name, value in figures.items()}
        notes.append(NOTHING_LEFT.format(**said))
    if one.lag == 0 and one.cause.when >= When.DAY:
        notes.append(SAME_DAY)
    if one.cause.none:
        notes.append(UNNOTED)
    if np.isfinite(one.left.free) and one.left.free < 0.2:
        notes.append(LITTLE)
    return tuple(notes)


def _lineage(known: Days, one: Told, first: str, last: str) -> tuple[tuple[str, str, str], ...]:
    """The signals of cause, outcome and what it was held against, with the days behind the effect."""
    made = {cause.key: key for cause, key in zip(known.causes, known.recorded, strict=True)}
    keys = {made[one.cause.key], one.on.key, *(made.get(name, name) for name in one.about.names if name not in ALWAYS)}
    return tuple((key, first, last) for key in sorted(keys))
