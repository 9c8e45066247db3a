"""A Nightscout profile: ratios, sensitivity, basal rates and targets by the hour, as they were set at a moment.

They are gone by one by one, their numbers read together.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from selftwin.sources._nightscout_rows import timed
from selftwin.sources._table_cells import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.vocabulary.units import Conversion

MOST_SEGMENTS = 48 * 60
_SCHEDULES = {  # field -> signal of the profile in use, unit where glucose is in mg/dL, and in mmol/L
    "carbratio": ("insulin.carb_ratio", "g/[iU]", "g/[iU]"),
    "sens": ("insulin.sensitivity", "mg/dL/[iU]", "mmol/L/[iU]"),
    "basal": ("other.insulin_basal_planned", "[iU]/h", "[iU]/h"),
    "target_low": ("glucose.target_low", "mg/dL", "mmol/L"),
    "target_high": ("glucose.target_high", "mg/dL", "mmol/L"),
}
_NUMBERS = {"dia": ("insulin.duration", "h"), "carbs_hr": ("carbs.absorption_rate", "g/h")}


def profiles(rows: pl.DataFrame) -> pl.DataFrame:
    """Observations of profile records; a time of day stands in `text` and in the identity, `start` is when it began.

    The profile in use speaks as its signals, those kept beside it as `other.profile.<name of the signal>`.
    """
    import polars as pl

    times = timed(rows, "startDate", "created_at", "mills", "date")
    made = [
        {**one, "record": row["record"], "start": row["start"], "basis": row["basis"], "offset": row["offset"],
         "source": row["source"], "native": row["native"] and f"{row['native']}/{one['native']}"}
        for row in times.iter_rows(named=True)
        for one in _profile(row)
    ]  # fmt: skip
    _valued(made)
    schema: dict[str, Any] = {
        "record": pl.UInt32, "native": pl.String, "signal": pl.String, "start": pl.Datetime("us"),
        "stop": pl.Datetime("us"), "basis": pl.Int8, "offset": pl.Int16, "value": pl.Float64, "text": pl.String,
        "unit": pl.String, "source": pl.String,
    }  # fmt: skip
    return pl.DataFrame(made, schema=schema)


def _profile(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    store = _json(row["store"])
    used = row["defaultProfile"]
    for name, profile in store.items() if isinstance(store, dict) else ():
        if isinstance(profile, dict):
            yield from _settings(str(name), profile, used=str(name) == used, units=str(row["units"] or ""))
    if used:
        yield {"signal": "insulin.profile", "native": "in use", "text": used}


def _settings(name: str, profile: dict[str, Any], *, used: bool, units: str) -> Iterator[dict[str, Any]]:
    mmol = "mmol" in str(profile.get("units") or units).lower()
    for field, (key, plain, molar) in _SCHEDULES.items():
        segments = profile.get(field)
        for segment in segments[:MOST_SEGMENTS] if isinstance(segments, list) else ():
            if isinstance(segment, dict):
                clock = str(segment.get("time", "00:00"))[:8]
                yield _setting(key, f"{name}/{clock}", segment.get("value"), molar if mmol else plain, used=used)
    for field, (key, unit) in _NUMBERS.items():
        if profile.get(field) not in (None, ""):
            yield _setting(key, name, profile[field], unit, used=used)
    if used and isinstance(profile.get("timezone"), str):
        yield {"signal": "time_zone", "native": name, "text": profile["timezone"]}


def _setting(key: str, place: str, value: Any, unit: str, *, used: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"signal": key, "native": place, "text": place, "said": str(value), "unit": unit}
    if key.startswith("other."):
        return row if used else {**row, "signal": f"other.profile.{key.removeprefix('other.')}"}
    return {**row, "unit": None, "told": unit} if used else {**row, "signal": f"other.profile.{key}"}


def _valued(made: list[dict[str, Any]]) -> None:
    """Gives each setting its number, in the unit of its signal where that is another than the one told."""
    import polars as pl

    read = numbers(pl.Series([one.get("said") for one in made], dtype=pl.String)).to_list()
    for one, number in zip(made, read, strict=True):
        if one.pop("said", None) is not None:
            value = float("nan") if number is None else number
            one["value"] = _way(one["signal"], told)(value) if (told := one.pop("told", "")) else value


@cache
def _way(key: str, unit: str) -> Conversion:
    from selftwin.vocabulary.catalogue import signal
    from selftwin.vocabulary.units import into

    return into(signal(key), unit)


def _json(text: str | None) -> Any:
    import orjson

    try:
        return orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return None
