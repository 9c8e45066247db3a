"""A goal in words: the target, the chance, what it takes, how it goes, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.scenario import Way, scenario
from selftwin.wording.measures import CLOCKS, MINUS, MINUTES, Measure, clock, measure
from selftwin.wording.phrases import short
from selftwin.wording.words import count, day, sureness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.vocabulary.goal import Goal, Progress, Prospect, Takes
    from selftwin.vocabulary.scenario import Do

STATES = {"reached": "Reached", "missed": "Not reached"}
BY_MODEL = "as the model sees it from what is recorded."
SMALL = 0.02  # of the step: what is less is nothing
LOW, LIKELY = 0.35, 65


def target(one: Prospect, read: Measure) -> str:
    """The goal's name, what is to be reached by when, and by what plan."""
    made = one.goal
    left = f"{count(one.left, 'day')} left" if one.left > 0 else "its day has come"
    return f"{made.name}: {made.sense} {exact(made.signal, made.target, read)} by {day(made.by)}, {left}; {made.plan}."


def exact(key: str, value: float, read: Measure) -> str:
    """A target as it was said, with its unit; a time of a race to the second."""
    if key.startswith("race."):
        hours, seconds = divmod(round(value * 60), 3600)
        return f"{hours}:{seconds // 60:02}:{seconds % 60:02}" if hours else f"{seconds // 60}:{seconds % 60:02}"
    if read.clock or read.unit in MINUTES:
        return read.one(value)
    return f"{round(read(value), 2):g} {read.words}".replace("-", MINUS).rstrip()


def near(value: float, read: Measure) -> str:
    """A value to the hundredth of itself or better, with its unit."""
    return read.one(value, value * 0.99)


def concluded(one: Prospect, read: Measure) -> str:
    """How a goal whose day has come ended."""
    value, days = near(one.standing or 0.0, read), count(one.standing_days, "day")
    return f"{STATES[one.state]}: {value}, the mean of {days} of its last week."


def standing(one: Prospect, read: Measure) -> str:
    """Where the person stands, and by what."""
    race = one.goal.signal.startswith("race.")
    value = exact(one.goal.signal, one.standing or 0.0, read) if race else near(one.standing or 0.0, read)
    days = count(one.standing_days, "day")
    return f"You stand at {value}, " + (f"the mean of your newest {days}." if one.standing_days else BY_MODEL)


def chances(one: Prospect) -> str:
    """How likely it is with the plan and without."""
    with_, alone = (sureness(100 * (share or 0.0)) for share in (one.chance, one.chance_alone))
    beside = "with the rest of the plan" if one.done else "with the plan"
    return f"To be there by then is {with_} {beside}; {alone} as you are."


def taken(one: Prospect) -> Iterator[str]:
    """What it takes from here."""
    if one.takes is None:
        yield "Nothing in this plan can be scaled, so I cannot say how much it takes."
        return
    step = _step(one.goal, one.takes)
    if one.takes.amount is None:
        yield f"What it takes from here: {one.takes.why}."
        return
    if step.amount and abs(one.takes.amount) < SMALL * abs(step.amount) and step.way is not Way.SET:
        yield "What it takes from here: nothing beside what you do now, in the middle of what I see."
        return
    yield f"What it takes from here: {amount(one.takes, step)}{_bounds(one.takes)}."


def _bounds(takes: Takes) -> str:
    """The bounds of what it takes, as they stand in brackets."""
    if takes.low is None:
        return ""
    read = _read(takes)
    low, high = abs(takes.low), None if takes.high is None else abs(takes.high)
    if high is None:
        least = _figure(low, takes, read) if low else "nothing"
        return f" ({least} to more than I would propose, 9 times in 10)"
    return f" ({_range(min(low, high), max(low, high), takes, read)}, 9 times in 10)"


def amount(takes: Takes, step: Do) -> str:
    """How much of a step, in words: energy eaten, about 430 kcal a day less.

    Of a change which way, of a value the value itself.
    """
    named = short(nature(takes.signal).label).lower() + (f" ({step.words})" if step.words else "")
    figure = _figure(abs(takes.amount or 0.0), takes, _read(takes), takes.low, takes.high)
    daily = " a day" if step.daily and takes.way is not Way.SHARE and takes.signal not in CLOCKS else ""
    if takes.way is Way.SET:
        return f"{named}, about {figure}{daily}"
    more, less = ("later", "earlier") if takes.signal in CLOCKS else ("more", "less")
    return f"{named}, about {figure}{daily} {more if (takes.amount or 0.0) > 0 else less}"


def _read(takes: Takes) -> Measure:
    """How amounts of a step are read: a change of a clock as minutes."""
    read = measure(takes.signal, takes.unit)
    return read if takes.way is Way.SET else Measure(read.unit, whole=read.whole, scale=read.scale)


def _figure(value: float, takes: Takes, read: Measure, *beside: float | None) -> str:
    """An amount in the digits its bounds deserve, else in two."""
    if takes.way is Way.SHARE:
        return f"{100 * value:.0f} %"
    if takes.way is Way.SET and takes.signal in CLOCKS:
        return clock(value)
    spread = [abs(one) for one in beside if one is not None]
    return read.one(value, *(spread or [value * 0.8]))


def _range(low: float, high: float, takes: Takes, read: Measure) -> str:
    if takes.way is Way.SHARE:
        return f"{100 * low:.0f} to {100 * high:.0f}"
    return read.bare(low, high)


def _step(made: Goal, takes: Takes) -> Do:
    """The step of the plan that is scaled."""
    return next(one for one in scenario(made.plan).steps if one.signal == takes.signal and one.way is takes.way)


def going(one: Prospect, read: Measure) -> Iterator[str]:
    """Progress against the cone as it was set, and how much of the plan is seen."""
    if one.progress is None:
        yield "Too soon to say how it goes." if one.goal.kept else "What the plan looked like then had to be forgotten."
    else:
        yield against(one.progress, one.goal, read)
    if one.done is not None:
        yield f"As far as your days tell, you do about {100 * one.done:.0f} % of the plan."


def against(made: Progress, of: Goal, read: Measure) -> str:
    """Where the newest days stand in the cone."""
    value, planned = read.apart(made.value, made.low, made.high)
    named = {"ahead": "ahead of it", "behind": "behind it"}.get(made.place, made.place)
    said = f"Against the plan as set on {day(of.set_on)}: {named}, {sureness(100 * made.sure)}"
    return f"{said}; by {day(made.day)} it had {planned} half the time, and you stand at {value}."


def anew(one: Prospect) -> Iterator[str]:
    """What would help, where the chance has fallen."""
    if one.chance is None or one.chance >= LOW:
        return
    yield f"! With the plan as it is the chance is under {100 * LOW:.0f} %."
    if one.lift is not None and one.lift.amount is not None:
        yield f"It would be {LIKELY} % with {amount(one.lift, _step(one.goal, one.lift))}, from today."
    elif one.lift is not None:
        why = "" if one.takes and one.takes.why == one.lift.why else f": {one.lift.why}"
        yield f"No amount of it that I would propose brings {LIKELY} %{why}."
    if one.later is not None:
        yield f"With the plan as it is, {day(one.later)} would be a day with {LIKELY} %."
