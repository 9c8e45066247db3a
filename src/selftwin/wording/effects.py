"""What goes with what, in sentences whose verbs say no more than the rung of each effect allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.domains.habits.effects_table import When, causes, outcome
from selftwin.domains.habits.effects_telling import helps
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.effect import Rung
from selftwin.wording.measures import MINUTES, Measure, measure
from selftwin.wording.phrases import short
from selftwin.wording.words import count

if TYPE_CHECKING:
    from selftwin.twin.effecting import Effects
    from selftwin.vocabulary.effect import Effect

RUNGS = {
    Rung.ADJUSTED: "Still there when what else moved is allowed for",
    Rung.ASSOCIATION: "Seen together, not a cause",
    Rung.EXPERIMENT: "Tried by chance",
}
UPWARDS = {"wellness.fatigue": "Freshness", "wellness.soreness": "Freedom from soreness", "wellness.stress": "Calm"}
ORDINALS = ("", "", "second ", "third ", "fourth ", "fifth ")
WARNING = "What nobody recorded may stand behind any of these; only a trial by chance tells."


def sentence(one: Effect) -> str:
    """An effect in a sentence, whose verb says no more than its rung allows."""
    size, bounds = figures(one)
    cause = f"{label(one.cause)[:1].upper()}{label(one.cause)[1:]}, {step(one)}"
    if one.low < 0 < one.high:
        return f"{cause}: nothing that I could see, {bounds} {when(one)} (9 times in 10)."
    how = "goes with" if one.rung is Rung.ASSOCIATION else "with all else recorded allowed for,"
    return f"{cause}: {how} {size} {when(one)} ({bounds}, 9 times in 10)."


def figures(one: Effect) -> tuple[str, str]:
    """The size with its sign and unit, and its bounds."""
    read = measure(one.outcome, one.unit)
    apart = Measure(read.unit, scale=read.scale)
    size, bounds = apart.apart(one.size, one.low, one.high)
    low, to, high = bounds.partition(" to ")
    if low.endswith(" min") and high.endswith(" min"):
        bounds = f"{low.removesuffix(' min')}{to}{high}"
    return (f"+{size}" if one.size > 0 else size), bounds


def step(one: Effect) -> str:
    """How much more of the cause: +1 h, +100 mg, +3,000."""
    if one.step_unit in MINUTES:
        return f"+{Measure(one.step_unit).one(one.step)}"
    words = "" if one.step_unit.startswith("{") else f" {Measure(one.step_unit).words}"
    return f"+{one.step:,g}{words}".rstrip()


def label(cause: str) -> str:
    """A cause in words."""
    return next((one.label for one in causes() if one.key == cause), cause)


def named(key: str) -> str:
    """An outcome in words, called by the end of its scale that a higher figure means."""
    return UPWARDS.get(key) or short(nature(key).label)


def when(one: Effect) -> str:
    """How much later, as a person says it: the night after, the same day."""
    on, cause = outcome(one.outcome), next((row for row in causes() if row.key == one.cause), None)
    by_night = cause is not None and cause.when <= When.NIGHT
    if on is not None and on.when is When.NIGHT:
        return f"the {ORDINALS[one.lag]}night after" if one.lag else "that night"
    if one.lag == 0:
        return "the day after it" if by_night else "the same day"
    return "the next day" if one.lag == 1 else f"{one.lag} days later"


def among(found: Effects) -> str:
    """What was looked at, and how many false ones to expect."""
    pairs = f"{count(found.pairs, 'pair')} of cause and outcome, at {found.looks:,} delays in all"
    return (f"Looked at: {pairs}, over {count(found.days, 'day')}. Of what is found so, I expect at most "
            f"{100 * found.rate:.0f} in 100 to be luck.")  # fmt: skip


def nothing(found: Effects) -> str:
    """That nothing was found, of what was asked for."""
    asked = found.outcome or found.cause
    return f"Nothing was found{f' for {asked}' if asked else ''} that luck would not do as well."


def leaning(one: Effect) -> str:
    """Whether more of it is better; a cause is said to help only where it has stood the adjustment."""
    word = helps_or_hurts(one)
    if one.rung is Rung.ASSOCIATION:
        return {"helps": "better", "hurts": "worse", "": ""}[word]
    return word


def helps_or_hurts(one: Effect) -> str:
    """Which way, where the outcome has a good direction; empty elsewhere."""
    on = outcome(one.outcome)
    return helps(one, on.good if on else 0)
