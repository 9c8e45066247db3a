"""What is never tried on anybody here, however well it would be drawn, and when a doctor is asked first.

A trial asks somebody to do a thing on days that chance chose. So nothing is tried that could harm on such a day: no
medicine, no dose, no more alcohol or nicotine, no hunger, no nights cut short. Adults sleep seven hours or more (Watson
and others 2015, J Clin Sleep Med 11:591); up to 400 mg of caffeine a day raise no concern in healthy adults, 200 in
pregnancy (EFSA 2015, EFSA Journal 13:4102); the least energy a day is that of goals (AHA/ACC/TOS 2014, Circulation
129:S102). The other bounds are the house's own.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.scenario import Way
from selftwin.vocabulary.signal import Category, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.scenario import Do

MEDICINE = ("insulin", "medicine", "inhaler", "pump", "contraceptive", "immunization", "carbs.on_board",
            "glucose.target")  # fmt: skip
ALCOHOL, NICOTINE, EATEN, FOOD = "alcohol.", "cigarettes", "energy.intake", ("energy.intake", "meal", "water")
MOVING = ("training.", "workout", "activity.", "steps", "distance", "running.", "cycling.", "strain.", "floors")
DOABLE = ("sleep.start", "sleep.end", "sleep.midpoint", "sleep.duration", "sleep.in_bed", "sleep.nap", "daylight",
          "indoor.temperature", "indoor.light", "noise.headphones", "other.")  # fmt: skip
SLEPT, LATER, EARLIER = 420.0, 30.0, 30.0  # minutes
CAFFEINE, CAFFEINE_PREGNANT, WATER = 400.0, 200.0, 4000.0  # mg, mg, mL a day
HOUR = 60.0  # minutes
LEAST_EATEN = {"female": 1200.0}  # kcal a day
LEAST_OTHERS = 1500.0
HEAVY = 4.0  # drinks a day, from which leaving off is done with help
ADULT = 18
INSULIN = {"insulin", "insulin.bolus", "insulin.rapid", "insulin.long", "insulin.basal", "insulin.correction"}
PREGNANT = timedelta(days=300)
ASK = "You have noted an illness or condition: ask your doctor whether anything speaks against this."
EXAMPLES = """Such as 'caffeine 0 mg', 'sleep.start 22:30' or 'habit "no screen after nine"'."""
DOCTOR = "Talk to your doctor: with them it may be tried, and watched."
HARMFUL = re.compile(
    r"\b(insulin|metformin|medic\w*|medication|pills?|tablets?|dos(e|es|age|ing)|drugs?|statins?|antidepress\w*|ssri|"
    r"supplements?|melatonin|nicotine|smok\w*|vap(e|es|ing)|cigar\w*|cannabis|marijuana|thc|cbd|lsd|psilocybin|microdos\w*|"
    r"alcohol\w*|wine|beers?|vodka|whisk\w*|fasting|(water|dry|intermittent)\s+fast|fast\s+(for|until)|starv\w*|skip(ping)?\s+(meals?|breakfast|lunch|dinner)|"
    r"no\s+(food|meals?|eating|water|sleep)|all[- ]?nighter|stay(ing)?\s+awake|sleep\s+depriv\w*|vomit\w*|purg\w*|"
    r"laxatives?|diuretics?|steroids?|testosterone|hormones?|ozempic|semaglutide|self[- ]?harm|cut(ting)?\s+myself)\b",
    re.IGNORECASE,
)


def check(cause: Do, outcomes: Sequence[str], usual: float | None, past: Past) -> tuple[str, ...]:
    """What must be said with this trial. Raises Refused where it is not planned here, UsageError where it makes no
    sense, NothingYet where it cannot be told whether it is safe."""
    _sensible(cause, outcomes)
    _never(cause)
    after = cause.changed(usual) if usual is not None else cause.amount if cause.way is Way.SET else None
    _amounts(cause, usual, after, past)
    return _health(cause, past)


def _sensible(cause: Do, outcomes: Sequence[str]) -> None:
    """Refuse causes that nobody can do, and outcomes that are the cause or no number."""
    signal = nature(cause.signal)
    doable = signal.category is Category.BEHAVIOURAL or cause.signal.startswith((*DOABLE, *MEDICINE))
    if not doable or cause.signal.startswith(("goal.", "mood", "wellness.", "recall.", "feeling", "race.")):
        raise UsageError(f"{signal.label} is nothing that is done on one day and left on another.",
                         hint=EXAMPLES)
    for key in outcomes:
        if not nature(key).numeric:
            raise UsageError(f"{key} has no daily number that could be compared.")
        if key == cause.signal:
            raise UsageError("The outcome is the cause itself.", hint="Choose what it is to move.")


def _never(cause: Do) -> None:
    """Refuse what is never tried, whatever the amount."""
    if cause.signal.startswith(MEDICINE) or (cause.words and HARMFUL.search(cause.words)):
        raise Refused(
            "I plan no trial of medicines, doses, supplements, alcohol, nicotine, drugs, hunger or sleeplessness.",
            hint=f"{DOCTOR} Less of something that is recorded can be tried by its signal, such as 'alcohol.drinks 0'.",
        )
    if cause.signal.startswith(NICOTINE):
        raise Refused("I plan no trial that has days of smoking in it.",
                      hint="Stopping altogether does more than any trial.")  # fmt: skip
    if nature(cause.signal).kind in {Kind.EVENT, Kind.STATE} and cause.amount is None and not cause.words:
        raise UsageError("Say what is done, in words.", hint=EXAMPLES)


def _amounts(cause: Do, usual: float | None, after: float | None, past: Past) -> None:
    """Refuse amounts that could harm."""
    key, known = cause.signal, after is not None
    if key.startswith(ALCOHOL):
        _alcohol(cause, usual, after)
    if key == EATEN:
        _eating(after, past)
    if key.startswith("meal") and after == 0 and key in {"meal", "meal.carbs", "meal.protein"}:
        raise Refused("I plan no days without food.")
    if key == "water" and known and not 500 <= (after or 0) <= WATER:
        raise Refused("That is too little or too much to drink in a day for a trial that I plan.")
    if key == "caffeine":
        _caffeine(cause, after, past)
    if key.startswith("sleep."):
        _sleep(cause, usual, after)
    if key.startswith(MOVING) and cause.amount:
        _moving(cause, usual, after)


def _alcohol(cause: Do, usual: float | None, after: float | None) -> None:
    less = cause.amount == 0 if cause.way is Way.SET else (cause.amount or 0) < 0
    if not less and not (usual is not None and after is not None and after < usual):
        raise Refused("I plan no trial with more alcohol.", hint="Less of it can be tried: 'alcohol.drinks 0'.")
    if usual is not None and usual >= HEAVY and cause.signal == "alcohol.drinks":
        raise Refused("Leaving off from so much a day can be dangerous. I plan no trial of it.", hint=DOCTOR)


def _eating(after: float | None, past: Past) -> None:
    if after is None:
        raise NothingYet("I do not know what you eat, and plan no trial of it without.",
                         hint="Note `energy.intake` for a week first.")  # fmt: skip
    least = LEAST_EATEN.get(past.word("sex") or "", LEAST_OTHERS)
    if after < least:
        raise Refused(f"That leaves less than {least:,.0f} kcal on such a day. I plan no trial of it.",
                      hint="Less of a change, or what you eat instead of how much.")  # fmt: skip


def _caffeine(cause: Do, after: float | None, past: Past) -> None:
    pregnant = _pregnant(past)
    most = CAFFEINE_PREGNANT if pregnant else CAFFEINE
    more = (cause.amount or 0) > 0
    if more and after is None:
        raise NothingYet("I do not know how much caffeine you have, and plan no more of it without.")
    if more and (after or 0) > most:
        raise Refused(f"That is over {most:g} mg of caffeine a day. I plan no trial of it.")


def _sleep(cause: Do, usual: float | None, after: float | None) -> None:
    short = "I plan no trial that cuts nights short."
    if cause.signal in {"sleep.duration", "sleep.in_bed"} and (after is None or after < SLEPT):
        if (after is None and (cause.amount or 0) > 0) or (after is not None and usual is not None and after > usual):
            return
        raise Refused(short, hint="More sleep, or an earlier bedtime, can be tried.")
    late = cause.signal in {"sleep.start", "sleep.midpoint"}
    early = cause.signal == "sleep.end"
    if not (late or early):
        return
    if usual is None:
        raise NothingYet("I do not know when you usually sleep, and plan no other time without.")
    moved = (after or 0.0) - usual
    if (late and moved > LATER) or (early and moved < -EARLIER):
        raise Refused(short, hint="An earlier bedtime, or a later morning, can be tried.")


def _moving(cause: Do, usual: float | None, after: float | None) -> None:
    if usual is None and cause.words and (cause.amount or 0) <= HOUR:
        return
    if usual is None and (cause.amount or 0) > 0:
        raise NothingYet("I do not know how much of that you do now, and plan no more of it without.",
                         hint="Record it for a week first, or try 'workout walking 30 min'.")  # fmt: skip
    if usual and after is not None and after > max(2 * usual, usual + 60 if nature(cause.signal).unit == "min" else 0):
        raise Refused("That is more than twice of what you do now. I plan no trial of it.",
                      hint="Try less of it; `selftwin goal` plans a way to more.")  # fmt: skip


def _health(cause: Do, past: Past) -> tuple[str, ...]:
    """Refuse what touches a condition that is recorded; else say that a doctor is asked first."""
    touches = cause.signal.startswith((*FOOD, *MOVING, "caffeine", "alcohol."))
    diabetes = _word(past, "diabetes.type")
    if touches and (INSULIN & set(past.keys()) or diabetes == "type_1"):
        raise Refused("With insulin, a change of food, exercise or drink moves glucose on that very day.", hint=DOCTOR)
    pregnant = _pregnant(past)
    if touches and pregnant and not cause.signal.startswith(("caffeine", "alcohol.")):
        raise Refused("I plan no trial of food or exercise in pregnancy.", hint=DOCTOR)
    age = past.number("age")
    if age is not None and age < ADULT and touches:
        raise Refused("I plan trials of food, caffeine or exercise for adults alone.", hint=DOCTOR)
    ill = _word(past, "condition") or _word(past, "illness") or (diabetes not in {"", "none"}) or pregnant
    return (ASK,) if ill else ()


def _word(past: Past, key: str) -> str:
    """What is noted of a state; empty where nothing is, or where it may not be read."""
    try:
        return past.word(key) or ""
    except Refused:
        return ""


def _pregnant(past: Past) -> bool:
    """Whether a pregnancy is noted that may still last."""
    try:
        rows = past.series("pregnancy")
    except Refused:
        return False
    return bool((rows["until"] >= past.now - PREGNANT).any())
