"""Points of tracks, whatever format they come in: where somebody was when, and what the sensors said there.

A point is a dictionary of texts: `time`, `lat`, `lon`, `ele`, and what else the file tells under a plain name. A
`Track` remembers what the points of an activity add up to, for files that do not say it themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import asin, cos, nan, radians, sin, sqrt
from typing import TYPE_CHECKING

from selftwin.sources._fit_meaning import by_sport, plain
from selftwin.sources._readings import Reading, read_off
from selftwin.sources.reader.contract import Part, observations
from selftwin.sources.reader.stamps import from_iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from selftwin.vocabulary.account import Fault

BLOCK = 16_384
_EARTH = 6_371_008.8  # its mean radius in metres
_ON_THE_GLOBE = 90 * 180 + 1
_MOST_BEATS = 1000
_MOST_NAMES = 200
_NUMBER = r"^\s*[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?\s*$"
_KNOWN = (
    Reading("lat", "location.latitude", "deg"),
    Reading("lon", "location.longitude", "deg"),
    Reading("ele", "location.altitude", "m"),
    Reading("accuracy", "location.accuracy", "m"),
    Reading("hr", "heart_rate", "/min", (0.0,)),
    Reading("wtemp", "water.temperature", "Cel"),
    Reading("atemp", "other.track_temperature", "Cel"),
    Reading("distance", "other.track_distance", "m"),
    Reading("course", "other.track_course", "deg"),
    Reading("vacc", "other.track_vertical_accuracy", "m"),
    Reading("moved", "transport.distance", "m"),
    Reading("workout.duration", "workout.duration", "min"),
    Reading("workout.distance", "workout.distance", "m"),
    Reading("workout.energy", "workout.energy", "kcal"),
    Reading("workout.heart_rate", "workout.heart_rate", "/min", (0.0,)),
    Reading("workout.heart_rate_max", "workout.heart_rate_max", "/min", (0.0,)),
)
_BY_SPORT = {"speed": ("enhanced_speed", "m/s"), "cad": ("cadence", "/min"), "power": ("power", "W")}
_OURS = {"record", "source", "native", "start", "stop", "offset", "basis"}  # a field of a file may be called so
_APART = {*_OURS, "time", "until", "sport", "words", "signal", *(one.field for one in _KNOWN)}
SAME = {  # what formats and their extensions call the same thing
    "heartrate": "hr", "heart_rate": "hr", "heartratebpm": "hr", "cadence": "cad", "runcadence": "cad", "temp": "atemp",
    "temperature": "atemp", "powerinwatts": "power", "watts": "power", "hacc": "accuracy", "bearing": "course",
    "heading": "course", "altitude": "ele", "elevation": "ele",
}  # fmt: skip


@dataclass(slots=True)
class Track:
    """An activity as its points tell it: from when to when, how far, at what heart rate."""

    sport: str = ""
    first: str = ""
    last: str = ""
    metres: float = 0.0
    beats: float = 0.0
    counted: int = 0
    highest: float = 0.0
    sensed: bool = False
    at: tuple[float, float] | None = field(default=None, repr=False)

    def add(self, point: dict[str, str]) -> None:
        """One point more; the way to it counts from the point before, whatever the pause between them."""
        if time := point.get("time"):
            self.last = time
            self.first = self.first or time
        try:
            here = (float(point["lat"]), float(point["lon"]))
        except (KeyError, ValueError):
            here = (nan, nan)
        if here[0] * here[1] < _ON_THE_GLOBE:  # false for what is no number
            if self.at is not None:
                self.metres += metres(self.at, here)
            self.at = here
        if "hr" in point:
            self._beat(point["hr"])
        elif not self.sensed:
            self.sensed = "cad" in point or "power" in point

    def _beat(self, written: str) -> None:
        self.sensed = True
        try:
            beats = float(written)
        except ValueError:
            return
        if 0 < beats < _MOST_BEATS:
            self.beats, self.counted = self.beats + beats, self.counted + 1
            self.highest = max(self.highest, beats)

    def parted(self) -> None:
        """A new segment: the way between the two does not count."""
        self.at = None

    def summary(self) -> dict[str, str]:
        """The activity as a point of its own, from its first to its last moment."""
        told = {"time": self.first, "until": self.last, "sport": self.sport, "words": self.sport or "workout"}
        if self.metres:
            told["workout.distance"] = str(self.metres)
        if self.counted:
            told["workout.heart_rate"] = str(self.beats / self.counted)
            told["workout.heart_rate_max"] = str(self.highest)
        return told | {"signal": "workout"}

    def journey(self, mode: str) -> dict[str, str]:
        """The way in a vehicle as a point of its own, from its first to its last moment."""
        told = {"time": self.first, "until": self.last, "signal": "transport.mode", "words": mode}
        return told | ({"moved": str(self.metres)} if self.metres else {})


def metres(start: tuple[float, float], end: tuple[float, float]) -> float:
    """The way between two places (degrees of latitude and longitude) on a sphere, by the haversine formula."""
    up, across = radians(end[0] - start[0]) / 2, radians(end[1] - start[1]) / 2
    half = sin(up) ** 2 + cos(radians(start[0])) * cos(radians(end[0])) * sin(across) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(half)))


def part(
    points: Sequence[dict[str, str]],
    kinds: Sequence[str],
    *,
    source: str,
    first: int,
    faults: Iterable[Fault] = (),
    notes: tuple[str, ...] = (),
) -> Part:
    """The readings of some points; `kinds` names each of them. A point without a time is passed over."""
    import polars as pl

    found = tuple(faults)
    names = dict.fromkeys(name for point in points for name in point)
    told = {f"{name}_" if name in _OURS else name: name for name in [*names][:_MOST_NAMES]}
    columns = {column: [point.get(name) for point in points] for column, name in told.items()}
    needed = dict.fromkeys(("time", "until", "sport", "words", "signal"), pl.String())
    empty = [pl.lit(None, pl.String).alias(name) for name in needed if name not in columns]
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String())).with_row_index("record")
    frame = frame.with_columns(*empty, source=pl.lit(source)).filter(pl.col("time").fill_null("") != "")
    rows = _rows(frame)
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} | ({"damage": len(found)} if found else {})
    taken = rows["record"].n_unique()
    return Part(
        observations(rows),
        len(points) + len(found),
        passed=len(points) - taken,
        faults=found,
        kinds=counts,
        notes=(*notes, "points without a time are plans, not life") if taken < len(points) else notes,
        first_record=first,
    )


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    timed = pl.concat([frame, from_iso(frame["time"])], how="horizontal")
    timed = timed.with_columns(stop=from_iso(frame["until"])["start"])
    found = [read_off(timed, _KNOWN)]
    for sport in frame["sport"].unique().to_list():
        some = timed.filter(pl.col("sport").eq_missing(pl.lit(sport, pl.String)))
        found += [_by_sport(some, name, sport or "") for name in _BY_SPORT if name in frame.columns]
    rest = [name for name in frame.columns if name not in _APART and name not in _BY_SPORT]
    unknown = timed.with_columns(pl.when(pl.col(name).str.contains(_NUMBER)).then(pl.col(name)) for name in rest)
    found.append(read_off(unknown, [Reading(name, f"other.track_{plain(name)}", "1") for name in rest if plain(name)]))
    kept = [name for name in found[0].columns if name not in {"signal", "value", "unit"}]
    said = timed.filter(pl.col("words").is_not_null() & pl.col("signal").is_not_null())
    found.append(said.select(*kept, "signal", text="words"))
    return pl.concat(found, how="diagonal_relaxed")


def _by_sport(some: pl.DataFrame, name: str, sport: str) -> pl.DataFrame:
    """Speed, cadence and power of a sport; of strides, as devices count them, a runner takes two steps each."""
    import polars as pl

    asked, unit = _BY_SPORT[name]
    known = by_sport(asked, sport)
    made = read_off(some, [Reading(name, known[0] if known else f"other.track_{asked}", unit)])
    return made.with_columns(value=pl.col("value") * (known[1] if known else 1.0))


def sport_of(words: str) -> str:
    """The sport of a file's word for it, in the names FIT uses; the word itself, in small letters, where there is none.

    >>> sport_of("Biking"), sport_of("trail_running"), sport_of("Rock Climbing")
    ('cycling', 'running', 'rock climbing')
    """
    small = " ".join(words.lower().replace("_", " ").split())[:80]
    for sport, marks in _SPORTS.items():
        if any(mark in small for mark in marks):
            return sport
    return small


_SPORTS = {
    "cross_country_skiing": ("cross country ski", "nordic ski", "nordicski"),
    "rowing": ("rowing",),
    "paddling": ("paddl", "kayak", "canoe"),
    "cycling": ("cycling", "biking", "bike", "ride", "bicycl"),
    "running": ("running", "run", "jog"),
    "hiking": ("hiking", "hike"),
    "walking": ("walking", "walk"),
}
