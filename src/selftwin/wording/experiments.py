"""Trials in sentences: what one asks, how its days are drawn, what it will likely find, and what its days show."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.experiment import Kind, Verdict
from selftwin.vocabulary.scenario import step
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import short
from selftwin.wording.words import count, day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.vocabulary.effect import Effect
    from selftwin.vocabulary.experiment import Experiment, Result, Sized

DRAWN = {
    Kind.DAYS: "each day is drawn anew, three or four of every week",
    Kind.BLOCKS: "in spells of {block} days, two of every four with it",
    Kind.ABAB: "in four phases in turn, each of {block} days at least, their changes drawn",
}
TENTH = "On real people such chances came true about a tenth less often, in spells less still: take some days more."
LEFT_OUT = "; the first {washout} after the start and after each switch {are} left out, until what was has worn off"
WELL = "If you feel unwell, trust that first: stop, and ask a doctor."
HIGHER, LOWER = "higher", "lower"


def arm(one: Experiment, *, with_: bool) -> str:
    """What a day is to be, in words."""
    return f"with it ({named(one.cause)})" if with_ else "without it, as usual"


def plan(one: Experiment) -> list[str]:
    """The plan: how days are drawn, for how long, and what it will likely find."""
    drawn = DRAWN[one.kind].format(block=one.block)
    if one.washout:
        drawn += LEFT_OUT.format(washout=count(one.washout, "day"), are="is" if one.washout == 1 else "are")
    after = {0: "on the same day", 1: "on the day after"}.get(one.lag, f"{one.lag} days later")
    lines = [f"{day(one.first)} to {day(one.last)}: {drawn}.", f"The outcome is read {after}.", *_promise(one)]
    lines += [f"! {note}" for note in one.notes]
    return [*lines, WELL, f"The seal of the draw: {one.seal[:16]}…"]


def _promise(one: Experiment) -> Iterator[str]:
    if one.kept is None:
        yield "What was learnt of your days for this plan had to be forgotten."
        return
    kept, read = one.kept, differing(one.signal, one.unit)
    if kept.size is not None and kept.tried is not None and kept.formula is not None:
        chance = min(kept.tried, kept.formula)
        yield (f"A difference of {read.one(kept.size, 0.0)} would be found with a chance of {100 * chance:.0f} % "
               f"({100 * kept.tried:.0f} % on your own past days, {100 * kept.formula:.0f} % by formula).")  # fmt: skip
    if kept.smallest is None:
        yield "Not even a very large difference is found four times in five in so few days."
    else:
        yield (f"What is found four times in five is {read.one(kept.smallest, 0.0)} or more; your days vary by "
               f"{read.one(kept.spread, 0.0)} by themselves ({count(kept.n, 'day')} known).")  # fmt: skip
    yield TENTH


def concluded(result: Result, read: Measure) -> Iterator[str]:
    """The verdict in a sentence, and how often chance does as much."""
    effect, cause = result.effect, named(result.experiment.cause)
    gap = difference(effect.size, effect.low, effect.high, read)
    chance = f"Chance alone shows as much {percent(result.p)} of the time"
    if result.verdict in {Verdict.FOUND, Verdict.EARLY}:
        yield f"{'Found early' if result.verdict is Verdict.EARLY else 'Found'}: with {cause} it is {gap}."
        yield f"{chance}."
    elif result.verdict is Verdict.NOT_FOUND:
        yield f"Nothing was found: with {cause} it is {gap}. {chance}."
        yield "That is no proof of nothing: what lies within these bounds may still be so."
    else:
        yield f"Nothing may be concluded yet ({percent(result.share)} of the trial is seen): so far it is {gap}."
        yield f"{chance}; at this look it would have to be {_bar(result.bar)}."


def _bar(bar: float) -> str:
    return f"{percent(bar)} or less" if bar > 0 else "rarer than I can count, so early"


def counted(result: Result) -> Iterator[str]:
    """How many days stand behind it, by kind, and how many were kept to."""
    effect = result.effect
    without = effect.n - effect.moved
    yield (f"{count(len(result.told), 'day')} came; {effect.n} count and have an outcome: {effect.moved} with it, "
           f"{without} without.")  # fmt: skip
    parts = []
    for with_, name in ((True, "with it"), (False, "without")):
        days = result.days(with_=with_)
        known = [one for one in days if one.kept is not None]
        parts.append(f"{sum(bool(one.kept) for one in known)} of {len(known)} {name}"
                     + (f" ({len(days) - len(known)} not known)" if len(known) < len(days) else ""))  # fmt: skip
    yield f"Kept to, as far as is known: {'; '.join(parts)}."


def beside(result: Result, read: Measure) -> Iterator[str]:
    """What was done, what was thought before, what lasts on, and the simple guesses."""
    effect = result.effect
    if result.as_kept:
        yield f"  · The difference above is by what days were to be. Doing it makes it {sized(result.as_kept, read)}."
    yield f"  · Drawn to what was thought before ({result.prior_of}): {sized(result.shrunk, read)}."
    if result.carried:
        yield f"  · What is left of it a day later: {sized(result.carried, read)}, by the model."
    if result.naive:
        yield f"  · Simple guess, the plain difference of means: {sized(result.naive, read)}."
    if effect.zero is not None:
        far = f"{abs(effect.zero - 1):.0%}".replace("%", " %")
        which = "more" if effect.zero > 1 else "less"
        yield f"  · Saying that it does nothing would have been off by {far} {which} on later days of the trial."


def other(one: Effect) -> str:
    """A further outcome in a line."""
    read = differing(one.outcome, one.unit)
    chance = percent(one.q if one.q is not None else one.p)
    gap = difference(one.size, one.low, one.high, read)
    return f"Beside it, {short(nature(one.outcome).label).lower()}: {gap}; by chance {chance} of the time, corrected."


def difference(size: float, low: float | None, high: float | None, read: Measure) -> str:
    """A difference in words, with bounds: `lower by 1.4 a minute (-2.1 to -0.6, 9 times in 10)`."""
    edges = [bound for bound in (low, high) if bound is not None and isfinite(bound)]
    bounded = len(edges) == 2
    figure = read.one(abs(size), abs(size) + edges[1] - edges[0] if bounded else 0.0)
    bounds = f"{read.bare(*edges)}, 9 times in 10" if bounded else "nothing bounds it"
    if bounded and abs(size) < (edges[1] - edges[0]) / 40:
        return f"about the same ({bounds})"
    return f"{HIGHER if size > 0 else LOWER} by {figure} ({bounds})"


def sized(one: Sized, read: Measure) -> str:
    """The same of a size."""
    return difference(one.size, one.low, one.high, read)


def named(cause: str) -> str:
    """A cause as people say it.

    >>> named('habit "walk after lunch"'), named("alcohol.drinks 0 {drinks}"), named("workout running 30 min")
    ('walk after lunch', 'alcoholic drinks: 0', 'running: 30 min')
    """
    done = step(cause)
    amount = str(done).removeprefix(done.signal).strip().removeprefix(f'"{done.words}"')
    amount = re.sub(r"\{\w*\}|/d$", "", amount).strip()
    name = done.words or short(nature(done.signal).label).lower()
    return f"{name}: {amount}" if amount else name


def percent(share: float) -> str:
    """A share as people say it.

    >>> percent(0.034), percent(0.0005), percent(0.41)
    ('3.4 %', '0.05 %', '41 %')
    """
    value = 100 * share
    return f"{value:.0f} %" if value >= 10 else f"{value:.1f} %" if value >= 0.1 else f"{value:.2f} %"


def differing(key: str, unit: str) -> Measure:
    """How differences of a signal are read: a clock's in minutes, and no zero point moved."""
    read = measure(key, unit)
    return Measure(read.unit, scale=read.scale)


def labels(one: Experiment) -> str:
    """The outcomes by name, the one that decides first."""
    names = [short(nature(key).label).lower() for key in one.outcomes]
    return names[0] + (f" (and beside it {', '.join(names[1:])})" if len(names) > 1 else "")
