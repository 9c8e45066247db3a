"""What was read off a body, in words: a figure with its range, and whether a low is coming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.wording.measures import Measure, measure
from selftwin.wording.words import sureness, trusted

if TYPE_CHECKING:
    from selftwin.domains.body.glucose.alert import LowAlert
    from selftwin.vocabulary.finding import Line

TOO_SOON = "too soon to say"
LIKE = {"kg": "weight", "kcal": "energy.intake"}  # what is no signal of its own is read in the unit of this one


def figures(line: Line) -> tuple[str, str]:
    """The value and its range, in the person's unit."""
    like = line.signal or LIKE.get(line.unit, "")
    read = measure(like, line.unit) if like else Measure(line.unit)
    if line.low is None or line.high is None:
        return read.one(line.value), TOO_SOON
    return read.apart(line.value, line.low, line.high)


def low(found: LowAlert) -> list[str]:
    """Whether the alarm sounds, how likely a low is, and what stands behind it."""
    read = measure("glucose", "mg/dL")
    under = read.one(70.0, 54.0)
    said = [f"▼ A low is coming: under {under} in about half an hour." if found.fires else "No alarm."]
    if found.chance is not None:
        now = read.one(found.level, found.level - 16)
        said.append(f"Under {under} in half an hour: {sureness(100 * found.chance)}. Now {now}.")
    return [*said, *found.notes, trusted(found.trust, found.days, "day")]
