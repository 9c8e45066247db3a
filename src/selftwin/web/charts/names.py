"""The few words that charts write by themselves; a page passes its language's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """What stands on a chart beside figures and dates."""

    today: str = "today"
    nine: str = "9 in 10"
    half: str = "half"
    middle: str = "middle"
    less: str = "less"
    more: str = "more"
    column: str = "lowest and highest of each"
    days: str = "days"
    hours: str = "hours"
    minutes: str = "minutes"


NAMES = Names()
