"""What a belief allows to be said: how often its widest range holds, and whether it is a simple guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.wording.words import GUESS, within

if TYPE_CHECKING:
    from selftwin.vocabulary.estimate import Forecast, Step

FULL = 90  # a band that holds half the days makes nothing outside it unusual


def is_guess(forecast: Forecast | None) -> bool:
    """Whether the forecast shown is a naive guess."""
    return forecast is not None and forecast.method.startswith(GUESS)


def widest(step: Step) -> tuple[float | None, float | None]:
    """The bounds of the widest interval the data allow; Nones where they allow none."""
    pairs = ((step.lo90, step.hi90), (step.lo80, step.hi80), (step.lo50, step.hi50))
    return next((pair for pair in pairs if None not in pair), (None, None))


def level(step: Step) -> int | None:
    """How many times in a hundred the widest interval holds."""
    names = ((90, step.lo90), (80, step.lo80), (50, step.lo50))
    return next((share for share, low in names if low is not None), None)


def held(step: Step) -> str:
    """How often a range holds, with a comma before it, where it is not the nine times in ten that go without saying."""
    return "" if level(step) == FULL else f", {within(level(step))}"
