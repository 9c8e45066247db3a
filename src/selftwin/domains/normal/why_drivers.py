"""What was done or happened the days before: the candidates a day's value is held against, read from a past."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal.why_words import amount

if TYPE_CHECKING:
    from datetime import date

    import polars as pl
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

GRACE = 21  # days after the last note through which nothing noted still means nothing done
NIGHT = ("sleep.", "heart_rate.resting", "heart_rate.sleep", "heart_rate_variability", "respiratory_rate",
         "skin_temperature", "oxygen_saturation", "recovery", "readiness", "weight", "body_fat", "wellness.readiness",
         "wellness.fatigue", "wellness.soreness", "wellness.sleep_quality")  # fmt: skip
FAMILIES = {
    "movement": ("steps", "distance", "floors", "elevation", "energy.active", "energy.burned", "energy.basal",
                 "activity", "workout", "training", "strain", "heart_zone", "ring", "heart_rate.walking",
                 "heart_rate.max", "walking", "physical_effort"),
    "sleep": ("sleep", "wellness.sleep", "recovery"),
    "heart": ("heart_rate.resting", "heart_rate.sleep", "heart_rate_variability", "recovery"),
    "breathing": ("respiratory_rate", "oxygen_saturation"),
    "temperature": ("skin_temperature", "body_temperature"),
    "alcohol": ("alcohol", "journal", "other.journal"), "caffeine": ("caffeine", "journal", "other.journal"),
    "food": ("energy.intake", "meal", "water"), "mood": ("mood", "wellness", "stress", "journal", "readiness"),
    "weather": ("weather",), "work": ("calendar",), "illness": ("illness", "symptom"),
}  # fmt: skip
AFTERNOON, EVENING, NOON = 15, 20, 12  # o'clock
REST_RATE, TOP_RATE = 60.0, 185.0  # /min, where nothing is known


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the table of drivers."""

    name: str
    label: str
    signals: tuple[str, ...]
    made: str
    is_event: bool
    family: str
    night: tuple[int, ...]
    day: tuple[int, ...]
    stage: int

    def lags(self, key: str) -> tuple[int, ...]:
        """How many days before it is tried on a signal; none of its own family."""
        if any(key == one or key.startswith(f"{one}.") for one in FAMILIES.get(self.family, ())):
            return ()
        return self.night if key.startswith(NIGHT) else self.day


@dataclass(frozen=True, slots=True)
class Driver:
    """A candidate as read: its `signal`, what it was on each day (T,) from the first, what is `told` of that (T,), and
    the days before at which it is tried."""

    candidate: Candidate
    signal: str
    days: Floats
    told: Floats
    lags: tuple[int, ...]

    def columns(self) -> Floats:
        """What each day sees of it (T, lags)."""
        return np.column_stack([np.concatenate([np.full(lag, np.nan), self.days[: len(self.days) - lag]])
                                for lag in self.lags])  # fmt: skip

    def seen(self, lag: int) -> float:
        """What was noted of it so many days before the last; NaN where that is not known."""
        return float(self.told[len(self.told) - 1 - lag])

    def said(self, value: float) -> str:
        """An amount of it in words: 2 drinks."""
        if self.candidate.made == "last":
            return amount("", value, "clock")
        return amount(self.signal, value)


@cache
def candidates() -> tuple[Candidate, ...]:
    """The table."""
    lines = Path(__file__).with_name("why_drivers.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(
        Candidate(row["name"], row["label"], tuple(row["signals"].split(";")), row["made"], row["outlook"] == "event",
                  row["family"], _numbers(row["night"]), _numbers(row["day"]), int(row["stage"]))
        for row in rows
    )  # fmt: skip


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split(";") if one)


def drivers(past: Past, key: str, first: date, length: int) -> list[Driver]:
    """Every candidate of which something is recorded, over so many days from the first."""
    there, found = set(past.keys()), []
    for one in candidates():
        lags = one.lags(key)
        signals = [signal for signal in one.signals if signal in there and signal != key] if lags else []
        made = [(signal, _made(past, one, signal, first, length)) for signal in signals]
        made = [(signal, days) for signal, days in made if np.isfinite(days).any()]
        if made:
            signal, days = max(made, key=lambda pair: int(np.isfinite(pair[1][-365:]).sum()))
            told = laid(past.days(signal), first, length) if one.made == "load" else days
            found.append(Driver(one, signal, days, np.where(np.isfinite(days), np.nan_to_num(told), np.nan), lags))
    return found


