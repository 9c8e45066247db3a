"""What Nightscout's entries and treatments become: glucose, insulin, carbohydrates and what was done, by whole columns.

Several programs write these records (the web page, AndroidAPS, Loop, OpenAPS, xDrip), each in a dialect of its own;
the meaning of a field follows cgm-remote-monitor, which shows them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.sources._table_cells import numbers, stamps
from selftwin.vocabulary.catalogue import signal
from selftwin.vocabulary.observation import Basis
from selftwin.vocabulary.units import into

if TYPE_CHECKING:
    import polars as pl

FIELDS = (
    "_id", "identifier", "type", "sgv", "mbg", "slope", "date", "dateString", "sysTime", "utcOffset", "device",
    "mills", "timestamp", "created_at", "eventTime", "eventType", "isValid", "carbs", "protein", "fat", "insulin",
    "enteredinsulin", "splitExt", "relative", "duration", "durationInMilliseconds", "absolute", "rate", "percent",
    "glucose", "glucoseType", "units", "notes", "profile", "foodType", "targetTop", "targetBottom", "insulinType",
    "correctionRange", "isBasalInsulin",
    "store", "defaultProfile", "startDate", "openaps", "loop", "pump", "uploader", "uploaderBattery",
)  # fmt: skip
LEAST_SGV = 39  # Nightscout shows what lies below as an error of the sensor
SENTINELS = {39.0: "low", 401.0: "high"}
MOST_MMOL = 36.0  # the lowest that can be no mmol/L of a living person, and hardly a mg/dL

_PUMP = (
    "Site Change", "Insulin Change", "Pump Battery Change", "Insulin Cartridge Change", "Suspend Pump", "Resume Pump",
)  # fmt: skip
_SENSOR = ("Sensor Start", "Sensor Change", "Sensor Stop", "Transmitter Sensor Insert")
_TARGETS = ("Temporary Target", "Temporary Override")
_RANGE = r"^\[\s*([\d.]+)\s*,\s*([\d.]+)\s*\]$"  # Loop's targets of an override, both in one
_COLUMNS = ("record", "native", "signal", "start", "stop", "basis", "offset", "value", "text", "unit", "source")


def plain(objects: pl.DataFrame) -> pl.DataFrame:
    """The fields as text, with what mongoexport wraps (`{"$oid": "…"}`) unwrapped and empty text as null."""
    import polars as pl

    nested = ("record", "store", "openaps", "loop", "pump", "uploader")
    held = [name for name in objects.columns if name != "record" and objects[name].count()]
    cells = (pl.col(name) for name in held if name not in nested)
    wrapped = r'^\{"\$[A-Za-z]+": ?"?([^"}]*)"?\}$'
    unwrapped = objects.with_columns(
        pl.when(cell.str.starts_with('{"$')).then(cell.str.extract(wrapped, 1)).otherwise(cell).str.strip_chars()
        for cell in cells
    )
    told = unwrapped.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in held)
    return told.with_columns(pl.coalesce("_id", "identifier").alias("native"), _source().alias("source"))


def _source() -> pl.Expr:
    """`nightscout:<device kind>`: the uploader's word before its address, without serial numbers."""
    import polars as pl

    kind = pl.col("device").str.extract(r"^([A-Za-z][A-Za-z0-9_.+-]{1,30})", 1).str.to_lowercase()
    serial = kind.str.contains(r"\d{4}")
    return pl.when(kind.is_null() | serial).then(pl.lit("nightscout")).otherwise("nightscout:" + kind)


