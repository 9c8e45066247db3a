"""Fitbit: an account as Google Takeout packs it, the folders of the generation that had both JSON and CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.archive import pack
from selftwin.sample.export.fitbit_days import by_day
from selftwin.sample.export.fitbit_logs import exercises, sleep_logs, sleep_scores
from selftwin.sample.export.seen import metres, samples
from selftwin.sample.export.stamps import american

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

HOME = "Takeout/Fitbit/"
_EVERYTHING = f"{HOME}Global Export Data/"


def write(life: Life, folder: Path) -> Path:
    """The archive in `folder`: a Fitbit worn in the first part of the life."""
    rng = draws(life.seed, "fitbit")
    members = _minutes(life, rng) | _rates(life, rng)
    members |= _blocks(life, "sleep", sleep_logs(life), "dateOfSleep")
    members[f"{_EVERYTHING}exercise-0.json"] = _listed(exercises(life, rng))
    members |= {_EVERYTHING + name: _listed(rows) for name, rows in by_day(life, rng).items()}
    members |= {HOME + name: text for name, text in sleep_scores(life, rng).items()}
    return pack(folder / "takeout-fitbit.zip", members, life.plan.day(life.plan.days - 1))


def _listed(rows: list[dict[str, Any]]) -> str:
    """JSON with Takeout's line breaks: a blank before and after the colon, and `},{` between."""
    return "[" + ",".join(json.dumps(row, indent=2, separators=(",", " : ")) for row in rows) + "]"


def _blocks(life: Life, family: str, rows: list[dict[str, Any]], key: str) -> dict[str, bytes | str]:
    """Logs in files of thirty days, newest first inside."""
    found: dict[str, bytes | str] = {}
    for first in range(life.plan.fitbit.first, life.plan.fitbit.stop, 30):
        low, high = (life.plan.day(first + more).isoformat() for more in (0, 30))
        inside = [row for row in rows if low <= row[key] < high]
        found[f"{_EVERYTHING}{family}-{low}.json"] = _listed(inside[::-1])
    return found


def _minutes(life: Life, rng: np.random.Generator) -> dict[str, bytes | str]:
    """Steps and distance (in centimetres) by the minute, in UTC, in files of thirty days; still minutes hold a zero
    only right after steps."""
    seen = life.wearing.fitbit
    error = 1 + rng.normal(0.02, 0.05, seen.size)
    steps = np.where(seen, np.round(life.movement.steps * error), 0).astype(np.int64)
    far = np.round(metres(life) * error * 100, 2)
    kept = seen & ((steps > 0) | np.concatenate([[False], steps[:-1] > 0]))
    found: dict[str, bytes | str] = {}
    for first in range(life.plan.fitbit.first, life.plan.fitbit.stop, 30):
        low, high = (int(life.clock.minute(life.clock.utc(day, 0))) for day in (first, min(first + 30, life.plan.days)))
        minute = low + np.flatnonzero(kept[low:high])
        stamps = american(life.clock.start + 60 * minute)
        day = life.plan.day(first)
        for family, values in (("steps", steps[minute].tolist()), ("distance", far[minute].tolist())):
            rows = zip(stamps, values, strict=True)
            found[f"{_EVERYTHING}{family}-{day}.json"] = _series((at, f'"{value:g}"') for at, value in rows)
    return found


def _rates(life: Life, rng: np.random.Generator) -> dict[str, bytes | str]:
    """The heart rate of some weeks in files of a day, in UTC."""
    at, minute = samples(life, life.wearing.fitbit, rng, every=0.75, spread=0.25)
    rate = np.round(life.heart[minute] + rng.normal(0, 1.5, at.size)).astype(np.int64)
    day = life.clock.day(at)
    found: dict[str, bytes | str] = {}
    for one in range(life.plan.fitbit_heart.first, life.plan.fitbit_heart.stop):
        mine = day == one
        rows = zip(american(at[mine]), rate[mine].tolist(), strict=True)
        values = ((stamp, f'{{\n    "bpm" : {bpm},\n    "confidence" : 2\n  }}') for stamp, bpm in rows)
        found[f"{_EVERYTHING}heart_rate-{life.plan.day(one)}.json"] = _series(values)
    return found


def _series(rows: Any) -> str:
    return "[" + ",".join(f'{{\n  "dateTime" : "{at}",\n  "value" : {value}\n}}' for at, value in rows) + "]"