def laid(days: pl.DataFrame, first: date, length: int) -> Floats:
    """Days (`day`, `value`) on a calendar (length,) from the first; NaN where there is none."""
    found = np.full(length, np.nan)
    places = np.array([(day - first).days for day in days["day"].to_list()], dtype=np.int64)
    inside = (places >= 0) & (places < length)
    found[places[inside]] = days["value"].to_numpy().astype(np.float64)[inside]
    return found


def _made(past: Past, one: Candidate, signal: str, first: date, length: int) -> Floats:
    """A driver's days (length,), as the table says they are made."""
    found = laid(past.days(signal), first, length)
    noted = np.flatnonzero(np.isfinite(found))
    if not len(noted):
        return found
    if one.made.startswith("after"):
        found = _within(past, signal, found, first)
    elif one.made == "last":
        found = _last(past, signal, found, first)
    elif one.made == "night":
        found = _nights(past, signal, found, first)
    elif one.made == "load":
        found = _load(past, signal, found, first)
    if one.is_event:
        span = slice(int(noted[0]), min(int(noted[-1]) + GRACE, length))
        found[span] = np.nan_to_num(found[span])
    return found


def _rows(past: Past, signal: str, first: date) -> tuple[Ints, Floats, Floats]:
    """Observations as the number of their local day from the first, hour of the clock, and value."""
    import polars as pl

    rows = past.series(signal).filter(pl.col("value").is_not_null())
    day = (rows["local"].dt.date() - first).dt.total_days().to_numpy().astype(np.int64)
    hour = (rows["local"].dt.hour().cast(pl.Float64) + rows["local"].dt.minute() / 60).to_numpy()
    return day, hour.astype(np.float64), rows["value"].to_numpy().astype(np.float64)


def _within(past: Past, signal: str, whole: Floats, first: date) -> Floats:
    """The part of each day after the afternoon's hour."""
    day, hour, value = _rows(past, signal, first)
    late = (hour >= AFTERNOON) & (day >= 0) & (day < len(whole))
    sums = np.bincount(day[late], value[late], minlength=len(whole))
    return np.where(np.isfinite(whole), sums, np.nan)


def _nights(past: Past, signal: str, whole: Floats, first: date) -> Floats:
    """The mean of each night, by its waking; whole days where no observations are told."""
    import polars as pl

    rows = past.series(signal)
    if not rows["value"].is_not_null().any():
        return whole
    rows = rows.with_columns(day=woke()).filter(pl.col("day").is_not_null())
    return laid(rows.group_by("day").agg(pl.col("value").mean()).drop_nulls(), first, len(whole))


def woke() -> pl.Expr:
    """The waking that an observation of the night belongs to; null for one of the day."""
    import polars as pl

    ended = pl.col("local") + (pl.col("until") - pl.col("at"))
    hour = ended.dt.hour()
    of_night = (hour >= EVENING) | (hour < NOON)
    return pl.when(of_night).then((ended + pl.duration(hours=24 - EVENING)).dt.date())


def _last(past: Past, signal: str, whole: Floats, first: date) -> Floats:
    """The minute of the clock of each day's last meal from the afternoon on that was more than a bite (a tenth)."""
    day, hour, value = _rows(past, signal, first)
    found = np.full(len(whole), np.nan)
    counts = (hour >= AFTERNOON) & (day >= 0) & (day < len(whole))
    counts &= value >= 0.1 * np.nan_to_num(whole)[np.clip(day, 0, len(whole) - 1)]
    for place, at in zip(day[counts].tolist(), (60 * hour[counts]).tolist(), strict=True):
        found[place] = max(at, found[place]) if np.isfinite(found[place]) else at
    return found


def _load(past: Past, signal: str, minutes: Floats, first: date) -> Floats:
    """Training weighed by how hard the heart worked, in minutes of the person's usual session (Banister's impulse over
    its usual rate); plain minutes where heart rates are not recorded for most of it."""
    if signal != "workout.duration" or "workout.heart_rate" not in past.keys():  # noqa: SIM118 - a method of the past
        return minutes
    rates = laid(past.days("workout.heart_rate"), first, len(minutes))
    trained = minutes > 0
    if np.isfinite(rates[trained]).mean() < 0.7:
        return minutes
    rest = past.number("heart_rate.resting") if "heart_rate.resting" in past.keys() else None  # noqa: SIM118
    low = rest or REST_RATE
    share = np.clip((rates - low) / (TOP_RATE - low), 0.0, 1.0)
    hard = share * np.exp(1.92 * share)
    usual = float(np.nanmedian(hard[trained])) or 1.0
    return np.asarray(minutes * np.where(np.isfinite(hard), hard / usual, 1.0))
