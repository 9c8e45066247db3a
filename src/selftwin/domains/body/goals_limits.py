"""What may be a goal, and how far a plan may go: which way is better, what can be, and floors that are kept.

Under a body mass index of 18.5 lies underweight (WHO 1995, Technical Report 854). Diets of 1,200 kcal a day (women) and
1,500 (men) are the least that guidelines plan (Jensen and others, AHA/ACC/TOS guideline on overweight and obesity,
Circulation 2014;129:S102: 1,200 to 1,500 for women, 1,500 to 1,800 for men). One per cent of the weight a week is the
house's own limit, near the 1 to 2 pounds a week that the NHLBI calls for (1998, Obes Res 6:51S).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.domains.body.goals import MOST, pace
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.goal import Sense
from selftwin.vocabulary.scenario import Way

if TYPE_CHECKING:
    from datetime import date

    from selftwin.domains.body.goals import Response
    from selftwin.vocabulary.goal import Wish
    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.scenario import Do, Scenario
    from selftwin.vocabulary.trajectory import Trajectory

LEANEST = 18.5  # kg/m2
PACE = 0.01  # of the weight, a week
LEAST_EATEN = {"female": 1200.0}  # kcal a day
LEAST_OTHERS = 1500.0
EATING, MOVING = "energy.intake", ("training.", "workout", "activity.", "steps")
TOO_FAST = "I plan no change of weight faster than 1 % a week"
EATEN = "energy eaten"  # as the simulator of weight calls its measure
LONGEST = 1096  # days
INSULIN = "insulin"
CALL = "If eating or weight weigh on you, a doctor or a helpline for eating disorders is there for it."
NO_INSULIN = "No goal is planned with insulin: a dose is settled with those who treat you, and explored in `imagine`."


@dataclass(frozen=True, slots=True)
class Kind:
    """How a target of one signal is judged: which way is better (None: either), what can be aimed at, and from how far
    off the target counts as reached already."""

    sense: Sense | None
    low: float
    high: float
    near: float


KINDS = {
    "weight": Kind(None, 30.0, 300.0, 0.5),
    "heart_rate.resting": Kind(Sense.MOST, 35.0, 100.0, 0.0),
    "vo2_max": Kind(Sense.LEAST, 15.0, 85.0, 0.0),
    "blood_pressure.systolic": Kind(Sense.MOST, 100.0, 180.0, 0.0),
    "glucose.in_range": Kind(Sense.LEAST, 1.0, 99.0, 0.0),
    "sleep.regularity": Kind(Sense.LEAST, 0.0, 99.0, 0.0),
    "sleep.midpoint.spread": Kind(Sense.MOST, 5.0, 300.0, 0.0),
    "race.5k": Kind(Sense.MOST, 12.5, 90.0, 0.0),
    "race.10k": Kind(Sense.MOST, 26.0, 180.0, 0.0),
    "race.half_marathon": Kind(Sense.MOST, 57.0, 360.0, 0.0),
    "race.marathon": Kind(Sense.MOST, 120.0, 600.0, 0.0),
}  # fmt: skip


def kind(key: str) -> Kind:
    """How targets of a signal are judged; of one that has no row, by its plausible range."""
    if key in KINDS:
        return KINDS[key]
    signal = nature(key)
    low = next((bound for bound in (signal.usual_low, signal.low) if bound is not None), float("-inf"))
    high = next((bound for bound in (signal.usual_high, signal.high) if bound is not None), float("inf"))
    return Kind(None, low, high, 0.0)


def check(wish: Wish, plan: Scenario, today: date) -> None:
    """What can be refused before anything is read. Raises UsageError, Refused."""
    if any(one.signal.startswith(INSULIN) for one in plan.steps):
        raise Refused(NO_INSULIN)
    if not plan.steps:
        hint = "Such as 'energy.intake -400 kcal/d' or 'steps +3000/d'."
        raise UsageError("Say what you would do for it.", hint=hint)
    if wish.by <= today:
        raise UsageError("The goal's day has passed.", hint="Choose a day to come.")
    if (wish.by - today).days > LONGEST:
        raise UsageError(f"A goal lies at most three years after your newest day, {today.day} {today:%B %Y}.",
                         hint="Choose a nearer day, or bring newer data first.")  # fmt: skip
    judged = kind(wish.signal)
    if not judged.low <= wish.target <= judged.high:
        said = f"Between {judged.low:g} and {judged.high:g} {wish.unit} I can help."
        raise UsageError(f"That is beyond what {wish.signal} may be aimed at.", hint=said)


def sense(wish: Wish, standing: float) -> Sense:
    """Whether the target is a least or a most, from where the person stands. Raises UsageError where it is met."""
    judged = kind(wish.signal)
    way = judged.sense or (Sense.MOST if wish.target < standing else Sense.LEAST)
    if way.met(standing, wish.target) or abs(standing - wish.target) <= judged.near:
        raise UsageError("You are there already.", hint="`selftwin goal set` with a target beyond where you stand.")
    return way


def check_body(wish: Wish, way: Sense, standing: float, days: int, past: Past) -> None:
    """Refuse weights that are too low, and ways there that are too fast. Raises Refused, NothingYet."""
    if wish.signal != "weight":
        return
    if way is Sense.MOST:
        height = past.number("height")
        if height is None:
            raise NothingYet("Without your height I do not plan a lower weight.",
                             hint="`selftwin note height 1.80` keeps it.")  # fmt: skip
        if wish.target / height**2 < LEANEST:
            raise Refused("That is under a body mass index of 18.5, which is underweight. I plan no way there.",
                          hint=CALL)  # fmt: skip
    if is_too_fast(wish.target, standing, days):
        raise Refused("That is more than 1 % of your weight a week. I plan no way that is faster.",
                      hint="Choose a later day, or a nearer target first.")  # fmt: skip


def is_too_fast(target: float, standing: float, days: int) -> bool:
    """Whether a weight by then would change by more than one per cent a week."""
    return abs(standing - target) > PACE * standing * days / 7


def check_plan(told: Trajectory, past: Past) -> None:
    """Refuse a plan that eats too little, or changes the weight too fast, by what it does to it. Raises Refused."""
    share, why = eaten(told, past)
    if share < 1:
        raise Refused(f"{why}.", hint="Plan less of it, or more moving beside it.")
    if pace(told) > max(PACE, pace(told, alone=True)):
        raise Refused("This plan would change your weight by more than 1 % a week. I do not plan that.",
                      hint="Plan less of it, and a later day.")  # fmt: skip


def most(one: Do, usually: float | None, told: Trajectory, past: Past) -> tuple[float, str]:
    """The largest share of a step that may be proposed, and why no more; before the pace is looked at."""
    whole = one.amount or 0.0
    bounds = [(MOST, f"even {MOST:g} times your plan would not do")]
    if one.way is Way.SHARE and whole < 0:
        bounds.append((-1 / whole, "there is no less than nothing"))
    if one.way is Way.CHANGE and whole < 0 and usually is not None and nature(one.signal).low == 0:
        bounds.append((usually / -whole, "there is no less than nothing"))
    if one.signal.startswith(MOVING) and whole > 0:
        doubled = 1 / whole if one.way is Way.SHARE else (usually or 0.0) / whole if one.way is Way.CHANGE else MOST
        bounds.append((max(doubled, 1.0), "I plan no more than your plan, or twice of what you do now"))
    if one.signal == EATING:
        bounds.append(eaten(told, past))
    return min(bounds)


def eaten(told: Trajectory, past: Past) -> tuple[float, str]:
    """The share of a plan that leaves the least energy a day that is planned here, by a future of weight."""
    for one in told.measures:
        if one.name == EATEN and one.with_[0] < one.without[0]:
            least = LEAST_EATEN.get(past.word("sex") or "", LEAST_OTHERS)
            share = (one.without[0] - least) / (one.without[0] - one.with_[0])
            return max(share, 0.0), f"I plan no less than {least:,.0f} kcal a day without a doctor's care"
    return MOST, f"even {MOST:g} times your plan would not do"


def paced(signal: str, found: Response, bound: tuple[float, str]) -> tuple[float, str]:
    """The same bound, or the pace of weight where that binds first."""
    if signal != "weight":
        return bound
    fast = found.fastest(PACE)
    return (fast, TOO_FAST) if fast < min(bound[0], float(found.scales[-1])) else bound


def paced_by(told: Trajectory) -> tuple[float, str]:
    """The share of a plan that changes the weight by one per cent a week, as if twice the plan were twice as fast."""
    return PACE / max(pace(told), 1e-9), TOO_FAST
