"""What the records of Google's Timeline become: positions, visits and journeys, by whole columns.

A visit is known by the second it began, and so is a journey: all generations hold that, and so tell of the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

_KEPT = ("record", "native", "start", "stop", "offset", "basis")
_NUMBERS = {
    "lat": "location.latitude", "lon": "location.longitude", "accuracy": "location.accuracy",
    "altitude": "location.altitude", "speed": "location.speed", "distance": "transport.distance",
}  # fmt: skip
_WORDS = {"visited": "place.visit", "name": "place.name", "kind": "place.kind", "mode": "transport.mode",
          "guess": "other.google_activity"}  # fmt: skip
_KINDS = {"home": "home", "work": "work_school"}
_MODES = {
    "walking": "walking", "on foot": "walking", "hiking": "walking", "running": "running", "cycling": "cycling",
    "on bicycle": "cycling", "bus": "bus", "tram": "tram", "train": "train", "subway": "train",
    "rail vehicle": "train", "passenger vehicle": "car", "vehicle": "car", "road vehicle": "car", "taxi": "car",
    "driving": "car", "motorcycling": "motorcycle", "ferry": "ferry", "flying": "flight", "still": "still",
    "unknown": None, "unknown activity type": None,
}  # fmt: skip
_DEGREES = r"(?<lat>-?\d{1,3}(?:\.\d+)?)\s*(?:°|\\u00b0)?\s*,\s*(?<lon>-?\d{1,3}(?:\.\d+)?)"
_OBJECTS = r"\{[^{}]*\}"
_OVERFLOW, _MOST = 4_294_967_296, 1_800_000_000  # some records of 2010 to 2014 have run over 32 bits


def moments(rows: pl.DataFrame, _: str = "") -> pl.DataFrame:
    """The positions of `Records.json`, and what the phone took the movement for."""
    import polars as pl

    timed = _timed(rows, rows["timestamp"], rows["timestampMs"])
    return _made(
        timed.with_columns(
            lat=_degrees("latitudeE7"), lon=_degrees("longitudeE7"), accuracy=_number("accuracy"),
            altitude=_number("altitude"), speed=_number("velocity"),
            guess=pl.col("activity").str.extract(r'"type"\s*:\s*"([A-Za-z_]+)"', 1).str.to_lowercase(),
        )
    )  # fmt: skip


def objects_of(rows: pl.DataFrame, _: str = "") -> pl.DataFrame:
    """The visits and journeys of `Semantic Location History`."""
    import polars as pl

    visits = _spanned(rows, "placeVisit.duration", "visit").with_columns(
        lat=_degrees("placeVisit.location.latitudeE7"), lon=_degrees("placeVisit.location.longitudeE7"),
        name=pl.col("placeVisit.location.name"),
    )  # fmt: skip
    visits = _place(visits, pl.col("placeVisit.location.semanticType"), pl.col("placeVisit.location.placeId"))
    moves = _spanned(rows, "activitySegment.duration", "move").with_columns(
        distance=_number("activitySegment.distance") / 1000, mode=_mode("activitySegment.activityType")
    )
    ends = [
        _end(moves, place).with_columns(
            lat=_degrees(f"activitySegment.{place}Location.latitudeE7"),
            lon=_degrees(f"activitySegment.{place}Location.longitudeE7"),
        )
        for place in ("start", "end")
    ]
    path = _parted(moves.drop("distance", "mode"), "activitySegment.simplifiedRawPath")
    stamp, epoch = _said("timestamp"), _said("timestampMs")
    points = _timed(path, path.select(stamp).to_series(), path.select(epoch).to_series()).with_columns(
        lat=_counted("latE7"), lon=_counted("lngE7"), accuracy=_measured("accuracyMeters")
    )
    return _joined(_made(visits), _made(moves), *map(_made, ends), _made(points))


def segments(rows: pl.DataFrame, _: str = "") -> pl.DataFrame:
    """The visits, journeys and paths of the phones' own exports, as Android and the iPhone write them."""
    import polars as pl

    spans = _placed(rows)
    candidate = "visit.topCandidate."
    outermost = pl.col("visit.hierarchyLevel").fill_null("0").is_in(["0", "0.0"])
    stays = spans.filter(pl.col(candidate + "placeLocation").is_not_null() & outermost)
    visits = _named(stays, "visit").with_columns(*_place_of(candidate + "placeLocation"))
    visits = _place(
        visits, pl.col(candidate + "semanticType"), pl.coalesce(candidate + "placeId", candidate + "placeID")
    )
    moving = pl.any_horizontal(pl.col("activity.topCandidate.type", "activity.start", "activity.end").is_not_null())
    moves = _named(spans.filter(moving), "move").with_columns(
        distance=_number("activity.distanceMeters") / 1000, mode=_mode("activity.topCandidate.type")
    )
    ends = [_end(moves, place).with_columns(*_place_of(f"activity.{place}")) for place in ("start", "end")]
    return _joined(_made(visits), _made(moves), *map(_made, ends), _made(_path(spans)))


