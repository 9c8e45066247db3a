"""Glucose off a sensor: time in range, mean and what laboratories would call it, swings, and the profile of a day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.chapters._figures import OLD, silent
from selftwin.domains.body.measures.excursions import mage
from selftwin.domains.body.measures.glycaemia import glycaemia
from selftwin.domains.body.measures.profile import PERCENTILES, profile
from selftwin.vocabulary.estimate import FIRST_DAYS, Trust
from selftwin.vocabulary.finding import Finding, Line

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from selftwin.domains.body.measures.glycaemia import Figure, Glycaemia
    from selftwin.domains.body.measures.profile import Profile
    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

STRETCH, LEAST = 14, 24  # days of a report (Battelino 2019), readings
NAMES: dict[str, tuple[str | float, ...]] = {
    "below 54": ("time below {0}", 54.0),
    "54 to 69": ("from {0} to below {1}", 54.0, 70.0),
    "70 to 180": ("time in range, {0} to {1}", 70.0, 180.0),
    "181 to 250": ("above {0}, to {1}", 180.0, 250.0),
    "above 250": ("time above {0}", 250.0),
    "mean": ("mean",),
    "sd": ("spread (standard deviation)",),
    "cv": ("spread by the mean (CV)",),
}
CITES = (
    "Battelino and others, Diabetes Care 2019;42:1593",
    "Bergenstal and others, Diabetes Care 2018;41:2275 (GMI)",
    "Fernandes and others, J Diabetes Sci Technol 2022;16:576 (MAGE)",
)


@dataclass(frozen=True, slots=True)
class Glucose:
    """The chapter on glucose."""

    name: str = "glucose"
    title: str = "Glucose"
    rank: int = 1

    def read(self, past: Past) -> Finding:
        """The figures of the newest fortnight, MAGE, and the profile of a day."""
        rows = stretch(past)
        if rows.height < LEAST:
            raise silent("glucose", "A sensor's export brings it.")
        at = rows["local"].to_physical().to_numpy() / 1e6
        values = rows["value"].to_numpy().astype(np.float64)
        found = glycaemia(at, values)
        figures = sorted(found.figures, key=lambda one: one.name != "70 to 180")
        lines = (*(_line(figure) for figure in figures), *_swings(at, values))
        return Finding(self.name, self.title, rows["local"][-1].date().isoformat(), _trust(found), found.days, lines,
                       notes=_notes(found), cites=CITES, profile=_columns(profile(at, values)))  # fmt: skip


def stretch(past: Past) -> pl.DataFrame:
    """The newest fortnight of readings, of each day those of the source that told most: at, local, value."""
    import polars as pl

    since = past.now.astimezone(past.zone).date() - timedelta(days=OLD)
    rows = past.series("glucose", since=since).filter(pl.col("value").is_finite())
    if not rows.height:
        return rows
    rows = rows.with_columns(day=pl.col("local").dt.date())
    rows = rows.filter(pl.col("day") > rows["day"].max() - pl.duration(days=STRETCH))
    most = rows.group_by("day", "source").len().sort("len", "source").group_by("day").last()
    kept = rows.join(most.select("day", "source"), on=["day", "source"], how="semi")
    return kept.select("at", "local", "value").sort("local").unique("local", keep="last", maintain_order=True)


def _line(figure: Figure) -> Line:
    key = "glucose" if figure.unit == "mg/dL" else ""
    name, *edges = NAMES.get(figure.name, (figure.name.upper(),))
    return Line(str(name), figure.value, figure.low, figure.high, figure.unit, key, edges=tuple(map(float, edges)),
                edges_of="glucose" if edges else "")  # fmt: skip


def _swings(at: Floats, values: Floats) -> tuple[Line, ...]:
    found = mage(at, values)
    if math.isnan(found.mean):
        return ()
    return (Line("MAGE", found.mean, found.low, found.high, "mg/dL", "glucose", "mean of swings beyond one spread"),)


def _trust(found: Glycaemia) -> Trust:
    if found.trusted:
        return Trust.TRUSTED
    return Trust.FIRST if found.days >= FIRST_DAYS else Trust.NONE


def _notes(found: Glycaemia) -> tuple[str, ...]:
    seen = f"{found.readings:,} readings on {found.days} {'day' if found.days == 1 else 'days'}"
    share = f"{seen}, {found.active:.0f} % of what the sensor could have given."
    if found.trusted:
        return (share,)
    return share, "A report is trusted from 14 whole days with 70 % of the readings on."


def _columns(found: Profile) -> dict[str, list[float | None]]:
    """The profile by name: minutes after midnight, and mg/dL at each percentile with its bounds."""
    columns: dict[str, list[float | None]] = {"minute": [float(minute) for minute in found.minutes]}
    for place, share in enumerate(PERCENTILES):
        for name, table in (("", found.levels), ("_low", found.low), ("_high", found.high)):
            columns[f"p{share}{name}"] = [float(v) if math.isfinite(v) else None for v in table[:, place]]
    return columns


CHAPTER = Glucose()
