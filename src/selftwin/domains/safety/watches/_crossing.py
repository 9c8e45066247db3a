"""A level said in words, and where values cross it: with a second level on the way back, so that what trembles around
the first is told once.

    above 180 mg/dL
    below 50 /min for 3 days
    above 10 mmol/L until 8 for 30 min now
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.errors import UnitError, UsageError
from selftwin.vocabulary.signal import Fold
from selftwin.vocabulary.units import into

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.vocabulary.signal import Signal

    Floats = NDArray[np.float64]

HINT = "Write it like `above 180 mg/dL`, `below 50 for 3 days` or `above 140 until 130`; `now` at the end wakes you."
DAILY = (Fold.SUM, Fold.COUNT, Fold.DURATION, Fold.NIGHT)  # a single record of these says nothing of the day
BEFORE, LEAST = 50, 5  # steps between values before a crossing that tell the usual one, and how many it takes
SHARE = 0.9  # of those steps lie below the usual one
DAY = 86400.0  # seconds
APART = 14 * DAY  # seconds without a value, after which a crossing is a new one
SPANS = {"d": DAY, "h": 3600.0, "m": 60.0}
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_UNIT = r"(?:\s*(?!(?:until|for|daily|a|now)\b)(\S+))?"
_RULE = re.compile(
    rf"(above|over|below|under)\s+({_NUMBER}){_UNIT}"
    rf"(?:\s+until\s+({_NUMBER}){_UNIT})?"
    r"(?:\s+for\s+(\d+)\s*(d|days?|h|hours?|m|min|minutes?))?(\s+daily|\s+a day)?(\s+now)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A level in the signal's unit, and whether above it is told; the level it must be back at (None: a usual step),
    for how many seconds it must last, whether days are looked at instead of values, and whether it is urgent."""

    level: float
    above: bool
    until: float | None = None
    seconds: float = 0.0
    words_for: str = ""
    daily: bool = False
    now: bool = False

    @property
    def sign(self) -> int:
        """1 above, -1 below."""
        return 1 if self.above else -1


@dataclass(frozen=True, slots=True)
class Crossing:
    """Places of the value that began it, of the one with which it could be told, and of the one that was back (None
    while it lasts)."""

    began: int
    told: int
    back: int | None


def rule(signal: Signal, text: str) -> Rule:
    """A condition as it was said, in the signal's unit. Raises UsageError.

    >>> from selftwin.vocabulary.catalogue import signal
    >>> rule(signal("glucose"), "above 10 mmol/L").level
    180.156
    """
    said = _RULE.fullmatch(" ".join(text.split()))
    if said is None:
        raise UsageError("A level is said by `above` or `below` and a number.", hint=HINT)
    way, number, unit, until, back_unit, lasts, span, daily, now = said.groups()
    is_above = way.lower() in {"above", "over"}
    level = _inside(signal, float(number), unit)
    back = None if until is None else _inside(signal, float(until), back_unit or unit)
    if back is not None and (back > level) == is_above and back != level:
        raise UsageError("A signal is back on the other side of the level.", hint=HINT)
    is_days = bool(daily) or signal.fold in DAILY or bool(span and span[0].lower() == "d")
    if lasts and is_days and span[0].lower() != "d":
        raise UsageError(f"Of {signal.key} whole days are looked at: say for how many days.", hint=HINT)
    seconds = float(lasts) * SPANS[span[0].lower()] if lasts else 0.0
    return Rule(level, is_above, back, seconds, f"for {lasts} {span}" if lasts else "", is_days, bool(now))


def _inside(signal: Signal, number: float, unit: str | None) -> float:
    try:
        value = float(into(signal, unit)(number)) if unit else number
    except UnitError as error:
        hint = f"Its unit is {signal.unit}."
        raise UsageError(f"{signal.key} is not measured in {(unit or '')[:20]!r}.", hint=hint) from error
    low, high = signal.low, signal.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise UsageError(f"{signal.key} can never be there.", hint=f"Its unit is {signal.unit}.")
    return value


def crossings(times: Floats, values: Floats, asked: Rule) -> list[Crossing]:
    """Every crossing of `values` (n,) at `times` (n,) in seconds, rising; each from the values up to it alone."""
    towards, level = asked.sign * values, asked.sign * asked.level
    beyond = towards > level
    lasting = _lasting(times, beyond, asked)
    found: list[Crossing] = []
    place = 0
    while place < len(values):
        ahead = np.flatnonzero(lasting[place:] >= 0)
        if not len(ahead):
            break
        told = place + int(ahead[0])
        began = max(int(lasting[told]), place)
        back = _back(times, towards, told, level, asked)
        found.append(Crossing(began, told, back))
        place = len(values) if back is None else back
    return found


def _lasting(times: Floats, beyond: NDArray[np.bool_], asked: Rule) -> NDArray[np.int64]:
    """For each value, where the run beyond the level that has lasted long enough by then began; -1 where none has."""
    breaks = np.ones(len(times), dtype=np.bool_)
    seconds = max(asked.seconds - DAY, 0.0) if asked.daily else asked.seconds  # three days begin two days apart
    widest = DAY if asked.daily else max(seconds, 3600.0)
    breaks[1:] = ~beyond[:-1] | ((np.diff(times) > widest) & (seconds > 0))
    began = np.maximum.accumulate(np.where(breaks, np.arange(len(times)), 0))
    return np.where(beyond & (times - times[began] >= seconds), began, -1)


def _back(times: Floats, towards: Floats, told: int, level: float, asked: Rule) -> int | None:
    """The first value that is back, or comes after so long a silence that what follows is new."""
    until = asked.sign * asked.until if asked.until is not None else level - _step(towards[: told + 1])
    later = slice(told + 1, None)
    silent = np.diff(times[told:]) > APART
    over = np.flatnonzero((towards[later] <= until) | silent)
    return told + 1 + int(over[0]) if len(over) else None


def _step(towards: Floats) -> float:
    """The usual step between two values before; nothing where too few are known."""
    steps = np.abs(np.diff(towards[-BEFORE - 2 : -1]))
    return float(np.quantile(steps, SHARE)) if len(steps) >= LEAST else 0.0
