"""A twin of ten years with ten million observations, for measuring what a person waits for: made once, then copied.

Two watches and a phone overlap; beside what is sampled all day there are nights with their stages, workouts, meals,
moods, notes and life events, so that every page of the house has something to show. All of it is drawn by chance.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from selftwin.twin import Twin

WORDS = "ten million in a row"
ZONE = "Europe/Vienna"
YEARS = 10
SECOND, DAY = 1_000_000, 86_400_000_000
_CHUNK = 500_000
_WATCH, _RING, _PHONE = "bench:Watch", "bench:Ring", "bench:Phone"


@dataclass(frozen=True, slots=True)
class Sampled:
    """A signal of the whole day: its share of the rows, seconds a row lasts, middle, swing of the day, noise."""

    signal: str
    source: str
    share: float
    lasts: int
    middle: float
    swing: float
    noise: float
    digits: int


DENSE = (
    Sampled("heart_rate", _WATCH, 0.38, 0, 68.0, 9.0, 6.0, 0),
    Sampled("heart_rate", _RING, 0.14, 0, 67.0, 9.0, 6.0, 0),
    Sampled("steps", _WATCH, 0.12, 60, 42.0, 18.0, 22.0, 0),
    Sampled("steps", _PHONE, 0.08, 60, 40.0, 18.0, 22.0, 0),
    Sampled("glucose", _WATCH, 0.105, 0, 104.0, 14.0, 12.0, 0),
    Sampled("energy.active", _WATCH, 0.09, 60, 1.6, 0.8, 0.7, 1),
    Sampled("respiratory_rate", _RING, 0.045, 0, 14.5, 1.0, 0.9, 1),
    Sampled("heart_rate_variability.sdnn", _RING, 0.03, 0, 46.0, 8.0, 11.0, 1),
)
_STAGES = ("light", "deep", "light", "rem", "awake")
_EVENTS = ("a cold", "moved house", "new work", "by the sea", "a wedding")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one signal from one source: when they begin (µs, UTC), how long they last (0: a moment), value, words."""

    signal: str
    source: str
    start: np.ndarray
    lasts: np.ndarray
    value: np.ndarray | None
    text: np.ndarray | None = None


def lived(rows: int, *, until: date, seed: int = 1) -> Iterator[Rows]:
    """About so many rows of ten years that end with a day."""
    random = np.random.default_rng(seed)
    end = int(datetime(until.year, until.month, until.day, tzinfo=UTC).timestamp()) * SECOND + DAY
    first = end - YEARS * 365 * DAY
    for sampled in DENSE:
        yield _dense(random, sampled, int(rows * sampled.share), (first, end))
    days = np.arange(first, end, DAY)
    yield from _daily(random, days)
    yield from _nights(random, days)
    yield from _said(random, days)


