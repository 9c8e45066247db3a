"""A scenario as what is done otherwise on each day: energy eaten, salt and moving, with how far people misjudge it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.weight.activity import EXERCISE_MET, effort, minutes_cost, step_cost
from selftwin.domains.body.weight.hall import Changes
from selftwin.domains.body.weight.person import EPOCH
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.scenario import Way

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from selftwin.domains.body.weight.hall import Adult
    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.scenario import Do

    Floats = NDArray[np.float64]

DAY = timedelta(days=1)
USUAL_DAYS = 28
SODIUM_IN_SALT = 393.4  # mg in a gram
MOVING = ("steps", "activity.exercise", "workout", "energy.active")
TAKES = frozenset({"energy.intake", "meal.sodium", "meal.salt", *MOVING})
EATEN_SPREAD, MOVED_SPREAD, SALTED_SPREAD = 0.12, 0.2, 0.15  # of the logarithm of what is really done
MOST_OFFSET = 0.4  # of the energy of moving more that is saved elsewhere: nothing to this


@dataclass(frozen=True, slots=True)
class Luck:
    """How what is done differs from what was said, (n,) each: factors of eating, moving and salt, and the share of the
    energy of moving that is kept after what the body saves elsewhere."""

    eaten: Floats
    moved: Floats
    salted: Floats
    kept: Floats

    @staticmethod
    def of(luck: Floats) -> Luck:
        """From normal luck (n, 4)."""
        from math import erf, sqrt

        share = np.array([0.5 * (1 + erf(one / sqrt(2))) for one in luck[:, 3]])
        spreads = np.array([EATEN_SPREAD, MOVED_SPREAD, SALTED_SPREAD])
        eaten, moved, salted = np.exp(spreads * luck[:, :3] - spreads**2 / 2).T
        return Luck(eaten, moved, salted, 1.0 - MOST_OFFSET * share)


def changes(steps: Iterable[Do], past: Past, start: Adult, intake: Floats, luck: Luck, days: int) -> Changes:
    """What the steps change on each day, where `intake` is what would be eaten without them (kcal/d): (n, days + 1).

    Raises UsageError and NothingYet for a step that cannot be told.
    """
    n = start.weight.size
    energy, sodium, moving = np.zeros((n, days + 1)), np.zeros((n, days + 1)), np.zeros((n, days + 1))
    for do in steps:
        when = on_days(do, past, days)
        if do.signal == "energy.intake":
            energy += _eaten(do, intake, luck) * when
        elif do.signal in {"meal.sodium", "meal.salt"}:
            milligrams = 1.0 if do.signal == "meal.sodium" else SODIUM_IN_SALT
            sodium += np.outer(luck.salted * by(do, past) * milligrams, when)
        elif do.signal in MOVING:
            moving += np.outer(luck.moved * luck.kept * _moved(do, past, start), when)
    return Changes(energy=energy, sodium=sodium, moving=moving)


def on_days(do: Do, past: Past, days: int) -> Floats:
    """1 on the days from today (days + 1) on which a step is done, else 0; what is not daily is done once."""
    first, stop = span(do, past)
    when = np.zeros(days + 1)
    when[max(first, 0) : max(min(stop, days + 1), 0)] = 1.0
    return when


def span(do: Do, past: Past) -> tuple[int, int]:
    """From which day after today and up to which (left out) a step is done; the end of what says none is far away."""
    today = past.now.astimezone(past.zone).date()
    first = (do.begins(past.now, past.zone).astimezone(past.zone).date() - today).days
    if not do.daily:
        return first, first + 1
    return first, 10**6 if do.lasts is None else first + max(1, round(do.lasts / DAY))


def by(do: Do, past: Past) -> float:
    """By how much a step changes a day of its signal, in its unit. Raises NothingYet where what is usual is unknown."""
    if do.amount is None:
        raise UsageError(f"A step on {do.signal} needs an amount.")
    if do.way is Way.CHANGE:
        return do.amount
    known = usual(do.signal, past)
    if known is None:
        raise NothingYet(
            f"What is usual for {do.signal} is not known, so I cannot tell what would change.",
            hint=f"Say the change itself, as `{do.signal} +10 {do.unit}/d`.",
        )
    return do.changed(known) - known


def usual(key: str, past: Past) -> float | None:
    """The mean of the newest weeks of a signal, or what was told; None where under four days are known."""
    if past.told(key):
        return past.number(key)
    today = past.now.astimezone(past.zone).date()
    known = past.days(key, since=today - timedelta(days=USUAL_DAYS))["value"]
    return float(known.mean()) if len(known) >= 4 else None  # type: ignore[arg-type]  # days are numbers


def minutes(do: Do, past: Past) -> float:
    """How many minutes a day a step on exercise or a workout adds (or takes)."""
    if do.signal != "workout":
        return by(do, past)
    if do.amount is not None:
        return do.amount
    if do.lasts is not None and do.lasts < DAY:
        return do.lasts.total_seconds() / 60
    raise UsageError("How long is the workout?", hint="Write `workout walking 30 min daily for 30 d`.")


def _eaten(do: Do, intake: Floats, luck: Luck) -> Floats:
    """The change in energy eaten, (n, 1) or (n, days + 1), kcal/d."""
    amount, eaten = do.amount or 0.0, luck.eaten[:, None]
    if do.way is Way.CHANGE:
        return amount * eaten
    return (amount * eaten - intake) if do.way is Way.SET else intake * amount * eaten


def _moved(do: Do, past: Past, start: Adult) -> Floats:
    """Energy of a day's more moving, (n,), kcal/kg/d."""
    if do.signal == "steps":
        return np.full(start.weight.size, by(do, past) * step_cost())
    if do.signal == "energy.active":
        return np.asarray(by(do, past) / start.weight)
    met = EXERCISE_MET
    if do.signal == "workout":
        known = effort(do.words)
        met = EXERCISE_MET if known is None else known.met
    return np.full(start.weight.size, minutes(do, past) * minutes_cost(met))


def today_of(past: Past) -> int:
    """Today as days since 1970."""
    return (past.now.astimezone(past.zone).date() - EPOCH).days
