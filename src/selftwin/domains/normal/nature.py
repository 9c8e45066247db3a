"""What values of a signal can look like: within bounds, on the steps of their scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from selftwin.vocabulary.signal import Fold, Grain

if TYPE_CHECKING:
    from selftwin.vocabulary.signal import Signal

COUNTED = (Fold.SUM, Fold.COUNT, Fold.DURATION)
"""Days made by adding up cannot fall below nothing."""


def floor_of(signal: Signal) -> float | None:
    """The least a value can be, in the signal's unit; None where nothing is known."""
    if signal.low is not None:
        return signal.low
    return 0.0 if signal.zero_inflated or (signal.fold in COUNTED and (signal.usual_low or 0.0) >= 0) else None


def bounded(signal: Signal, value: float) -> float:
    """The nearest value that can be."""
    floor = floor_of(signal)
    value = value if floor is None else max(value, floor)
    return value if signal.high is None else min(value, signal.high)


def middle(signal: Signal, value: float) -> float:
    """A value one could observe: whole where values are whole."""
    return bounded(signal, float(round(value)) if signal.grain is not Grain.CONTINUOUS else value)


def span(signal: Signal, low: float, high: float) -> tuple[float, float]:
    """An interval from one possible value to another, never narrower than asked within the bounds."""
    if signal.grain is not Grain.CONTINUOUS:
        low, high = math.floor(low + 1e-9), math.ceil(high - 1e-9)
    return bounded(signal, float(low)), bounded(signal, float(high))
