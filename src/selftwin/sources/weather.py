"""Weather: the hours and days of a place, as Open-Meteo gives them, in JSON or CSV.

Owners find them at open-meteo.com under Historical Weather (or Air Quality): choose the place, the days, the variables,
and "Download CSV" or the address of the JSON.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.sources._json_stream import loaded
from selftwin.sources._readings import Reading, part, read_off
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.catalogue import signal
from selftwin.vocabulary.errors import BrokenExport, UnitError
from selftwin.vocabulary.observation import Basis
from selftwin.vocabulary.units import canonical, into

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from selftwin.sources._table_text import Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

MOST_BYTES = 8 << 20  # of JSON, whose columns stand one behind the other; CSV may be of any size
_MOST_COLUMNS = 200
_MORE_COLUMNS = 32  # that the table of days below may have beyond that of the hours
_BLOCK = 65_536
_MARK = re.compile(rb'"(?:hourly|daily)_units"\s*:\s*\{')
_META = "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation"
_NAMED = re.compile(r"^(\w+)(?: \((.*)\))?$")
_SIGNALS = {
    "temperature_2m": "weather.temperature", "temperature_2m_mean": "weather.temperature",
    "apparent_temperature": "weather.feels_like", "apparent_temperature_mean": "weather.feels_like",
    "relative_humidity_2m": "weather.humidity", "relativehumidity_2m": "weather.humidity",
    "relative_humidity_2m_mean": "weather.humidity", "pressure_msl": "weather.pressure",
    "wind_speed_10m": "weather.wind", "windspeed_10m": "weather.wind", "wind_speed_10m_mean": "weather.wind",
    "windspeed_10m_mean": "weather.wind", "rain": "weather.rain", "rain_sum": "weather.rain",
    "snowfall": "weather.snow", "snowfall_sum": "weather.snow", "cloud_cover": "weather.cloud",
    "cloudcover": "weather.cloud", "cloud_cover_mean": "weather.cloud", "uv_index": "weather.uv_index",
    "uv_index_max": "weather.uv_index",
    "sunshine_duration": "weather.sunshine", "pm10": "air.pm10", "pm2_5": "air.pm2_5", "nitrogen_dioxide": "air.no2",
    "ozone": "air.o3", "grass_pollen": "weather.pollen.grass", "birch_pollen": "weather.pollen.birch",
}  # fmt: skip
_ALL_THAT_FELL = ("precipitation", "precipitation_sum")  # rain, where nothing tells the rain apart
_CODES = ("weather_code", "weathercode")
_CLOCKS = ("iso8601", "unixtime")  # the units of sunrise and sunset, which are moments and no readings
_FELL = ("weather.rain", "weather.snow", "weather.sunshine", "other.weather_precipitation")  # in the hour before
_UNITS = {"mp/h": "mph", "inch": "[in_i]", "kn": "[kn_i]", "grains/m³": "/m3", "": "1"}
# By WMO's code of present weather, as Open-Meteo uses it.
_CONDITIONS = {
    **dict.fromkeys((0, 1), "clear"), **dict.fromkeys((2, 3), "cloudy"), **dict.fromkeys((45, 48), "fog"),
    **dict.fromkeys((51, 53, 55, 56, 57), "drizzle"), **dict.fromkeys((61, 63, 65, 66, 67, 80, 81, 82), "rain"),
    **dict.fromkeys((71, 73, 75, 77, 85, 86), "snow"), **dict.fromkeys((95, 96, 99), "thunderstorm"),
}  # fmt: skip
_LEFT = "what was still to come, days beside their hours, and moments without any value"


@dataclass(frozen=True, slots=True)
class Weather:
    """Open-Meteo's weather and air of a place."""

    name: str = "weather"
    title: str = "Weather (Open-Meteo)"
    reads: str = "Temperature, rain, wind, sun and air of a place."
    version: int = 2
    rank: int = 2
    how_to_export: str = "At open-meteo.com, Historical Weather: download CSV, or save the JSON it shows."

    def recognises(self, member: Member) -> bool:
        """By the units beside the hours or days, or by the two lines above the CSV."""
        return _is_json(member) or _meta(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The weather is nobody's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The hours, or the days. Raises BrokenExport where the JSON cannot be read."""
        del subject
        if _is_json(member):
            yield from _json(member)
        elif meta := _meta(member):
            yield from _csv(member, meta)
        else:
            raise BrokenExport(f"{member.path} holds no weather as Open-Meteo gives it.")


def _is_json(member: Member) -> bool:
    head = member.head().removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and b'"utc_offset_seconds"' in head and _MARK.search(head) is not None


def _json(member: Member) -> Iterator[Part]:
    with member.open() as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BrokenExport(f"{member.path} is too large.", hint="Download it as CSV, or year by year.")
    whole = loaded(data.removeprefix(b"\xef\xbb\xbf"))
    if whole is None:
        raise BrokenExport(f"{member.path} cannot be read as JSON, or it ends too early.")
    offset, first = whole.get("utc_offset_seconds"), 0
    shift = offset if isinstance(offset, int) and abs(offset) < 86_400 else 0
    hourly = bool(_times(whole.get("hourly")))
    for span in ("hourly", "daily"):
        columns, units = whole.get(span), whole.get(f"{span}_units")
        if isinstance(columns, dict) and (times := _times(columns)):
            told = units if isinstance(units, dict) else {}
            names = [(name, str(told.get(name) or "")) for name in columns if name != "time"]
            aside = span == "daily" and hourly
            for begin in range(0, len(times), _BLOCK):
                rows = _frame(columns, begin, min(begin + _BLOCK, len(times)))
                yield _part(rows, names, span, shift, first + begin, until=_now(whole, shift), aside=aside)
            first += len(times)


def _times(columns: Any) -> list[Any]:
    times = columns.get("time") if isinstance(columns, dict) else None
    return times if isinstance(times, list) else []


def _frame(columns: Mapping[str, Any], begin: int, end: int) -> pl.DataFrame:
    """Columns `0` (the time), `1`, … as text; what is shorter than the times ends in nothing."""
    import polars as pl

    told = [columns["time"], *(values for name, values in columns.items() if name != "time")]
    cells = {}
    for place, values in enumerate(told[:_MOST_COLUMNS]):
        some = values[begin:end] if isinstance(values, list) else []
        plain = [None if value is None else str(value)[:40] for value in some]
        cells[str(place)] = pl.Series(plain + [None] * (end - begin - len(plain)), dtype=pl.String)
    return pl.DataFrame(cells)


def _now(whole: Mapping[str, Any], shift: int) -> datetime | None:
    """When a forecast was made, where it tells."""
    for name in ("current", "current_weather"):
        current = whole.get(name)
        if isinstance(current, dict) and "time" in current:
            return _stamp(str(current["time"]), shift)
    return None


def _stamp(text: str, shift: int) -> datetime | None:
    import polars as pl

    return next(iter(_moments(pl.Series([text], dtype=pl.String), shift)), None)


def _moments(times: pl.Series, shift: int) -> pl.Series:
    """Moments in UTC: the clock of the place less its offset, or seconds since 1970."""
    import polars as pl

    plain = times.str.to_datetime("%Y-%m-%dT%H:%M", strict=False, time_unit="us")
    if plain.null_count() == times.null_count():
        return pl.select(start=plain - pl.duration(seconds=shift)).to_series()
    clock, epoch = from_iso(times)["start"], from_epoch(times, unit="s")["start"]
    return pl.select(pl.coalesce(epoch, clock - pl.duration(seconds=shift)).alias("start")).to_series()


def _meta(member: Member) -> tuple[Sheet, int] | None:
    """The first table below the two lines that tell the place, and the place's offset."""
    if not member.head(len(_META) + 3).removeprefix(b"\xef\xbb\xbf").startswith(_META.encode()):
        return None
    for sheet in sheets(member):
        if sheet.delimiter == "," and sheet.header[0] == "time" and len(sheet.before) > 1:
            told = sheet.before[1].split(",")
            return sheet, int(told[3]) if len(told) > 3 and re.fullmatch(r"-?\d{1,5}", told[3]) else 0
    return None


def _csv(member: Member, meta: tuple[Sheet, int]) -> Iterator[Part]:
    """Table after table: hours, and perhaps days, each with a header of its own."""
    sheet, shift = meta
    names, hourly = sheet.header, False
    for block in blocks(member, sheet, room=_MORE_COLUMNS):
        again = (block.rows["0"] == "time").arg_true().to_list()
        for begin, end in zip([0, *again], [*again, block.rows.height], strict=True):
            rows = block.rows.slice(begin, end - begin)
            if not rows.height:
                continue
            if begin in again:
                filled = max(place for place, cell in enumerate(rows.row(0)) if cell) + 1
                names = tuple(cell or "" for cell in rows.row(0)[:filled])
            daily = not rows["0"].str.contains(r"[T:]|^\d+$").any()
            told = [_split(name) for name in names[1:_MOST_COLUMNS]]
            rows = rows.select(rows.columns[: len(told) + 1])
            span = "daily" if daily else "hourly"
            yield _part(rows, told, span, shift, block.first + begin, until=None, aside=daily and hourly)
            hourly = hourly or not daily


def _split(name: str) -> tuple[str, str]:
    found = _NAMED.match(name)
    return (found[1], found[2] or "") if found else ("", "")


def _part(
    rows: pl.DataFrame, names: Sequence[tuple[str, str]], span: str, shift: int, first: int, *,
    until: datetime | None, aside: bool,
) -> Part:  # fmt: skip
    """A part of hours or days; what lies after `until`, or after now, is a forecast and no weather."""
    import polars as pl

    moments = _moments(rows["0"], shift)
    if span == "daily":
        moments = pl.select((moments + pl.duration(seconds=shift)).dt.truncate("1d")).to_series()
    now = datetime.now(UTC).replace(tzinfo=None)
    last = min(now, until or now) - timedelta(days=span == "daily")
    records = rows.with_row_index("record").with_columns(
        start=moments,
        source=pl.lit(f"weather:{span}"),
        basis=pl.lit(int(Basis.DATE if span == "daily" else Basis.INSTANT), pl.Int8),
    )
    past = pl.col("start").is_null() | (pl.col("start") <= last)
    records = records.filter(pl.lit(value=not aside) & past & (pl.col("0") != "time").fill_null(value=True))
    told = pl.concat([_measured(records, names, span), _conditions(records, names, span)], how="diagonal_relaxed")
    return part(told, kind=span, read=rows.height, first=first, nothing=_LEFT)


def _measured(records: pl.DataFrame, names: Sequence[tuple[str, str]], span: str) -> pl.DataFrame:
    import polars as pl

    known = {name for name, _ in names}
    readings: dict[str, Reading] = {}
    for place, (name, unit) in enumerate(names, 1):
        if name and name not in _CODES and unit not in _CLOCKS and str(place) in records.columns:
            one = _reading(str(place), name, unit, apart=bool(known & {"rain", "rain_sum"}))
            readings.setdefault(one.signal, one)
    told = read_off(records, list(readings.values()))
    before = pl.col("signal").is_in(_FELL) & pl.lit(span == "hourly")
    return told.with_columns(
        stop=pl.when(before).then(pl.col("start")),
        start=pl.when(before).then(pl.col("start") - pl.duration(hours=1)).otherwise("start"),
    )


def _reading(place: str, name: str, unit: str, *, apart: bool) -> Reading:
    key = _SIGNALS.get(name, "weather.rain" if name in _ALL_THAT_FELL and not apart else "")
    written = _UNITS.get(unit, unit)
    if key:
        try:
            into(signal(key), signal(key).unit if written == "1" else written)
        except UnitError:
            key = ""
    if key:
        return Reading(place, key, signal(key).unit if written == "1" else written)
    plain = name.removesuffix("_sum") if name in _ALL_THAT_FELL else name
    try:
        return Reading(place, f"other.weather_{plain.lower()[:80]}", canonical(written))
    except UnitError:
        return Reading(place, f"other.weather_{plain.lower()[:80]}", unit[:40])


def _conditions(records: pl.DataFrame, names: Sequence[tuple[str, str]], span: str) -> pl.DataFrame:
    """The state of the sky, for the hour that begins, or the day."""
    import polars as pl

    codes = (str(place) for place, (name, _) in enumerate(names, 1) if name in _CODES)
    place = next((one for one in codes if one in records.columns), "0")
    code = pl.col(place).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    some = records.filter(pl.lit(place != "0") & pl.col(place).is_not_null())
    lasts = pl.duration(hours=1) if span == "hourly" else pl.duration(days=1)
    return some.select(
        "record", "source", "start", "basis",
        stop=pl.col("start") + lasts,
        signal=pl.lit("weather.condition"),
        text=code.replace_strict(_CONDITIONS, default="unreadable", return_dtype=pl.String),
    )  # fmt: skip


SOURCE = Weather()
