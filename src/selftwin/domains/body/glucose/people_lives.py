"""Simulated lives, to try a twin on people whose truth is known: meals counted badly, doses by rule, a noisy sensor.

What the fit assumes is broken on purpose: bodies change from day to day, the sensor has a gain of its own and noise of
another shape, readings go missing, and a low is treated at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose.engine import PLACE, Draws, Floats, Inputs, inputs, run, simulate, steady
from selftwin.domains.body.glucose.fit_model import COUNTED, Record
from selftwin.domains.body.glucose.people import draw

if TYPE_CHECKING:
    from selftwin.domains.body.glucose.people import Kind

DAY = 1440
MISCOUNT, HABIT = 0.2, 0.15  # spreads of the logarithm
MOOD = {"vmx": 0.1, "kp3": 0.1, "fasting_glucose": 0.04}  # how a body differs from day to day, likewise
NOISE, FADING, GAIN = 8.0, 0.85, 0.03  # mg/dL; kept from one reading to the next, five minutes on; of the sensor
LOW, HIGH, RESCUE = 70.0, 180.0, 15.0  # mg/dL, mg/dL, g


@dataclass(frozen=True, slots=True)
class Life:
    """A simulated person: what is known (`record`), the true body at the end of it (one), and their usual ratios:
    grams a unit covers, and mg/dL a unit lowers (both 0 without injected insulin)."""

    record: Record
    body: Draws
    grams_a_unit: float
    drop_a_unit: float


def live(kind: Kind, seed: int, *, days: int = 14) -> Life:
    """One life of so many days, the same for a seed."""
    chance = np.random.default_rng(seed)
    body = draw(kind, 1, seed)
    body = replace(body, counting=np.exp(HABIT * chance.standard_normal(1)))
    ratio, drop = _ratios(body) if kind == "type 1" else (0.0, 0.0)
    carbs, counted, insulin = np.zeros(days * DAY), np.zeros(days * DAY), np.full(days * DAY, float(body.basal[0]) / 60)
    seen, now = np.empty(days * DAY), body
    for start in range(0, days * DAY, 30):
        if start % DAY == 0:
            now, today = replace(now, people=_mood(body.people, chance)), _meals(chance)
        window = slice(start, start + 30)
        glucose = float(now.glucose[0])
        for at, grams in today.items():
            if start <= at + start // DAY * DAY < start + 30:
                _eat(carbs, counted, at + start // DAY * DAY, grams, chance)
                if ratio:
                    extra = max(glucose - 140.0, 0.0) / drop if glucose > HIGH else 0.0
                    units = max(grams / ratio * np.exp(0.1 * chance.standard_normal()) + extra, 0.0)
                    insulin[start + int(chance.integers(0, 30))] += units if glucose > LOW else 0.5 * units
        if glucose < LOW and not carbs[max(0, start - 30) : start + 30].any():
            carbs[start] = counted[start] = RESCUE
        path, now = run(now, Inputs(carbs[window], insulin[window], np.zeros(30)))
        seen[window] = path[0]
    return Life(_record(seen, counted, insulin, chance), now, ratio, drop)


def _mood(people: Floats, chance: np.random.Generator) -> Floats:
    """The body of one day."""
    today = people.copy()
    for name, spread in MOOD.items():
        today[:, PLACE[name]] *= np.exp(spread * chance.standard_normal())
    return today


def _meals(chance: np.random.Generator) -> dict[int, float]:
    """Minutes of a day and grams as counted."""
    times = [(7, 9), (12, 14), (18, 20)] + [(15, 17)] * int(chance.random() < 0.5)
    sizes = [40.0, 55.0, 65.0, 20.0]
    return {
        int(chance.integers(60 * early, 60 * late)): size * float(np.exp(0.3 * chance.standard_normal()))
        for (early, late), size in zip(times, sizes, strict=False)
    }


def _eat(carbs: Floats, counted: Floats, at: int, grams: float, chance: np.random.Generator) -> None:
    """Write a meal as counted, and as it was but for the habit, which the body knows."""
    counted[at] += grams
    carbs[at] += grams * float(np.exp(MISCOUNT * chance.standard_normal()))


def _ratios(body: Draws) -> tuple[float, float]:
    """Grams of carbohydrate that a unit covers, and how far one unit alone lowers, five hours on."""
    basal, doses = float(body.basal[0]), np.linspace(0.5, 16.0, 32)
    many = steady(np.repeat(body.people, len(doses), axis=0), np.repeat(body.counting, len(doses)))
    fed = inputs(300, basal=basal, meals=[(0, 50.0)])
    dosed = np.tile(fed.insulin, (len(doses), 1))
    dosed[:, 0] += doses
    ends = simulate(many, replace(fed, insulin=dosed))[:, -1]
    best = float(doses[np.argmin(np.abs(ends - body.glucose[0]))])
    alone = simulate(body, inputs(300, basal=basal, doses=[(0, 1.0)]))[0]
    return 50.0 / best, max(float(body.glucose[0] - alone.min()), 5.0)


def _record(seen: Floats, counted: Floats, insulin: Floats, chance: np.random.Generator) -> Record:
    """What a sensor keeps every five minutes, some of it lost; and what was noted."""
    at = np.arange(5, len(seen) + 1, 5)
    noise, fresh = np.zeros(len(at)), chance.standard_normal(len(at)) * NOISE * np.sqrt(1 - FADING**2)
    for place in range(1, len(at)):
        noise[place] = FADING * noise[place - 1] + fresh[place]
    readings = np.clip(seen[at - 1] * np.exp(GAIN * chance.standard_normal()) + noise, 40.0, 400.0)
    kept = chance.random(len(at)) > 0.03
    for start in chance.integers(0, max(len(at) - 60, 1), len(at) // 1000):
        kept[start : start + 36] = False
    kept[-3:] = True
    meals = np.flatnonzero(counted)
    return Record(
        minutes=len(seen), readings_at=at[kept], readings=readings[kept], meals_at=meals, meals=counted[meals],
        meals_spread=np.full(len(meals), COUNTED), insulin=insulin, effort=np.zeros(len(seen)),
    )  # fmt: skip
