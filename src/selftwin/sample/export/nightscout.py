"""Nightscout: the database collections as JSON, filled by a phone that hears the sensor and the person's notes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.stamps import iso
from selftwin.sample.plan import HOME

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_DEVICE = "xDrip-DexcomG5"
_ARROWS = ((-3, "DoubleDown"), (-2, "SingleDown"), (-1, "FortyFiveDown"), (1, "Flat"), (2, "FortyFiveUp"),
           (3, "SingleUp"))  # fmt: skip


def write(life: Life, folder: Path) -> list[Path]:
    """`entries.json`, `treatments.json` and `profile.json` in `folder/nightscout`."""
    place = folder / "nightscout"
    place.mkdir(exist_ok=True)
    rng = draws(life.seed, "nightscout")
    made = {"entries": _entries(life, rng), "treatments": _treatments(life, rng), "profile": _profile(life, rng)}
    paths = []
    for name, documents in made.items():
        path = place / f"{name}.json"
        path.write_text(json.dumps(documents, indent=1), encoding="utf-8")
        paths.append(path)
    return paths


def _id(rng: np.random.Generator, at: int) -> str:
    """An ObjectId: its first four bytes are the moment."""
    return f"{at:08x}{rng.bytes(8).hex()}"


def _entries(life: Life, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Readings of the sensor, newest first, as the server keeps them: in UTC, with the phone's offset beside."""
    found = []
    for span in life.plan.nightscout:
        number = life.plan.sensors.index(span)
        mine = (life.glucose.sensor == number) & (life.glucose.at < life.clock.end - 900)
        at, shown = life.glucose.at[mine], life.glucose.shown[mine]
        heard = rng.random(at.size) > 0.02
        change = np.concatenate([[0.0], np.diff(shown)]) / 5
        offset = (life.clock.local(at) - at) // 60
        columns = zip(at[heard], iso(at[heard]), shown[heard], change[heard], offset[heard], strict=True)
        for moment, stamp, value, slope, minutes in columns:
            written = f"{stamp}.000Z"
            found.append({
                "_id": _id(rng, int(moment)), "device": _DEVICE, "date": int(moment) * 1000, "dateString": written,
                "sgv": round(float(value)), "delta": round(float(slope) * 5, 3), "direction": _arrow(float(slope)),
                "type": "sgv", "filtered": round(float(value)) * 1000, "unfiltered": round(float(value)) * 1000,
                "rssi": 100, "noise": 1, "sysTime": written, "utcOffset": int(minutes),
            })  # fmt: skip
    return found[::-1]


def _arrow(slope: float) -> str:
    return next((name for edge, name in _ARROWS if slope < edge), "DoubleUp")


def _treatments(life: Life, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Noted meals, training, and when a sensor began; the person takes no insulin."""
    found: list[tuple[int, dict[str, Any]]] = []
    meals, trained = life.intake.meals, life.movement.workouts
    for span in life.plan.nightscout:
        for place in np.flatnonzero(np.isin(meals.day, np.arange(span.first, span.stop)) & meals.noted):
            carbs = {"eventType": "Carb Correction", "carbs": round(float(meals.carbs[place]))}
            found.append((int(meals.at[place]), carbs))
        for place in np.flatnonzero(np.isin(trained.day, np.arange(span.first, span.stop))):
            lasted = int(trained.stop[place] - trained.start[place]) // 60
            found.append((int(trained.start[place]), {"eventType": "Exercise", "duration": lasted}))
        found.append((int(life.clock.utc(span.first, 9 * 60 + 17)), {"eventType": "Sensor Start"}))
    found = sorted((one for one in found if one[0] < life.clock.end - 900), key=lambda one: one[0])
    stamps = iso(np.array([at for at, _ in found]))
    return [
        {"_id": _id(rng, at), "enteredBy": "xdrip", "created_at": f"{stamp}.000Z", "utcOffset": 0, **said}
        for (at, said), stamp in zip(found, stamps, strict=True)
    ]


def _profile(life: Life, rng: np.random.Generator) -> list[dict[str, Any]]:
    at = int(life.clock.utc(life.plan.nightscout[0].first, 540))
    stamp = iso(np.array([at]))[0]
    always = {"time": "00:00", "timeAsSeconds": 0}
    store = {
        "dia": 3, "carbratio": [{**always, "value": 30}], "carbs_hr": 20, "delay": 20,
        "sens": [{**always, "value": 100}], "timezone": HOME, "basal": [{**always, "value": 0}],
        "target_low": [{**always, "value": 70}],
        "target_high": [{**always, "value": 140}], "startDate": "1970-01-01T00:00:00.000Z", "units": "mg/dl",
    }  # fmt: skip
    return [{
        "_id": _id(rng, at), "defaultProfile": "Default", "store": {"Default": store}, "startDate": f"{stamp}.000Z",
        "mills": at * 1000, "units": "mg/dl", "created_at": f"{stamp}.000Z",
    }]  # fmt: skip