def _path(spans: pl.DataFrame) -> pl.DataFrame:
    """Points with a time of their own, or with the minutes since the segment began."""
    import polars as pl

    path = _parted(spans, "timelinePath")
    minutes = _measured("durationMinutesOffsetFromStartTime")
    path = path.with_columns(
        *_place_of("_part"), _time=_said("time"), _later=pl.col("start") + pl.duration(seconds=minutes * 60)
    )
    own = from_iso(path["_time"])
    return path.with_columns(
        start=pl.coalesce(own["start"], pl.col("_later")), stop=pl.lit(None, pl.Datetime("us")),
        native=pl.lit(None, pl.String),
    )  # fmt: skip


def signals(rows: pl.DataFrame) -> pl.DataFrame:
    """The raw signals of an Android phone: positions, and what it took the movement for."""
    import polars as pl

    there = rows.filter(pl.col("position").is_not_null()).with_columns(_part=pl.col("position"))
    at = _timed(there, there.select(_said("timestamp")).to_series(), None)
    spot = pl.col("position").str.extract(r'"(?:L|l)atLng"\s*:\s*"([^"]+)"', 1)
    at = at.with_columns(
        _spot=spot, accuracy=_measured("accuracyMeters"), altitude=_measured("altitudeMeters"),
        speed=_measured("speedMetersPerSecond"),
    ).with_columns(*_place_of("_spot"))  # fmt: skip
    moved = rows.filter(pl.col("activityRecord.timestamp").is_not_null())
    guessed = _timed(moved, moved["activityRecord.timestamp"], None).with_columns(
        guess=pl.col("activityRecord.probableActivities")
        .str.extract(r'"type"\s*:\s*"([A-Za-z_]+)"', 1)
        .str.to_lowercase()
    )
    return _joined(_made(at), _made(guessed))


def edits(rows: pl.DataFrame, _: str = "") -> pl.DataFrame:
    """The positions that Timeline Edits keep of what a device had seen."""
    import polars as pl

    there = rows.with_columns(_part=pl.col("rawSignal.signal.position")).filter(pl.col("_part").is_not_null())
    at = _timed(there, there.select(_said("timestamp")).to_series(), None)
    metres = _measured("accuracyMm") / 1000
    return _made(at.with_columns(lat=_counted("latE7"), lon=_counted("lngE7"), accuracy=metres))


def _timed(rows: pl.DataFrame, stamps: pl.Series, epochs: pl.Series | None) -> pl.DataFrame:
    """With a moment, from text or, in older files, from milliseconds."""
    import polars as pl

    told = from_iso(stamps)
    start = told["start"] if epochs is None else pl.coalesce(told["start"], from_epoch(epochs)["start"])
    return rows.with_columns(
        start=start, offset=told["offset"], basis=pl.lit(int(Basis.INSTANT), pl.Int8),
        stop=pl.lit(None, pl.Datetime("us")), native=pl.lit(None, pl.String),
    )  # fmt: skip


def _spanned(rows: pl.DataFrame, field: str, kind: str) -> pl.DataFrame:
    """The records of a kind of `Semantic Location History` with their duration."""
    import polars as pl

    some = rows.filter(pl.col(field).is_not_null()).with_columns(_part=pl.col(field))
    told = some.select(_said(name).alias(name) for name in _TIMES)
    begun = _timed(some, told["startTimestamp"], told["startTimestampMs"])
    ended = _timed(some, told["endTimestamp"], told["endTimestampMs"])
    return _named(begun.with_columns(ended["start"].alias("stop")), kind)


_TIMES = ("startTimestamp", "startTimestampMs", "endTimestamp", "endTimestampMs")


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    """Segments with their span: placed where the phone tells the place's offset, else an instant."""
    import polars as pl

    begun = _timed(rows, rows["startTime"], None).with_columns(from_iso(rows["endTime"])["start"].alias("stop"))
    there = pl.col("startTimeTimezoneUtcOffsetMinutes").cast(pl.Float64, strict=False).clip(-1440, 1440)
    offset = there.cast(pl.Int16)
    placed = pl.when(offset.is_not_null()).then(int(Basis.PLACED)).otherwise("basis").cast(pl.Int8)
    return begun.with_columns(offset=pl.coalesce(offset, "offset"), basis=placed)


