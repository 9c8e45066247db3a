"""What moves what in the sample person's life, and by how much: stated once, frozen, and written into the truth.

A night is numbered by the day of waking; "the night after" day d is the one that ends on d + 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

SEED = 20240313
AWAKE, LIGHT, DEEP, REM = range(4)
REST, EASY_RUN, HARD_RUN, STRENGTH, RIDE = range(5)
LOAD = (0.0, 0.4, 1.0, 0.4, 0.7)  # training load of each kind of session


@dataclass(frozen=True, slots=True)
class Effects:
    """Effect sizes. Heart rates in /min, heart rate variability in log ms, times in minutes, shares in parts of one."""

    resting_usual: float = 54.0
    resting_noise: float = 1.1
    hrv_usual: float = 50.0  # SDNN, ms
    hrv_noise: float = 0.11
    alcohol_resting: float = 1.6  # per drink, the night after
    alcohol_hrv: float = -0.10
    alcohol_rem: float = -0.10  # share of REM lost per drink
    alcohol_awake: float = 7.0  # minutes awake in the night per drink
    training_resting: tuple[float, float] = (2.8, 1.5)  # per unit of load, the first and the second night after
    training_hrv: tuple[float, float] = (-0.13, -0.06)
    illness_ramp: tuple[float, float, float] = (0.85, 0.70, 0.55)  # severity 1, 2 and 3 nights before it is felt
    illness_resting: float = 11.0  # at full severity
    illness_hrv: float = -0.50
    illness_breathing: float = 1.8  # /min
    illness_temperature: float = 0.8  # K at the wrist
    illness_oxygen: float = -0.9  # per cent
    illness_steps: float = -0.75  # share of the day's steps; only once it is felt
    illness_insulin: float = -0.30  # share of insulin sensitivity
    stress_resting: float = 0.9  # per standard deviation of stress
    stress_hrv: float = -0.06
    stress_latency: float = 4.0
    stress_mood: float = -0.45
    stress_spending: float = 0.2  # share more purchases per standard deviation above the mean
    stress_listening: float = 0.25  # share more minutes per standard deviation above the mean
    late_dinner_sleep: float = -0.25  # minutes of sleep per minute of dinner past 20:30
    late_caffeine_latency: float = 0.12  # minutes per mg after 15:00
    sleep_mood: float = 0.35  # mood per hour slept more than usual
    sleep_recall: float = 0.30  # logit of recall per hour slept more than usual
    sleep_insulin: float = 0.06  # share of insulin sensitivity per hour slept more than usual
    illness_mood: float = -0.9
    training_mood: float = 0.25
    exercise_glucose: float = 0.006  # uptake per minute while training, a share of glucose
    evening_insulin: float = -0.22  # share of insulin sensitivity at 21:00
    energy_per_kg: float = 7700.0  # kcal
    winter_resting: float = 0.8
    winter_steps: float = -0.08
    jet_lag_days: int = 6  # one zone and a half a day


def draws(seed: int, part: str, day: int = 0) -> np.random.Generator:
    """The stream of chance of one part of the life, so that a change in one part leaves the others as they were."""
    return np.random.default_rng([seed, crc32(part.encode()), day])
