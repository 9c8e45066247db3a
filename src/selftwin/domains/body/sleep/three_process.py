"""Sleepiness through the day from when one slept: the three-process model with its afternoon dip.

Akerstedt and Folkard, Chronobiol Int 1997;14:115; constants as Ingre and others, PLoS One 2014;9:e108679, validated on
airline crews, and as the R package FIPS has them. Alertness (about 1 to 21) is what sleep has restored (S), the body
clock (C and U) and the fog after waking (W); sleepiness on the Karolinska scale is 10.6 - 0.6 x alertness.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

LOW, HIGH, BREAK = 2.4, 14.3, 12.2
LOSS = -0.0353  # per hour awake
GAIN = math.log((14.3 - 14) / (14.3 - 7.96)) / 8  # per hour asleep
CLOCK, PEAK = 2.5, 16.8  # amplitude, hour of day of the highest point
DIP, DIP_LEVEL = 0.5, -0.5
FOG, CLEARING = -5.72, -1.51  # at waking; per hour
KAROLINSKA, SLOPE = 10.6, -0.6
ALERT, FIGHTING = 1.0, 9.0
SLEEPY = 7.0  # "sleepy, but no effort to keep awake"


@dataclass(frozen=True, slots=True)
class Course:
    """Draws of a course on a grid of time (n, moments): what sleep restored, and alertness without the clock's part."""

    restored: Floats
    fog: Floats


def awake(restored: Floats | float, hours: float) -> Floats:
    """S after so many hours awake.

    >>> round(float(awake(14.0, 16.0)), 3)
    8.994
    """
    return np.asarray(LOW + (np.asarray(restored) - LOW) * math.exp(LOSS * hours))


def asleep(restored: Floats | float, hours: float) -> Floats:
    """S after so many hours of sleep: straight up to a break, then ever more slowly.

    >>> round(float(asleep(7.96, 8.0)), 3)
    13.552
    """
    start = np.asarray(restored, dtype=float)
    rate = GAIN * (BREAK - HIGH)
    straight = np.clip((BREAK - start) / rate, 0.0, hours)
    after = start + rate * straight
    return np.asarray(HIGH - (HIGH - after) * np.exp(GAIN * (hours - straight)))


def clock(hour: Floats | float, *, peak: Floats | float = PEAK, amplitude: Floats | float = CLOCK) -> Floats:
    """C + U at an hour of the body's day."""
    turn = np.asarray(hour) - np.asarray(peak)
    daily = np.asarray(amplitude) * np.cos(2 * math.pi * turn / 24)
    return np.asarray(daily + DIP_LEVEL + DIP * np.cos(2 * math.pi * (turn - 3) / 12))


def course(sleeping: Flags, step: float, *, restored: Floats | float = 13.0) -> Course:
    """S and W at the end of each step (hours) of a plan (n, moments) that says where one sleeps."""
    now = np.broadcast_to(np.asarray(restored, dtype=float), sleeping.shape[:1]).copy()
    since = np.full(sleeping.shape[:1], 12.0)
    levels, fog = np.empty(sleeping.shape), np.empty(sleeping.shape)
    for moment in range(sleeping.shape[1]):
        slept = sleeping[:, moment]
        now = np.where(slept, asleep(now, step), awake(now, step))
        since = np.where(slept, 0.0, since + step)
        levels[:, moment] = now
        fog[:, moment] = np.where(slept, 0.0, FOG * np.exp(CLEARING * since))
    return Course(levels, fog)


def sleepiness(alertness: Floats) -> Floats:
    """Sleepiness from 1 (very alert) to 9 (fighting sleep) for an alertness."""
    return np.clip(KAROLINSKA + SLOPE * alertness, ALERT, FIGHTING)
