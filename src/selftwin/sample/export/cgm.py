"""Glucose sensors as their owners get them: Dexcom Clarity in mg/dL, LibreView in mmol/L, both on the local clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.stamps import crlf, day_first, iso

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from selftwin.sample.life import Life
    from selftwin.sample.plan import Span

_MMOL = 18.0182
_CLARITY = (
    "Index", "Timestamp (YYYY-MM-DDThh:mm:ss)", "Event Type", "Event Subtype", "Patient Info", "Device Info",
    "Source Device ID", "Glucose Value (mg/dL)", "Insulin Value (u)", "Carb Value (grams)", "Duration (hh:mm:ss)",
    "Glucose Rate of Change (mg/dL/min)", "Transmitter Time (Long Integer)", "Transmitter ID",
)  # fmt: skip
_ALERTS = (
    ("Fall", "", "", "3"), ("High", "200", "", ""), ("Low", "70", "", ""), ("Signal Loss", "", "00:20:00", ""),
    ("Rise", "", "", "3"), ("Urgent Low", "55", "", ""), ("Urgent Low Soon", "55", "", ""),
)  # fmt: skip
_PHONE = "iOS G7"
_LIBRE = (
    "Device,Serial Number,Device Timestamp,Record Type,Historic Glucose mmol/L,Scan Glucose mmol/L,"
    "Non-numeric Rapid-Acting Insulin,Rapid-Acting Insulin (units),Non-numeric Food,Carbohydrates (grams),"
    "Carbohydrates (servings),Non-numeric Long-Acting Insulin,Long-Acting Insulin Value (units),Notes,"
    "Strip Glucose mmol/L,Ketone mmol/L,Meal Insulin (units),Correction Insulin (units),User Change Insulin (units)"
)


@dataclass(frozen=True, slots=True)
class Worn:
    """One sensor's readings, shape [readings]: local seconds, minutes since the first, mg/dL."""

    number: int
    local: NDArray[np.int64]
    minutes: NDArray[np.int64]
    shown: NDArray[np.float64]


def worn(life: Life, spans: tuple[Span, ...]) -> list[Worn]:
    """The readings of some sensors, those after the export left out."""
    found = []
    for span in spans:
        number = life.plan.sensors.index(span)
        mine = (life.glucose.sensor == number) & (life.glucose.at < life.clock.end - 900)
        at = life.glucose.at[mine]
        found.append(Worn(number, life.clock.local(at), (at - at[0]) // 60, life.glucose.shown[mine]))
    return found


def clarity(life: Life, folder: Path) -> Path:
    """`Clarity_Export_…csv`: settings first, then readings and the meals that were noted, by time."""
    rng = draws(life.seed, "clarity")
    rows: list[tuple[str, ...]] = []
    sensors = worn(life, life.plan.dexcom)
    for one in sensors:
        kept = rng.random(one.shown.size) > 0.01
        serial = f"8{rng.integers(16**5):05X}"
        for at, minute, value in zip(iso(one.local[kept]), one.minutes[kept], one.shown[kept], strict=True):
            word, figure = ("Low", "Low") if value <= 40 else ("High", "High") if value >= 400 else ("", f"{value:.0f}")
            ticks = str(1200 + 60 * int(minute))
            rows.append((at, "EGV", word, "", "", _PHONE, figure, "", "", "", "", ticks, serial))
        rows += [(at, "Carbs", "", "", "", _PHONE, "", "", f"{grams:.0f}", "", "") for at, grams in _noted(life, one)]
    rows.sort(key=lambda row: row[0])
    known = [("", "FirstName", "", "Sample"), ("", "LastName", "", "Person"),
             ("", "Device", "", "", "Dexcom G7 Mobile App", _PHONE)]  # fmt: skip
    settings = [("", "Alert", name, "", "", _PHONE, level, "", "", *rest) for name, level, *rest in _ALERTS]
    lines = [_quoted(_CLARITY)]
    for index, row in enumerate([*known, *settings, *rows], 1):
        padded = (*row, *[""] * (12 - len(row)))
        lines.append(_quoted((str(index), *padded)))
    stamp = iso(sensors[-1].local[-1:])[0]
    path = folder / f"Clarity_Export_Person_Sample_{stamp[:10]}_{stamp[11:].replace(':', '')}.csv"
    path.write_bytes(b"\xef\xbb\xbf" + crlf(lines))
    return path


def _quoted(cells: tuple[str, ...]) -> str:
    return ",".join(f'"{cell}"' for cell in cells)


def _noted(life: Life, one: Worn) -> list[tuple[str, float]]:
    """Meals noted while the sensor was worn: local stamps and grams."""
    meals = life.intake.meals
    local = life.clock.local(meals.at)
    mine = meals.noted & (local >= one.local[0]) & (local <= one.local[-1])
    return list(zip(iso(local[mine]), meals.carbs[mine].tolist(), strict=True))


def libre(life: Life, folder: Path) -> Path:
    """`…_glucose_….csv`: by sensor and record type, every fifteen minutes, scans between, food as noted."""
    rng, lines = draws(life.seed, "libre"), []
    last = 0
    for one in worn(life, life.plan.libre):
        serial = "-".join(rng.bytes(size).hex().upper() for size in (4, 2, 2, 2, 6))
        start = f"FreeStyle LibreLink,{serial},"
        scanned = np.sort(rng.choice(one.shown.size, max(1, one.shown.size // 30), replace=False))
        historic = np.arange(0, one.shown.size, 3)
        for kind, places, before, after in ((0, historic, "", ",,"), (1, scanned, ",", ",")):
            stamps = day_first(one.local[places])
            for at, value in zip(stamps, one.shown[places], strict=True):
                lines.append(f"{start}{at},{kind},{before}{value / _MMOL:.1f}{after}" + "," * 12)
        for at, grams in _noted(life, one):
            stamp = f"{at[8:10]}-{at[5:7]}-{at[:4]} {at[11:16]}"
            lines.append(f"{start}{stamp},5,,,,,1,{grams:.0f}" + "," * 9)
        begun = day_first(one.local[:1] - 3600)[0]
        lines += [f"{start}{begun},6" + "," * 15] * 2
        last = int(one.local[-1])
    day = day_first(np.array([last]))[0]
    title = f"Glucose Data,Generated on,{day} UTC,Generated by,Sample Person"
    path = folder / f"SamplePerson_glucose_{int(day[:2])}-{int(day[3:5])}-{day[6:10]}.csv"
    path.write_bytes(crlf([title, _LIBRE, *lines]))
    return path
