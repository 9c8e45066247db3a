"""A forecast for a person: the nearest step in a sentence, the cone, every step, and how it did on their past."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.cli.charts import Days, cone
from selftwin.cli.sight import heading
from selftwin.vocabulary.catalogue import nature
from selftwin.wording.believed import is_guess, level, widest
from selftwin.wording.futures import ISO_DAY, when
from selftwin.wording.measures import measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.words import GUESS, trusted, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table
    from rich.text import Text

    from selftwin.vocabulary.estimate import Forecast, Step
    from selftwin.wording.measures import Measure

ROWS = 12


def foresight(forecast: Forecast, past: Sequence[tuple[datetime, float]], zone: str) -> None:
    """Print a forecast after what was recorded before it, on the clock of a zone."""
    label = nature(forecast.signal).label
    read = measure(forecast.signal, forecast.unit)
    spell = phrase(forecast.signal, label).spell
    said = [step for step in forecast.steps if step.mean is not None]
    screen.show(heading(short(label), read))
    if not said:
        screen.show("Too soon to say.", trusted(forecast.trust, forecast.n, spell))
        return
    screen.show(nearest(said[0], read, zone), "")
    if past:
        screen.show(*_drawn(forecast, past, read), "")
    screen.show(_table(thinned(said), read, zone))
    screen.show(trusted(forecast.trust, forecast.n, spell), *record(forecast))


def nearest(step: Step, read: Measure, zone: str) -> str:
    """The first step: when, the range and how often it holds, and the middle."""
    low, high = widest(step)
    near = read.axis(step.mean or 0.0, *(bound for bound in (low, high) if bound is not None))
    if low is None or high is None:
        return f"{when(step.at, zone)}: most likely near {near}; too soon to say how wide."
    return f"{when(step.at, zone)}: {read.range(low, high)} ({within(level(step))}), most likely near {near}."


def thinned(steps: Sequence[Step]) -> list[Step]:
    """At most a dozen steps, evenly apart, the last among them."""
    apart = math.ceil(len(steps) / ROWS)
    return [step for place, step in enumerate(steps, 1) if place % apart == 0 or place == len(steps)]


def record(forecast: Forecast) -> list[str]:
    """How the forecast did on this person's past beside the simple guesses; what it is where it is one of them."""
    if is_guess(forecast):
        named = forecast.method.removeprefix(f"{GUESS}: ")
        return [f"▫ {GUESS}: {named}. On your past I have not beaten it."]
    if not forecast.beats:
        return ["Not yet held against your past."]
    told = ", ".join(f"{_closer(ratio)} than the {name}" for name, ratio in forecast.beats)
    return [f"On your past: {told}."]


def _closer(ratio: float) -> str:
    share = abs(1 - ratio) * 100
    return f"{share:.0f} % {'closer' if ratio <= 1 else 'farther off'}" if share < 1000 else "far farther off"


def _table(steps: Sequence[Step], read: Measure, zone: str) -> Table:
    levels = [share for share in (50, 80, 90) if any(getattr(step, f"lo{share}") is not None for step in steps)]
    listed = screen.table("when", "near", *(within(share) for share in levels), whole=("when", "near"))
    for step in steps:
        spread = [bound for bound in widest(step) if bound is not None]
        ranges = [_range(step, share, read) for share in levels]
        listed.add_row(when(step.at, zone), read.axis(step.mean or 0.0, *spread), *ranges)
    return listed


def _range(step: Step, share: int, read: Measure) -> str:
    low, high = getattr(step, f"lo{share}"), getattr(step, f"hi{share}")
    return "" if low is None or high is None else read.bare(low, high)


def _drawn(forecast: Forecast, past: Sequence[tuple[datetime, float]], read: Measure) -> list[Text]:
    """The drawing, by days or by the steps of the sensor's grid."""
    console = screen.out()
    width = min(console.width, screen.WIDEST)
    if len(forecast.made_at) == ISO_DAY:
        made = date.fromisoformat(forecast.made_at)
        days = Days.between([(at.date(), value) for at, value in past], made - timedelta(13), made)
        return cone(days, forecast, read, width=width, stride=2, colour=screen.coloured())
    values = _slots(past, forecast)
    return cone(Days(date.min, values), forecast, read, width=width, stride=1, colour=screen.coloured())


def _slots(past: Sequence[tuple[datetime, float]], forecast: Forecast) -> tuple[float | None, ...]:
    """Means of the samples before a forecast on its own grid; at most two hours of five minutes."""
    made = datetime.fromisoformat(forecast.made_at)
    first = datetime.fromisoformat(forecast.steps[0].at)
    held: dict[int, list[float]] = {}
    for at, value in past:
        held.setdefault(round((made - at) / (first - made)), []).append(value)
    return tuple(sum(held[back]) / len(held[back]) if back in held else None for back in range(24, -1, -1))
