"""The truth beside the exports, in one file: causes, effect sizes and lags, events, zones, hidden states by day."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.sample.body import log_hrv, resting
from selftwin.sample.causes import AWAKE, DEEP, LIGHT, REM
from selftwin.sample.life import digest
from selftwin.sample.plan import Span

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from selftwin.sample.life import Life
    from selftwin.sample.plan import Plan

# cause, what it moves, in which effect it stands, nights or days until it shows
_LINKS = (
    ("alcohol", "heart_rate.resting", "alcohol_resting", (1,)),
    ("alcohol", "heart_rate_variability.sdnn", "alcohol_hrv", (1,)),
    ("alcohol", "sleep.rem", "alcohol_rem", (1,)),
    ("alcohol", "sleep.awake", "alcohol_awake", (1,)),
    ("load", "heart_rate.resting", "training_resting", (1, 2)),
    ("load", "heart_rate_variability.sdnn", "training_hrv", (1, 2)),
    ("illness", "heart_rate.resting", "illness_resting", (0,)),
    ("illness", "heart_rate_variability.sdnn", "illness_hrv", (0,)),
    ("illness", "respiratory_rate", "illness_breathing", (0,)),
    ("illness", "skin_temperature.sleep", "illness_temperature", (0,)),
    ("illness", "oxygen_saturation", "illness_oxygen", (0,)),
    ("felt", "steps", "illness_steps", (0,)),
    ("illness", "glucose", "illness_insulin", (0,)),
    ("stress", "heart_rate.resting", "stress_resting", (1,)),
    ("stress", "heart_rate_variability.sdnn", "stress_hrv", (1,)),
    ("stress", "mood", "stress_mood", (0,)),
    ("stress", "sleep.latency", "stress_latency", (1,)),
    ("stress", "purchase.eur", "stress_spending", (0,)),
    ("stress", "listening", "stress_listening", (0,)),
    ("dinner", "sleep.duration", "late_dinner_sleep", (1,)),
    ("caffeine_late", "sleep.latency", "late_caffeine_latency", (1,)),
    ("asleep", "mood", "sleep_mood", (0,)),
    ("asleep", "recall.correct", "sleep_recall", (0,)),
    ("asleep", "glucose", "sleep_insulin", (0,)),
    ("load", "mood", "training_mood", (0,)),
    ("load", "glucose", "exercise_glucose", (0,)),
    ("eaten", "weight", "energy_per_kg", (1,)),
)


def truth(life: Life) -> dict[str, Any]:
    """Everything a recovery check can be scored on. Days are those of the wall clock; a night belongs to its waking."""
    plan = life.plan
    return {
        "seed": life.seed,
        "digest": digest(life),
        "first": plan.day(0).isoformat(),
        "last": plan.day(plan.days - 1).isoformat(),
        "home": life.clock.zones.home,
        "zones": [{"since": stay.since.isoformat(), "zone": stay.zone} for stay in life.clock.zones.stays],
        "effects": asdict(life.effects),
        "links": [
            {"cause": cause, "signal": signal, "effect": effect, "lag_days": list(lags)}
            for cause, signal, effect, lags in _LINKS
        ],
        "illnesses": [asdict(one) | {"felt_from": plan.day(one.onset).isoformat()} for one in plan.illnesses],
        "worn": _worn(plan),
        "today": "the illness felt from tomorrow on has raised the resting heart rate for three nights",
        "days": {name: _told(values) for name, values in _days(life).items()},
    }


def write(life: Life, folder: Path) -> Path:
    """`truth.json` in `folder`."""
    path = folder / "truth.json"
    path.write_text(json.dumps(truth(life)), encoding="utf-8")
    return path


def _worn(plan: Plan) -> dict[str, list[list[str]]]:
    """From which day to which (both included) each device was worn or each diary kept; `unworn` ones were not."""

    def dates(span: Span) -> list[str]:
        return [plan.day(span.first).isoformat(), plan.day(span.stop - 1).isoformat()]

    spans = {one.name: getattr(plan, one.name) for one in fields(plan)}
    one = {name: [dates(span)] for name, span in spans.items() if isinstance(span, Span)}
    many = ("unworn", "dexcom", "libre", "nightscout")
    return one | {name: [dates(span) for span in spans[name]] for name in many}


def _days(life: Life) -> dict[str, NDArray[Any]]:
    states, nights, body = life.states, life.nights, life.body
    reviewed = np.bincount(life.reviews.day, minlength=life.plan.days)
    recalled = np.bincount(life.reviews.day, life.reviews.rating > 1, life.plan.days)
    return {
        **{name: getattr(states, name) for name in states.__slots__},
        "asleep": nights.asleep, "latency": nights.latency, "light": nights.minutes[:, LIGHT],
        "deep": nights.minutes[:, DEEP], "rem": nights.minutes[:, REM], "awake": nights.minutes[:, AWAKE],
        "onset": nights.onset, "wake": nights.wake,
        "resting": body.resting, "sdnn": body.sdnn, "rmssd": body.rmssd, "breathing": body.breathing,
        "temperature": body.temperature, "oxygen": body.oxygen, "fitness": body.fitness,
        "resting_by_causes": resting(states, life.effects), "log_hrv_by_causes": log_hrv(states, life.effects),
        "steps": life.steps, "eaten": life.intake.eaten, "spent": life.intake.spent, "weight": life.intake.weight,
        "mood": life.mind.felt, "listening": life.mind.listening,
        "spending": np.bincount(life.purchases.day, life.purchases.euros, life.plan.days),
        "reviews": reviewed, "recalled": recalled,
        "watch_night": life.wearing.watch_nights, "fitbit_night": life.wearing.fitbit_nights,
    }  # fmt: skip


def _told(values: NDArray[Any]) -> list[Any]:
    found: list[Any] = (np.round(values, 4) + 0.0 if values.dtype.kind == "f" else values).tolist()
    return found
