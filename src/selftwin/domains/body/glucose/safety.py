"""What the house never does with glucose and insulin (TRUST, "Medicine"), and the fixed words for extremes.

Insulin is explored, never prescribed: no function here or elsewhere returns a dose, and none is searched for. A plan
that starts now is refused where its starting point is not known well enough; a replay of the past is only labelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from selftwin.vocabulary.scenario import Scenario

    Floats = NDArray[np.float64]

STALE = timedelta(minutes=15)
WARM_UP = timedelta(hours=2)  # the longest of the sensors in use; others are ready sooner
LEAST_DAYS = 14
LOW, VERY_LOW, VERY_HIGH = 70.0, 54.0, 300.0
LEAST, MOST = 20.0, 600.0  # mg/dL that can be told
TOGETHER = 6 * 60  # minutes over which doses are counted together
ROUNDED = 0.5  # units by which a standard bolus may be rounded up

EMERGENCY_LOW = (
    "Under 54 mg/dL is an emergency, and no model should delay you. If you can swallow, take fast sugar now, as you "
    "were taught, and check with a finger-stick in 15 minutes. If someone is confused, has a seizure or does not wake "
    "up, give nothing by mouth, use glucagon if it is there, and call an ambulance (112, 911, or your local number)."
)
EMERGENCY_HIGH = (
    "Over 300 mg/dL needs care before any model: check with a finger-stick, test for ketones if you have diabetes, "
    "drink water, and follow the plan your clinic gave you. With ketones, vomiting, belly pain, deep breathing or "
    "drowsiness, call an ambulance (112, 911, or your local number) now."
)
TREAT_FIRST = "You are under 70 mg/dL: treat the low first, as you were taught. What follows can wait."
NEVER_A_DOSE = (
    "This shows what a dose you typed might do. It recommends none: doses are decided by you and those who treat you."
)
LOWS_UNPROVEN = (
    "How often lows come is unproven in twins like this: published ones missed it where they met time in range."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known where a plan would start: the newest sensor value and when it came, on how many days there are
    any, when the last sensor was begun, and whether insulin is used."""

    level: float | None
    newest: datetime | None
    days: int
    sensor_began: datetime | None
    on_insulin: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's own settings: the largest dose, the most in six hours, the largest long-acting dose and the highest
    hourly basal they have recorded lately (0 where none is), and their carbohydrate ratio [g/U], sensitivity [mg/dL/U]
    and target [mg/dL], where those are known."""

    largest: float = 0.0
    together: float = 0.0
    long: float = 0.0
    basal: float = 0.0
    ratio: float | None = None
    sensitivity: float | None = None
    target: float | None = None


def has_insulin(*scenarios: Scenario) -> bool:
    """Whether any of these touches insulin. Searches for a goal ask this, and leave such scenarios alone."""
    return any(key == "insulin" or key.startswith("insulin.") for one in scenarios for key in one.signals)


def check_start(standing: Standing, *, now: datetime, has_dose: bool, is_live: bool) -> None:
    """Refuse a plan that starts now on ground too little known. Raises Refused with what to do.

    With insulin in it: a newest value older than 15 minutes, a sensor warming up, fewer than 14 days, or one under
    70 mg/dL. Without: for people on insulin, a newest value older than 15 minutes.
    """
    if not is_live or not (has_dose or standing.on_insulin):
        return
    if standing.newest is None or standing.level is None or now - standing.newest > STALE:
        hint = "Import a fresh reading and ask again, or ask about a moment of the past as a replay."
        raise Refused("Your newest sensor value is older than 15 minutes: I start no plan from it.", hint=hint)
    if not has_dose:
        return
    if standing.sensor_began is not None and now - standing.sensor_began < WARM_UP:
        hint = "Wait until it has run two hours, and check with a finger-stick."
        raise Refused("Your sensor is warming up: I show no insulin plan from its first values.", hint=hint)
    if standing.days < LEAST_DAYS:
        hint = "Keep the sensor on; from the fourteenth day on I can show it."
        raise Refused("I know fewer than 14 days of your glucose: too few for a plan with insulin.", hint=hint)
    if standing.level < LOW:
        hint = "Treat the low as you were taught; ask again when you are above 70 mg/dL and steady."
        raise Refused("You are under 70 mg/dL: I show no plan with insulin now.", hint=hint)


def check_doses(
    doses: Sequence[tuple[int, float]], long: Sequence[tuple[int, float]], basal: float, settings: Settings, *,
    carbs: float, level: float | None,
) -> None:  # fmt: skip
    """Refuse what lies outside a person's own settings: fast doses (minute, U), long-acting ones, the highest hourly
    basal of the plan [U/h], beside the carbohydrate of its meals [g]. Raises Refused; says no number."""
    usual = _standard(settings, carbs, level)
    if any(units > max(settings.largest, usual) for _, units in doses):
        raise Refused("This dose is larger than any of yours that I know: I do not show it.", hint=_OWN)
    if any(together > max(settings.together, usual) for together in _together(doses)):
        raise Refused("Together these doses are more than you ever took in six hours: I do not show it.", hint=_OWN)
    if any(units > settings.long for _, units in long):
        raise Refused("This long-acting dose is larger than any of yours that I know: I do not show it.", hint=_OWN)
    if basal > settings.basal * 1.001:
        raise Refused("This basal rate is higher than any of yours that I know: I do not show it.", hint=_OWN)


_OWN = "I explore within your own recorded doses and settings only; speak with those who treat you about others."


def _standard(settings: Settings, carbs: float, level: float | None) -> float:
    """The most that a person's own ratios give for these grams and this level, as a bolus calculator rounds it up; 0
    where they are not known. It bounds what may be typed and is shown nowhere."""
    if settings.ratio is None:
        return 0.0
    above = 0.0
    if settings.sensitivity is not None and settings.target is not None and level is not None:
        above = max(level - settings.target, 0.0) / settings.sensitivity
    whole = carbs / settings.ratio + above
    return float(np.ceil(whole / ROUNDED) * ROUNDED) if whole > 0 else 0.0


def _together(doses: Sequence[tuple[int, float]]) -> list[float]:
    """What falls within six hours of each dose, itself included."""
    return [sum(units for at, units in doses if start <= at < start + TOGETHER) for start, _ in doses]


def clamp(levels: Floats) -> Floats:
    """Glucose held between 20 and 600 mg/dL. It comes after the model and keeps the order of any two values."""
    return np.clip(levels, LEAST, MOST)


def emergency(level: float | None, courses: Sequence[Floats] = ()) -> tuple[str, ...]:
    """The fixed words that stand before anything else where the newest level, or the mean or most lives (n, moments) of
    a future, goes under 54 or over 300 mg/dL, what is now first; nothing otherwise."""
    is_low = [level is not None and level < VERY_LOW, any(_reaches(-one, -VERY_LOW) for one in courses)]
    is_high = [level is not None and level > VERY_HIGH, any(_reaches(one, VERY_HIGH) for one in courses)]
    said = []
    for low, high in zip(is_low, is_high, strict=True):
        said += [words for words, so in ((EMERGENCY_LOW, low), (EMERGENCY_HIGH, high)) if so]
    return tuple(dict.fromkeys(said))


def _reaches(lives: Floats, bound: float) -> bool:
    """Whether the mean or most of these lives (n, moments) go over a bound at any time."""
    return bool(lives.mean(axis=0).max() > bound) or float((lives.max(axis=1) > bound).mean()) > 0.5
