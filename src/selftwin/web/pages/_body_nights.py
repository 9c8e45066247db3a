"""The last nights on the page Body: each a strip of its stages, all on one clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.web.charts import hypnogram
from selftwin.web.rendering import texts
from selftwin.wording.measures import duration
from selftwin.wording.words import WEEKDAYS

if TYPE_CHECKING:
    import polars as pl

    from selftwin.twin import Twin
    from selftwin.web.page import Visit

NIGHTS = 14
EVENING, MORNING = timedelta(hours=20), timedelta(hours=12)  # of the day before, and of the day of waking
ASLEEP = ("deep", "rem", "light", "asleep")


@dataclass(frozen=True, slots=True)
class Slept:
    """One night by the day of waking: its stages on the person's clock, from the source that told most of them."""

    day: date
    stages: tuple[tuple[datetime, datetime, str], ...]

    def minutes(self, *stages: str) -> float:
        """How long these stages lasted."""
        return sum((end - start) / timedelta(minutes=1) for start, end, name in self.stages if name in stages)


def slept(twin: Twin, newest: date) -> list[Slept]:
    """The last nights up to a day, oldest first."""
    import polars as pl

    rows = twin.series("sleep.stage", since=newest - timedelta(days=NIGHTS), until=newest)
    if not rows.height:
        return []
    rows = rows.with_columns(ends=pl.col("local") + (pl.col("until") - pl.col("at")))
    rows = rows.with_columns(night=(pl.col("ends") + timedelta(hours=6)).dt.date())
    most = rows.group_by("night", "source").agg(many=pl.col("text").n_unique(), rows=pl.len())
    most = most.sort("many", "rows", "source").group_by("night").last()
    kept = rows.join(most.select("night", "source"), on=["night", "source"], how="semi").sort("local")
    told = [_night(some) for some in kept.partition_by("night")]
    return sorted((one for one in told if one.minutes(*ASLEEP) >= 60), key=lambda one: one.day)[-NIGHTS:]


def _night(rows: pl.DataFrame) -> Slept:
    woken: date = rows["night"][0]
    return Slept(woken, tuple(rows.select("local", "ends", "text").iter_rows()))


def nights(visit: Visit, newest: date, most: int = NIGHTS) -> list[dict[str, Any]]:
    """The last nights as strips under each other, each with its words."""
    t = texts(visit.lang)
    found: list[Slept] = visit.made("body.slept", lambda twin: slept(twin, newest), newest)
    shown = found[-most:]
    if not shown:
        return []
    first, last = _clock(shown)
    told = []
    for place, one in enumerate(shown):
        midnight = datetime.combine(one.day, time(0))
        name = f"{WEEKDAYS[one.day.weekday()][:3]} {one.day.day}"
        long, deep, rem = (duration(one.minutes(*some)) for some in (ASLEEP, ("deep",), ("rem",)))
        says = t("body.night_says", night=name, long=long, deep=deep, rem=rem)
        night = hypnogram.Night(midnight + first, midnight + last, one.stages)
        chart = hypnogram.draw(night, name=f"night-{place}", says=says)
        light, awake = (duration(one.minutes(*some)) for some in (("light", "asleep"), ("awake",)))
        told.append({"name": name, "chart": chart, "long": long, "deep": deep, "rem": rem, "light": light,
                     "awake": awake})  # fmt: skip
    return told


def _clock(found: list[Slept]) -> tuple[timedelta, timedelta]:
    """From the earliest falling asleep to the latest waking, seen from midnight."""
    starts, ends = [], []
    for one in found:
        midnight = datetime.combine(one.day, time(0))
        some = [(start, end) for start, end, name in one.stages if name in ASLEEP]
        starts.append(max(min(start for start, _ in some) - midnight, EVENING - timedelta(days=1)))
        ends.append(min(max(end for _, end in some) - midnight, MORNING))
    return min(starts), max(*ends, min(starts) + timedelta(hours=1))