def timed(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The same with start, basis and offset, from the first of these fields that can be read.

    A field is an epoch in milliseconds (or seconds) or ISO text; an offset is the uploader's, not the person's.
    """
    import polars as pl

    each: list[pl.DataFrame] = []
    for place, name in enumerate([name for name in names if rows[name].count()] or names[:1]):
        each.append(_stamp(rows[name], place))
        if not each[place][f"start{place}"].null_count():
            break
    there = numbers(rows["utcOffset"]).fill_nan(None).clip(-1440, 1440).cast(pl.Int16).alias("offset_there")
    wide = pl.concat([rows, *each, there.to_frame()], how="horizontal")
    first: dict[str, pl.Expr] = {part: pl.lit(None) for part in ("start", "basis", "offset")}
    for place in reversed(range(len(each))):
        here = pl.col(f"start{place}").is_not_null()
        first = {part: pl.when(here).then(pl.col(f"{part}{place}")).otherwise(told) for part, told in first.items()}
    told = wide.with_columns(
        first["start"].alias("start"),
        first["basis"].fill_null(int(Basis.INSTANT)).cast(pl.Int8).alias("basis"),
        first["offset"].cast(pl.Int16).alias("offset"),
    )
    stated = pl.when(pl.col("offset").fill_null(0) != 0).then("offset").otherwise(pl.coalesce("offset_there", "offset"))
    instant = pl.col("basis") == int(Basis.INSTANT)
    settled = told.with_columns(pl.when(instant).then(stated).alias("offset"))
    return settled.select(*rows.columns, "start", "basis", "offset")


def _stamp(cells: pl.Series, place: int) -> pl.DataFrame:
    """Columns start, basis and offset with the place in their name, of epochs or of ISO text."""
    import polars as pl

    text = pl.col("text")
    number = pl.when(text.str.contains(r"^\d{9,16}(\.\d*)?$")).then(text).cast(pl.Float64, strict=False)
    micros = pl.when(number < 1e11).then(number * 1e6).when(number < 1e14).then(number * 1e3).cast(pl.Int64)
    wide = stamps(cells).with_columns(cells.alias("text")).with_columns(micros.cast(pl.Datetime("us")).alias("epoch"))
    instant = pl.col("epoch").is_not_null()
    return wide.select(
        pl.coalesce("epoch", "start").alias(f"start{place}"),
        pl.when(instant).then(int(Basis.INSTANT)).otherwise(pl.col("basis")).alias(f"basis{place}"),
        pl.col("offset").alias(f"offset{place}"),
    )


def lasting(rows: pl.DataFrame) -> pl.DataFrame:
    """The same with stop: minutes in `duration`, or AndroidAPS's milliseconds; null where nothing lasts."""
    import polars as pl

    millis = (numbers(rows["durationInMilliseconds"]) / 60_000).alias("millis")
    minutes = pl.coalesce("millis", numbers(rows["duration"]).alias("minutes"))
    sound = pl.when(pl.col("minutes").is_between(1e-9, 1e7)).then(pl.col("minutes"))
    return rows.with_columns(millis).with_columns(minutes=minutes).with_columns(
        stop=pl.col("start") + pl.duration(microseconds=(sound * 6e7).cast(pl.Int64))
    )


def entries(rows: pl.DataFrame, *, mmol: bool) -> pl.DataFrame:
    """Observations of the entries that hold a reading: `sgv` of the sensor and `mbg` of the meter."""
    import polars as pl

    times = timed(rows, "date", "dateString", "sysTime", "mills")
    way = into(signal("glucose"), "mmol/L").scale if mmol else 1.0
    sensor = times.with_columns(value=numbers(rows["sgv"]) * way).filter(~error_code(pl.col("value")))
    limit = pl.col("value").replace_strict(SENTINELS, default=pl.lit(None, pl.String), return_dtype=pl.String)
    meter = times.with_columns(value=numbers(rows["mbg"]) * way)
    return _joined(
        _made(sensor.with_columns(text=limit), "glucose", pl.col("sgv").is_not_null()),
        _made(meter, "glucose.fingerstick", pl.col("mbg").is_not_null()),
    )


def error_code(value: pl.Expr) -> pl.Expr:
    """Whether a sensor's number is an error code: as Nightscout holds it, everything under 39 mg/dL."""
    return (value.is_not_nan() & (value < LEAST_SGV)).fill_null(value=False)


def in_mmol(rows: pl.DataFrame) -> bool:
    """Whether the sensor's readings are in mmol/L: all of them under 36, and not whole numbers."""
    values = numbers(rows["sgv"]).drop_nulls().drop_nans()
    if values.is_empty():
        return False
    return bool((values < MOST_MMOL).all()) and 2 * int((values % 1 != 0).sum()) > values.len()


def treatments(rows: pl.DataFrame) -> pl.DataFrame:
    """Observations of the treatments; what says nothing else is kept as an event of the device under its name."""
    times = lasting(timed(rows, "created_at", "timestamp", "date", "mills", "eventTime"))
    made = _joined(_doses(times), _basal(times), _eaten(times), _glucose(times), _events(times))
    silent = times.join(made.select("record").unique(), on="record", how="anti").with_columns(text="eventType")
    return _joined(made, _made(silent, "device.event", ~_is("<none>")))


def _doses(rows: pl.DataFrame) -> pl.DataFrame:
    """Insulin at once, the part of a combo bolus spread over time, and long-acting insulin; not what filled a tube."""
    import polars as pl

    given = rows.with_columns(value=numbers(rows["insulin"]), text="eventType", stop=pl.lit(None, pl.Datetime("us")))
    named = pl.col("eventType").is_in(["Basal", "Basal Insulin", "Long Acting Insulin", "Basal Injection"])
    long = named | (pl.col("isBasalInsulin") == "true").fill_null(value=False)
    some = pl.col("value").is_not_null() & (pl.col("value") != 0) & ~_primed()
    share = numbers(rows["enteredinsulin"]) * numbers(rows["splitExt"]) / 100
    relative = numbers(rows["relative"]) * rows["minutes"] / 60
    spread = rows.with_columns(share.alias("share")).with_columns(
        value=pl.coalesce("share", relative.alias("relative_dose")),
        text=pl.lit("Combo Bolus, extended"),
        native=pl.col("native") + "/extended",
    )
    combo = (pl.col("eventType") == "Combo Bolus") & (pl.col("value").fill_nan(1) > 0)
    return _joined(
        _made(given, "insulin.bolus", some & ~long.fill_null(value=False)),
        _made(given, "insulin.long", some & long),
        _made(spread, "insulin.bolus", combo),
    )


def _basal(rows: pl.DataFrame) -> pl.DataFrame:
    """Temporary basal rates as recorded: an absolute rate, or a change in per cent; and switched profiles."""
    import polars as pl

    temporary = pl.col("eventType") == "Temp Basal"
    rate = rows.with_columns(value=numbers(pl.select(pl.coalesce(rows["absolute"], rows["rate"])).to_series()))
    change = rows.with_columns(value=numbers(rows["percent"]))
    has_rate = pl.col("absolute").is_not_null() | pl.col("rate").is_not_null()
    ended = rows.with_columns(text=pl.lit("Temp Basal ended"))
    return _joined(
        _made(rate, "insulin.basal_rate", temporary & has_rate),
        _made(change, "insulin.basal_change", temporary & ~has_rate & pl.col("percent").is_not_null()),
        _made(ended, "pump.event", temporary & ~has_rate & pl.col("percent").is_null()),
        _made(rows.with_columns(text="profile"), "insulin.profile", _is("Profile Switch", "Profile")),
    )


def _eaten(rows: pl.DataFrame) -> pl.DataFrame:
    """Carbohydrates (over a time, where they were entered so), protein, fat, and what it was."""
    import polars as pl

    parts = [
        _made(rows.with_columns(value=numbers(rows[name])), key, pl.col("value") != 0)
        for name, key in (("carbs", "meal.carbs"), ("protein", "meal.protein"), ("fat", "meal.fat"))
    ]
    food = _made(rows.with_columns(text="foodType"), "meal.description", pl.col("foodType").is_not_null())
    return _joined(*parts, food)


def _glucose(rows: pl.DataFrame) -> pl.DataFrame:
    """Finger-sticks entered with a treatment, and targets; sensor values entered again are left to the entries."""
    import polars as pl

    finger = ~pl.col("glucoseType").str.to_lowercase().str.starts_with("sensor").fill_null(value=False)
    stick = rows.with_columns(value=_mg_per_dl(rows, "glucose"))
    goal, both = _is(*_TARGETS), pl.col("correctionRange").str.extract_groups(_RANGE)
    rows = rows.with_columns(
        targetBottom=pl.coalesce("targetBottom", both.struct[0]), targetTop=pl.coalesce("targetTop", both.struct[1])
    )
    low, high = (rows.with_columns(value=_mg_per_dl(rows, name)) for name in ("targetBottom", "targetTop"))
    return _joined(
        _made(stick, "glucose.fingerstick", pl.col("glucose").is_not_null() & (pl.col("value") != 0) & finger),
        _made(low, "glucose.target_low", goal & _some("targetBottom") & (pl.col("value") != 0)),
        _made(high, "glucose.target_high", goal & _some("targetTop") & (pl.col("value") != 0)),
    )


def _mg_per_dl(rows: pl.DataFrame, name: str) -> pl.Series:
    """Glucose in mg/dL: by the record's units, and where it names none by what a glucose can be."""
    import polars as pl

    scale = into(signal("glucose"), "mmol/L").scale
    both = pl.DataFrame({"read": numbers(rows[name]), "unit": rows["units"].str.to_lowercase()})
    mmol = pl.col("unit").str.contains("mmol").fill_null(pl.col("read") < MOST_MMOL)
    return both.select(pl.when(mmol).then(pl.col("read") * scale).otherwise(pl.col("read"))).to_series()


def _events(rows: pl.DataFrame) -> pl.DataFrame:
    """Changes at the pump and the sensor, exercise, alarms, and words."""
    import polars as pl

    named, words = rows.with_columns(text="eventType"), rows.with_columns(text="notes")
    return _joined(
        _made(named, "pump.event", _is(*_PUMP)),
        _made(named.with_columns(text=pl.lit("Priming")), "pump.event", _primed() & _some("insulin")),
        _made(named, "glucose.sensor", _is(*_SENSOR)),
        _made(named.with_columns(text=pl.lit("exercise")), "workout", _is("Exercise")),
        _made(named, "glucose.alert", _is("D.A.D. Alert")),
        _made(words, "note", _some("notes")),
    )


def _primed() -> pl.Expr:
    """Whether insulin filled a tube or a needle, as AndroidAPS tells, and nobody."""
    import polars as pl

    return (pl.col("type") == "PRIMING").fill_null(value=False)


def _is(*names: str) -> pl.Expr:
    import polars as pl

    return pl.col("eventType").is_in(names)


def _some(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name).is_not_null()


def _made(rows: pl.DataFrame, key: str, where: pl.Expr) -> pl.DataFrame:
    """Observations of one signal, of the rows that qualify."""
    import polars as pl

    kinds: dict[str, Any] = {"stop": pl.Datetime("us"), "value": pl.Float64, "text": pl.String, "unit": pl.String}
    absent = [pl.lit(None, kind).alias(name) for name, kind in kinds.items() if name not in rows.columns]
    return rows.filter(where.fill_null(value=False)).with_columns(*absent, signal=pl.lit(key)).select(_COLUMNS)


def _joined(*frames: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return pl.concat(frames, how="vertical_relaxed")
