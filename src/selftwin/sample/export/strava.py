"""Strava: the bulk export of an account that the watch fills, so that it tells the same outings as Apple Health."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import HARD_RUN, RIDE, STRENGTH, draws
from selftwin.sample.export.archive import pack
from selftwin.sample.export.stamps import iso

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_HEAD = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,"
    "Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,"
    "Moving Time,Distance,Max Speed,Average Speed,Elevation Gain,Max Heart Rate,Average Heart Rate,Average Watts,"
    "Calories"
)
_FIRST_ID = 10_900_000_000
_RECORDED = 3  # the latest outings, whose recordings are in the archive as well
_TRACK = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx creator="StravaGPX" version="1.1" '
    'xmlns="http://www.topografix.com/GPX/1/1" '
    'xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">\n'
    " <metadata><time>{begun}Z</time></metadata>\n <trk><name>{name}</name><type>{kind}</type><trkseg>\n{points}"
    " </trkseg></trk>\n</gpx>\n"
)


def write(life: Life, folder: Path) -> Path:
    """`export_….zip` in `folder`: the table of outings, and what the latest few recorded."""
    rng, trained = draws(life.seed, "strava"), life.movement.workouts
    worn = life.wearing.watch[life.clock.minute(trained.start)]
    outings = np.flatnonzero(worn & (trained.sport != STRENGTH)).tolist()
    recorded = outings[-_RECORDED:]
    lines = [_line(life, one, rng, recorded=one in recorded) for one in outings]
    members: dict[str, bytes | str] = {"activities.csv": "\n".join([_HEAD, *lines]) + "\n"}
    members |= {f"activities/{_FIRST_ID + one}.gpx.gz": _recording(life, one) for one in recorded}
    return pack(folder / "export_10900000.zip", members, life.plan.day(life.plan.days - 1))


def _line(life: Life, one: int, rng: np.random.Generator, *, recorded: bool) -> str:
    trained = life.movement.workouts
    start, stop, sport = int(trained.start[one]), int(trained.stop[one]), int(trained.sport[one])
    low, high = (int(minute) for minute in life.clock.minute([start, stop]))
    beats = life.heart[low:high]
    lasted, metres = stop - start, float(trained.metres[one])
    moving = lasted - int(rng.integers(0, 90))
    number, climbed = _FIRST_ID + one, abs(rng.normal(1.2, 0.5)) * lasted / 60
    file = f"activities/{number}.gpx.gz" if recorded else ""
    return (
        f'{number},"{_said(start)}",{_name(sport)},{_kind(sport)},,{lasted},{metres / 1000:.2f},{beats.max():.0f},,'
        f"false,,,{file},,,{lasted}.0,{moving}.0,{metres:.1f},{1.3 * metres / moving:.2f},{metres / moving:.3f},"
        f"{climbed:.1f},{beats.max():.1f},{beats.mean():.1f},,{trained.energy[one]:.1f}"
    )


def _said(start: int) -> str:
    """`Jul 1, 2025, 6:30:00 PM`, in UTC."""
    at = datetime.fromtimestamp(start, UTC)
    return f"{at:%b} {at.day}, {at.year}, {at.hour % 12 or 12}:{at:%M:%S %p}"


def _kind(sport: int) -> str:
    return "Ride" if sport == RIDE else "Run"


def _name(sport: int) -> str:
    return "Ride" if sport == RIDE else "Intervals" if sport == HARD_RUN else "Easy run"


def _recording(life: Life, one: int) -> bytes:
    """A point a minute, along open water: it leads past nobody's door."""
    trained = life.movement.workouts
    start, stop, sport = int(trained.start[one]), int(trained.stop[one]), int(trained.sport[one])
    at = np.arange(start, stop + 1, 60)
    beats = life.heart[np.minimum(life.clock.minute(at), life.heart.size - 1)]
    north = 52.5 + np.linspace(0, trained.metres[one] / 111_195, at.size)  # metres of a degree of latitude
    points = "".join(
        f'  <trkpt lat="{lat:.7f}" lon="5.3000000"><ele>0.0</ele><time>{moment}Z</time><extensions>'
        f"<gpxtpx:TrackPointExtension><gpxtpx:hr>{beat:.0f}</gpxtpx:hr></gpxtpx:TrackPointExtension></extensions>"
        "</trkpt>\n"
        for lat, moment, beat in zip(north, iso(at), beats, strict=True)
    )
    kind = "cycling" if sport == RIDE else "running"
    text = _TRACK.format(begun=iso(at[:1])[0], name=_name(sport), kind=kind, points=points)
    return gzip.compress(text.encode(), 6, mtime=0)
