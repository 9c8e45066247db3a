"""A trial planned from a cause and an outcome, with the person's own days: how it is drawn, for how long, and what it
will likely find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.habits.experiment_limits import check
from selftwin.learn.experiment_design import DAYS, WEEK, Design, count, fits
from selftwin.learn.experiment_power import LONGEST, Power, days_for, power
from selftwin.learn.experiment_wander import LEAST, LOOKED, Wander, fit
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.experiment import Kind, Planned
from selftwin.vocabulary.scenario import CLOCKS, Way, step
from selftwin.vocabulary.signal import Fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.scenario import Do

    Floats = NDArray[np.float64]

USUALLY, SHORTEST = 42, 14  # days
USUAL_DAYS, USUAL_LEAST = 28, 4
OLD = 14  # days
WAYS = 200  # assignments a design must be able to draw
LATEST = 14  # days later that a cause may show or last on
NEXT_MORNING = ("sleep.", "sleepiness", "heart_rate.resting", "heart_rate.sleep", "heart_rate_variability.",
                "respiratory_rate", "skin_temperature.", "oxygen_saturation", "recovery.", "readiness.",
                "wellness.sleep", "body_temperature.basal", "glucose.fasting")  # fmt: skip
LASTS_ON = ("alcohol.", "training.", "workout", "energy.intake", "meal", "sleep.")
"""Causes of which something is likely left a day later: the house's own guess, to be said otherwise by `carry`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for: the cause, the outcomes (the one that decides first), the size to be found (in the first
    outcome's unit), and, where they say so, days, kind, how many days the cause lasts on, and after how many it
    shows."""

    cause: Do
    outcomes: tuple[str, ...]
    size: float | None = None
    days: int | None = None
    kind: Kind | None = None
    carry: int | None = None
    lag: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How a trial will be drawn and what it will likely find. `step` is by how much the cause differs."""

    design: Design
    lag: int
    carry: int
    step: float
    step_unit: str
    usual: float | None
    planned: Planned
    notes: tuple[str, ...]


def plan(asked: Asked, past: Past, seed: int = 0) -> Plan:
    """The plan for what is asked. Raises Refused, UsageError, NothingYet."""
    usual = usually(asked.cause, past)
    notes = check(asked.cause, asked.outcomes, usual, past)
    by, unit = difference(asked.cause, usual)
    for said, name in ((asked.carry, "lasts on"), (asked.lag, "shows")):
        if said is not None and not 0 <= said <= LATEST:
            raise UsageError(f"How many days later a cause {name} is 0 to {LATEST}.", hint="One day is usual.")
    lag = after(asked.cause.signal, asked.outcomes[0]) if asked.lag is None else asked.lag
    carry = carried(asked.cause.signal) if asked.carry is None else asked.carry
    newest = _newest(past, asked.outcomes[0])
    days = history(past, asked.outcomes[0], newest)
    wander = fit(days.values, days.weekday)
    if wander.spread == 0:
        raise NothingYet(f"{nature(asked.outcomes[0]).label} was the same every day: nothing could be seen to move it.")
    rest = days.values - wander.offsets(len(days.values), days.weekday)
    rng = np.random.default_rng(seed)
    design, found = _sized(asked, carry, rest, wander, rng)
    known = int(np.isfinite(rest).sum())
    planned = _planned(wander, known, asked.size, found)
    remarks = (*notes, *_old(newest, past), *_remarks(asked, design, carry, planned))
    return Plan(design, lag, carry, by, unit, usual, planned, remarks)


def usually(cause: Do, past: Past) -> float | None:
    """What is usual for the cause, a day: the mean of four weeks; a day without a record counts as none of what is
    mostly none. None where nothing can be told."""
    signal = nature(cause.signal)
    if cause.words or not signal.numeric:
        return None
    today = past.now.astimezone(past.zone).date()
    known = past.days(cause.signal, since=today - timedelta(days=USUAL_DAYS))["value"].to_numpy()
    if signal.zero_inflated and len(known):
        return float(known.sum() / USUAL_DAYS)
    return float(known.mean()) if len(known) >= USUAL_LEAST else None


def difference(cause: Do, usual: float | None) -> tuple[float, str]:
    """By how much days with the cause differ from the others, and its unit; one day of it where no amount can be told.
    Raises UsageError where they would not differ, NothingYet for a share of what is not known."""
    if cause.amount is None or cause.words:
        return 1.0, "{day}"
    if cause.way is Way.CHANGE:
        return cause.amount, cause.unit
    if usual is None:
        if cause.way is Way.SHARE:
            raise NothingYet(f"I do not know how much {cause.signal} is usual for you, so no share of it can be tried.")
        return 1.0, "{day}"
    by = cause.changed(usual) - usual
    near = 10.0 if cause.signal in CLOCKS else 0.05 * abs(usual)
    if abs(by) <= near:
        raise UsageError("That is what you do already: days with it and days without would be the same.",
                         hint="Choose more of it, less, or none.")  # fmt: skip
    return by, cause.unit


def after(cause: str, outcome: str) -> int:
    """After how many days an outcome shows what was done: on the next for what is measured at night or on waking."""
    return int(outcome.startswith(NEXT_MORNING) or nature(outcome).fold is Fold.NIGHT or by_night(cause))


def by_night(key: str) -> bool:
    """Whether a signal is dated by the morning after."""
    return nature(key).fold is Fold.NIGHT


def carried(cause: str) -> int:
    """For how many days more something of a cause is likely left."""
    return int(cause.startswith(LASTS_ON))


@dataclass(frozen=True, slots=True)
class History:
    """Values of successive days up to `last`, NaN where nothing was recorded; the first falls on `weekday` (Monday
    0)."""

    values: Floats
    weekday: int
    last: date


