"""The steps of a what-if as people say them: steps, + 1,000 a day for 90 days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import SelftwinError
from selftwin.vocabulary.scenario import Way, scenario
from selftwin.wording.measures import CLOCKS, MINUS, MINUTES, Measure, clock, measure
from selftwin.wording.phrases import inside, short
from selftwin.wording.words import count, day

if TYPE_CHECKING:
    from datetime import timedelta

    from selftwin.vocabulary.scenario import Do

DAY, HOUR = 86400.0, 3600.0


def spoken(step: Do, *, spell: bool = True) -> str:
    """What a step does, in words; how long it lasts is left out without `spell`.

    >>> from selftwin.vocabulary.scenario import step
    >>> spoken(step("energy.intake +300 kcal/d for 90 d"))
    'energy eaten, + 300 kcal a day for 90 days'
    """
    name = called(step.signal)
    much = amount(step)
    said = f"{name} ({step.words})" if step.words else name
    said = f"{said}, {much}" if much else said
    return said + _when(step) + (f" for {_span(step.lasts)}" if spell and step.lasts else "")


def called(key: str) -> str:
    """What a signal is called inside a sentence; abbreviations keep their letters."""
    return inside(short(nature(key).label))


def amount(step: Do) -> str:
    """How much of it: + 300 kcal a day, + 20 %, 60 g, 23:00."""
    if step.amount is None:
        return ""
    daily = " a day" if step.daily and step.signal not in CLOCKS and step.signal != "weight" else ""
    if step.way is Way.SHARE:
        return f"{_sign(step.amount)}{abs(100 * step.amount):.3g} %{daily}"
    if step.way is Way.SET:
        return clock(step.amount) if step.signal in CLOCKS else _plain(step.signal, step.unit, step.amount) + daily
    return change(step.signal, step.unit, step.amount) + daily


def change(key: str, unit: str, by: float) -> str:
    """A change of a signal with its sign, in the person's unit: + 300 kcal."""
    read = measure(key, unit)
    apart = Measure("1" if read.unit.startswith("/") else read.unit, whole=read.whole, scale=read.scale)
    if read.unit in MINUTES:
        return f"{_sign(by)}{apart.one(abs(by))}"
    return f"{_sign(by)}{round(abs(apart(by)), 4):,g} {apart.words}".rstrip()


def _plain(key: str, unit: str, value: float) -> str:
    """A value as it was said, in the person's unit."""
    read = measure(key, unit)
    return read.one(value) if read.unit in MINUTES else f"{round(read(value), 4):,g} {read.words}".rstrip()


def named(text: str) -> str:
    """A part of a difference by its name: a step in words where it is one."""
    try:
        steps = scenario(text).steps
    except SelftwinError:
        return text
    return "; ".join(spoken(step, spell=False) for step in steps)


def _sign(by: float) -> str:
    return f"{MINUS} " if by < 0 else "+ "


def _when(step: Do) -> str:
    if step.moment is not None:
        return f" from {day(step.moment.date())}"
    if step.clock is not None:
        return f" at {step.clock:%H:%M}"
    return f" in {_span(step.after)}" if step.after else ""


def _span(lasts: timedelta) -> str:
    """A time span in days, hours or minutes."""
    seconds = lasts.total_seconds()
    if seconds >= DAY:
        return count(round(seconds / DAY), "day")
    return count(round(seconds / HOUR), "hour") if seconds % HOUR == 0 else f"{seconds / 60:.0f} min"