def _dense(random: np.random.Generator, one: Sampled, n: int, span: tuple[int, int]) -> Rows:
    grid = 20 * SECOND
    start = np.sort(random.choice((span[1] - span[0]) // grid, n, replace=False)).astype(np.int64) * grid + span[0]
    hour = (start % DAY) / DAY * 2 * np.pi
    season = np.sin((start - span[0]) / (365.25 * DAY) * 2 * np.pi)
    swung = one.middle + one.swing * (np.sin(hour - 2.2) + 0.25 * season) + random.normal(0, one.noise, n)
    kept = np.round(np.maximum(swung, one.middle * 0.2), one.digits)
    return Rows(one.signal, one.source, start, np.full(n, one.lasts * SECOND, np.int64), kept)


def _daily(random: np.random.Generator, days: np.ndarray) -> Iterator[Rows]:
    """What is known once a day, with the days it was not worn."""
    season = np.sin(np.arange(days.size) / 365.25 * 2 * np.pi)
    for signal, source, hour, middle, spread, digits in (
        ("heart_rate.resting", _RING, 7, 55.0, 2.2, 0), ("weight", "bench:Scales", 7, 74.0, 0.6, 1),
        ("mood", "bench:Diary", 20, 3.4, 0.8, 0), ("skin_temperature.sleep", _RING, 6, 34.6, 0.3, 2),
    ):  # fmt: skip
        worn = random.random(days.size) > 0.04
        value = np.round(middle + spread * (0.5 * season + random.normal(0, 1, days.size)), digits)
        value = np.clip(value, 1, 5) if signal == "mood" else value
        yield Rows(signal, source, days[worn] + hour * 3_600 * SECOND, np.zeros(worn.sum(), np.int64), value[worn])


def _nights(random: np.random.Generator, days: np.ndarray) -> Iterator[Rows]:
    """Twenty stages a night, one after the other, from about eleven."""
    many = 20
    worn = days[random.random(days.size) > 0.04]
    minutes = np.clip(random.gamma(6, 3.9, (worn.size, many)), 4, 80).round()
    ends = np.cumsum(minutes, axis=1) * 60 * SECOND
    asleep = worn - 2 * 3_600 * SECOND + (random.normal(0, 30, worn.size) * 60 * SECOND).astype(np.int64)
    stop = (asleep[:, None] + ends).astype(np.int64)
    start = np.concatenate([asleep[:, None], stop[:, :-1]], axis=1)
    stages = np.array(_STAGES)[np.arange(many) % len(_STAGES)]
    yield Rows("sleep.stage", _RING, start.ravel(), (stop - start).ravel(), None, np.tile(stages, worn.size))


def _said(random: np.random.Generator, days: np.ndarray) -> Iterator[Rows]:
    """Workouts, meals, notes and life events."""
    hour = 3_600 * SECOND
    moved = days[random.random(days.size) < 0.4] + 17 * hour
    lasts = (random.gamma(4, 11, moved.size) * 60).astype(np.int64) * SECOND
    yield Rows("workout", _WATCH, moved, lasts, None, random.choice(["running", "cycling", "walking"], moved.size))
    eaten = np.sort(np.concatenate([days + at * hour for at in (7, 12, 18)]))
    still = np.zeros(eaten.size, np.int64)
    yield Rows("meal.carbs", "bench:Diary", eaten, still, np.round(random.gamma(5, 12, eaten.size)))
    noted = days[random.random(days.size) < 0.1] + 21 * hour
    words = np.array([f"note {place}" for place in range(noted.size)])
    yield Rows("note", "bench:Diary", noted, np.zeros(noted.size, np.int64), None, words)
    events = np.sort(random.choice(days, 60, replace=False)) + 9 * hour
    yield Rows("life_event", "by hand", events, random.integers(0, 9, 60) * DAY, None, random.choice(_EVENTS, 60))


def batches(rows: Rows) -> Iterator[pa.RecordBatch]:
    """The rows as a source would send them."""
    import pyarrow as pa

    from selftwin.vocabulary.observation import Basis, schema

    for low in range(0, rows.start.size, _CHUNK):
        part = slice(low, low + _CHUNK)
        start, lasts = rows.start[part], rows.lasts[part]
        n, absent = start.size, pa.nulls(start.size)
        once = np.zeros(n, np.int32)
        stop = pa.array(start + lasts, mask=lasts == 0)
        columns = {
            "record": pa.array(np.arange(n, dtype=np.uint32)),
            "signal": pa.DictionaryArray.from_arrays(pa.array(once), [rows.signal]),
            "source": pa.DictionaryArray.from_arrays(pa.array(once), [rows.source]),
            "native": absent,
            "start": pa.array(start).cast(pa.timestamp("us")),
            "stop": stop.cast(pa.timestamp("us")),
            "basis": pa.array(np.full(n, Basis.INSTANT, np.int8)),
            "offset": absent,
            "value": absent if rows.value is None else pa.array(rows.value[part]),
            "text": absent if rows.text is None else pa.array(rows.text[part].tolist()),
            "unit": pa.DictionaryArray.from_arrays(absent.cast(pa.int32()), pa.array([], pa.string())),
        }
        arrays = [columns[entry.name].cast(entry.type) for entry in schema()]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema())


def fill(twin: Twin, rows: int, *, until: date) -> int:
    """Keep about so many rows in the twin's vault as one import; how many they were."""
    from selftwin.vault.intake import Intake
    from selftwin.vocabulary.account import FileAccount, Observations, Records

    intake = Intake(twin._store, what="bench")  # noqa: SLF001 - the bench drives the store below the sources
    made = 0
    for some in lived(rows, until=until):
        intake.begin_file(f"{some.signal} {some.source}", f"{some.signal} {some.source}")
        member = intake.begin_member()
        for batch in batches(some):
            intake.add(member, batch)
        n = some.start.size
        account = FileAccount("bench", "bench", Records(n, n, 0, 0), Observations(), "", "", {}, {some.signal: n})
        intake.end_member(member, account, f"{until.isoformat()}T00:00:00")
        made += n
    intake.settle()
    return made


def make(home: Path, *, rows: int = 10_000_000, until: date | None = None) -> Path:
    """The twin under `home/twin`, made where there is none yet; its passphrase is WORDS.

    Serve it with HOME and XDG_RUNTIME_DIR set to `home` and SELFTWIN_KEYRING=off: the machine's secret lies there too.
    """
    from selftwin.twin import Twin

    os.environ.update(HOME=str(home), SELFTWIN_QUICK_KEYS="1", SELFTWIN_KEYRING="off", XDG_RUNTIME_DIR=str(home))
    place = home / "twin"
    if place.exists():
        return place
    home.mkdir(parents=True, exist_ok=True)
    with Twin.create(place, WORDS, home_zone=ZONE) as twin:
        fill(twin, rows, until=until or datetime.now(UTC).date() - timedelta(days=1))
        twin.view().settle()
        twin.learn()
    return place


if __name__ == "__main__":
    import sys

    make(Path(sys.argv[1]))