def history(past: Past, key: str, last: date, longest: int = LOOKED) -> History:
    """The days of a signal up to a day. Raises NothingYet where they are too few to plan or judge anything by."""
    first = last - timedelta(days=longest - 1)
    values = laid(past, key, first, longest)
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < LEAST:
        raise NothingYet(f"I know {len(known)} days of {key}; a trial is planned from {LEAST}.",
                         hint="Record it for two weeks first, then plan.")  # fmt: skip
    return History(values[known[0] :], (first + timedelta(days=int(known[0]))).weekday(), last)


def laid(past: Past, key: str, first: date, days: int) -> Floats:
    """A signal's values on so many days from one on, NaN where nothing was recorded."""
    values = np.full(days, np.nan)
    for day, value in past.days(key, since=first).select("day", "value").iter_rows():
        if (place := (day - first).days) < days:
            values[place] = value
    return values


def _newest(past: Past, key: str) -> date:
    """The last day of a signal that is over. Raises NothingYet."""
    today = past.now.astimezone(past.zone).date()
    known = past.days(key)["day"]
    before = known.filter(known < today)
    if not len(before):
        raise NothingYet(f"I know nothing of {key} yet.", hint="Record it for two weeks first, then plan.")
    newest: date = before[-1]
    return newest


def _sized(
    asked: Asked, carry: int, rest: Floats, wander: Wander, rng: np.random.Generator
) -> tuple[Design, Power]:
    """The design and what it finds: of the days asked for, of as many as the size takes, or of six weeks."""
    kind = asked.kind or (Kind.BLOCKS if carry else Kind.DAYS)
    if asked.days is None and asked.size is not None:
        found = days_for(asked.size, rest, wander, _design(kind, LONGEST, carry), rng)
        if found is None:
            raise NothingYet("Not even half a year would likely show an effect of that size: your days vary too much.",
                             hint="Ask for a larger size, or choose an outcome that is steadier.")  # fmt: skip
        return _design(kind, found[0], carry), found[1]
    days = USUALLY if asked.days is None else asked.days
    if not SHORTEST <= days <= LONGEST:
        raise UsageError(f"A trial takes {SHORTEST} to {LONGEST} days.", hint="Six weeks are a good beginning.")
    design = _design(kind, days, carry)
    if not fits(design) or count(design) < WAYS:
        raise UsageError("So few days can be drawn in too few ways for chance to decide anything.",
                         hint="Take more days, or draw each day anew (--kind days).")  # fmt: skip
    return design, power(rest, wander, design, rng)


def _design(kind: Kind, days: int, carry: int) -> Design:
    """The design of a kind: spells twice as long as what is left out after a switch, and two days more."""
    if kind is Kind.DAYS:
        return Design(DAYS, days)
    block = 2 * carry + 2 if kind is Kind.BLOCKS else max(5, 2 * carry + 3)
    return Design(kind.value, days, block, carry)


def _planned(wander: Wander, n: int, size: float | None, found: Power) -> Planned:
    """What is kept of the plan."""
    smallest = found.smallest()
    tried, formula = (None if size is None else float(np.interp(abs(size), found.sizes, one))
                      for one in (found.tried, found.formula))  # fmt: skip
    return Planned(wander.spread, wander.slow, wander.memory, n, size, tried, formula,
                   smallest if isfinite(smallest) else None)  # fmt: skip


def _old(newest: date, past: Past) -> tuple[str, ...]:
    """A word where the days it is planned from are not of late."""
    age = (past.now.astimezone(past.zone).date() - newest).days
    said = f"The newest day of the outcome is {age} days old: you may vary otherwise by now, a trial needs new ones."
    return () if age <= OLD else (said,)


def _remarks(asked: Asked, design: Design, carry: int, planned: Planned) -> tuple[str, ...]:
    """What the person should know of the plan."""
    notes = []
    if design.kind == DAYS and carry:
        notes.append("Something of this is likely left a day later. Drawn day by day, the difference will look smaller "
                     "than it is; spells (blocks) would show it better.")  # fmt: skip
    if planned.n < WEEK * 4:
        notes.append("This is planned from few days: what it will find may be off.")
    if planned.tried is not None and planned.formula is not None and abs(planned.tried - planned.formula) > 0.15:
        notes.append("Trials laid over your past and the formula disagree on what this will find; I tell the smaller.")
    if len(asked.outcomes) > 1:
        notes.append("The first outcome decides. The others are told beside it, corrected for how many were asked.")
    return tuple(notes)


def read(text: str) -> Do:
    """The cause as it was written: `caffeine 0 mg`, `sleep.start 22:30`, `habit "walk after lunch"`. Raises
    UsageError."""
    cause = step(text)
    if cause.lasts is not None or cause.clock is not None or cause.moment is not None or cause.after is not None:
        raise UsageError("A cause is a thing of a day: when and for how long is the trial's.",
                         hint="Write it without `at`, `in`, `for` and `from`.")  # fmt: skip
    return cause


def size(text: str | float | None, outcome: str) -> float | None:
    """A size as it was written, in the outcome's own unit: `2`, `15 min`. Raises UsageError."""
    if text is None or isinstance(text, int | float):
        found = None if text is None else float(text)
    else:
        found = step(f"{outcome} +{text.strip().lstrip('+-')}").amount
    if found is not None and (not isfinite(found) or found == 0):
        raise UsageError("A size to be found is more than nothing.")
    return found


def is_usable(outcomes: Sequence[str]) -> None:
    """Raises UsageError where outcomes are none, too many, or named twice."""
    if not outcomes or len(set(outcomes)) < len(outcomes) or len(outcomes) > 5:
        raise UsageError("A trial has one to five outcomes, each named once.")