def _named(spans: pl.DataFrame, kind: str) -> pl.DataFrame:
    """With the identity that all generations share: the kind, and the second in which it began."""
    import polars as pl

    return spans.with_columns(native=pl.lit(f"{kind}/") + pl.col("start").dt.epoch("s").cast(pl.String))


def _end(moves: pl.DataFrame, place: str) -> pl.DataFrame:
    """A journey's first or last moment."""
    import polars as pl

    return moves.with_columns(
        start=pl.col("start" if place == "start" else "stop"), stop=pl.lit(None, pl.Datetime("us")),
        native=pl.col("native") + f"/{place}",
    ).drop("distance", "mode")  # fmt: skip


def _place(visits: pl.DataFrame, sort: pl.Expr, identity: pl.Expr) -> pl.DataFrame:
    """Home and work by their names, every other place by Google's identity: alike in all generations."""
    import polars as pl

    plain = sort.str.to_lowercase().str.replace_all(" ", "_").str.replace("^type_", "").str.replace("^inferred_", "")
    own = pl.when(plain.is_in(list(_KINDS))).then(plain)
    return visits.with_columns(
        visited=pl.coalesce(own, identity.replace("", None), pl.lit("a place")),
        kind=own.replace_strict(_KINDS, default=None),
    )


def _mode(field: str) -> pl.Expr:
    import polars as pl

    plain = pl.col(field).str.to_lowercase().str.replace_all("_", " ").str.replace("^in ", "")
    return plain.replace_strict(_MODES, default="other", return_dtype=pl.String)


def _place_of(field: str) -> tuple[pl.Expr, pl.Expr]:
    """Degrees in `50.05°, 14.34°`, `geo:50.05,14.34`, or JSON around them."""
    import polars as pl

    found = pl.col(field).str.extract_groups(_DEGREES).struct
    return found.field("lat").cast(pl.Float64).alias("lat"), found.field("lon").cast(pl.Float64).alias("lon")


def _parted(rows: pl.DataFrame, field: str) -> pl.DataFrame:
    """A row for each object in an array of plain ones, as text in `_part`."""
    import polars as pl

    some = rows.filter(pl.col(field).is_not_null())
    return some.with_columns(_part=pl.col(field).str.extract_all(_OBJECTS)).explode("_part").drop_nulls("_part")


def _said(name: str) -> pl.Expr:
    """What the object in `_part` says under a name, as text."""
    import polars as pl

    return pl.col("_part").str.extract(rf'"{name}"\s*:\s*"?([^",\}}\]]+)', 1)


def _measured(name: str) -> pl.Expr:
    import polars as pl

    return _said(name).cast(pl.Float64, strict=False)


def _counted(name: str) -> pl.Expr:
    return (_measured(name) / 1e7).round(7)


def _number(field: str) -> pl.Expr:
    """A number, null where none stands, NaN where what stands is none."""
    import polars as pl

    text = pl.col(field)
    return pl.when(text.is_not_null()).then(text.cast(pl.Float64, strict=False).fill_null(float("nan")))


def _degrees(field: str) -> pl.Expr:
    import polars as pl

    number = _number(field)
    return (pl.when(number > _MOST).then(number - _OVERFLOW).otherwise(number) / 1e7).round(7)


def _made(records: pl.DataFrame) -> pl.DataFrame:
    """A row for each thing a record says; a position needs both its numbers, and both within the world."""
    import polars as pl

    held = [name for name in (*_NUMBERS, *_WORDS) if name in records.columns]
    records = records.select(*_KEPT, *held)
    if "lat" in held:
        whole = pl.col("lat").is_not_null() & pl.col("lon").is_not_null()
        sound = pl.col("lat").is_between(-90, 90) & pl.col("lon").is_between(-180, 180)
        spots = [name for name in ("lat", "lon", "accuracy", "altitude", "speed") if name in held]
        records = records.with_columns(
            pl.when(whole & sound).then(pl.col(name)).when(whole).then(float("nan")).alias(name) for name in spots
        )
    nothing = pl.lit(None, pl.String).alias("text"), pl.lit(None, pl.Float64).alias("value")
    found = [
        records.filter(pl.col(name).is_not_null()).select(*_KEPT, nothing[0], signal=pl.lit(signal), value=name)
        for name, signal in _NUMBERS.items()
        if name in held
    ] + [
        records.filter(pl.col(name).is_not_null()).select(*_KEPT, nothing[1], signal=pl.lit(signal), text=name)
        for name, signal in _WORDS.items()
        if name in held
    ]
    return pl.concat(found, how="diagonal").with_columns(source=pl.lit("google_timeline"))


def _joined(*parts: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return pl.concat(parts, how="diagonal_relaxed")
