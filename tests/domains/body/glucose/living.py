"""Made-up people whose glucose the engine itself makes, remembered as exports would tell it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.glucose.engine import inputs, simulate
from selftwin.domains.body.glucose.people import draw

if TYPE_CHECKING:
    from selftwin.domains.body.glucose.people import Kind

NOW = datetime(2025, 6, 20, 12, tzinfo=UTC)
HOURS = (7.5, 12.6, 18.9)
DAY = 1440


def person(
    kind: Kind, *, days: int = 15, seed: int = 3, ratio: float = 12.0, ahead: int = 0, now: datetime = NOW, **more: Any
) -> Remembered:
    """A person up to `now` (a noon), their sensor every five minutes; `ahead` minutes more are there to be hidden."""
    rng = np.random.default_rng(seed)
    body = draw(kind, 1, seed)
    minutes = days * DAY + ahead
    start = now - timedelta(minutes=days * DAY)
    offset = start.hour * 60 + start.minute
    meals = [
        (int(60 * hour + rng.normal(0, 20)) + day * DAY - offset, float(rng.uniform(35, 80)))
        for day in range(days + 2)
        for hour in HOURS
    ]
    meals = [(at, grams) for at, grams in meals if 0 <= at < minutes]
    basal = float(body.basal[0])
    doses = [(at, round(2 * grams / ratio) / 2) for at, grams in meals] if kind == "type 1" else []
    path = simulate(body, inputs(minutes, basal=basal, meals=meals, doses=doses))[0]
    seen = path[4::5] + 4 * np.convolve(rng.standard_normal(len(path[4::5]) + 5), np.full(6, 0.4), "valid")
    when = [start + timedelta(minutes=5 * (place + 1)) for place in range(len(seen))]
    told: dict[str, Any] = {
        "glucose": list(zip(when, np.clip(seen, 40, 400).tolist(), strict=True)),
        "meal.carbs": [(start + timedelta(minutes=at), grams) for at, grams in meals],
        "weight": [(start, 70.0)],
    }
    if kind == "type 1":
        told["insulin.bolus"] = [(start + timedelta(minutes=at), units) for at, units in doses]
        told["insulin.basal_rate"] = [
            (start + timedelta(hours=hour), start + timedelta(hours=hour + 1), basal) for hour in range(minutes // 60)
        ]
    state = {"type 1": "type_1", "type 2": "type_2", "none": "none"}[kind]
    return Remembered(now, told | more, given={"diabetes.type": state})
