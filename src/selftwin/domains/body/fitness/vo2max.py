"""VO2 max from what a watch knows: heart rates, age, running speed; each estimate with its error.

Uth and others, Eur J Appl Physiol 2004;91:111 (heart rate ratio); Tanaka and others, J Am Coll Cardiol 2001;37:153
(highest heart rate by age); the running equation of the American College of Sports Medicine (Guidelines for Exercise
Testing and Prescription); heart rate reserve taken as the share of oxygen uptake reserve (Swain and Leutholtz 1997).
"""

from __future__ import annotations

from dataclasses import dataclass

from selftwin.vocabulary.errors import UsageError

REST = 3.5  # mL/(kg.min), oxygen taken up at rest
RATIO = 15.3  # Uth 2004
RATIO_ERROR = 0.14  # share; well-trained men 0.05 in the paper, others two to three times that
HIGHEST_ERROR = 10.0  # /min, spread of people about Tanaka's line
RUNNING_ERROR = 0.11  # share: running economy, and a heart rate that drifts


@dataclass(frozen=True, slots=True)
class Estimate:
    """A VO2 max in mL/(kg.min) with its standard error, and the method it comes from."""

    value: float
    error: float
    method: str


def highest_heart_rate(age: float) -> float:
    """The highest heart rate (/min) of people of an age in years, 208 - 0.7 x age (Tanaka 2001), give or take 10.

    >>> highest_heart_rate(40)
    180.0
    """
    _within("age", age, 5, 110)
    return 208 - 0.7 * age


def from_heart_rates(highest: float, resting: float) -> Estimate:
    """From the ratio of the highest to the resting heart rate, both /min.

    >>> round(from_heart_rates(185, 55).value, 1)
    51.5
    """
    _within("highest heart rate", highest, 100, 240)
    _within("resting heart rate", resting, 25, 120)
    if highest / resting < 1.3:  # nobody's heart at its highest is that near to rest
        raise UsageError("The highest heart rate must lie well above the resting one.")
    value = RATIO * highest / resting
    return Estimate(value, RATIO_ERROR * value, "heart rate ratio")


def running_uptake(speed: float, grade: float = 0.0) -> float:
    """Oxygen taken up (mL/(kg.min)) when running at a speed in m/s on a grade (0.01 is one per cent): the ACSM's
    0.2 x speed + 0.9 x speed x grade + 3.5, speed in m/min.

    >>> running_uptake(10 / 3.6)
    36.833333333333336
    """
    _within("running speed", speed, 1.3, 7.0)
    _within("grade", grade, -0.2, 0.3)
    metres = speed * 60
    return 0.2 * metres + 0.9 * metres * grade + REST


def from_running(speed: float, heart_rate: float, *, highest: float, resting: float, grade: float = 0.0) -> Estimate:
    """From a steady run: speed in m/s, heart rates /min. Raises UsageError under half of the heart rate reserve, where
    the line from effort to uptake is too long to be drawn."""
    _within("highest heart rate", highest, 100, 240)
    _within("resting heart rate", resting, 25, 120)
    share = (heart_rate - resting) / (highest - resting)
    _within("share of the heart rate reserve", share, 0.5, 1.0)
    value = REST + (running_uptake(speed, grade) - REST) / share
    return Estimate(value, RUNNING_ERROR * value, "running speed at heart rate")


def _within(what: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside of what the equation was made for; the message does not tell it."""
    if not low <= value <= high:
        raise UsageError(f"This {what} is outside of what the equation was made for ({low:g} to {high:g}).")
