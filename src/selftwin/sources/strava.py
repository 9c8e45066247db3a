"""Strava: `activities.csv` of the bulk export, the account's own sums of every activity.

Owners ask for it at strava.com, Settings, My Account, "Download or Delete Your Account", Get Started. The recordings
lie beside it in the same zip (`activities/….fit.gz`, `.gpx`, `.tcx.gz`) and are read by what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import Reading, part, read_off, words
from selftwin.sources._table_text import Block, Sheet, blocks, sheets
from selftwin.sources._written_dates import written
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

# The header in English, German, French and Dutch; of two distances the later is in metres.
_NAMES = {
    "id": ("Activity ID", "Aktivitäts-ID", "ID de l'activité", "Activiteits-ID"),
    "at": ("Activity Date", "Aktivitätsdatum", "Date de l'activité", "Datum van activiteit"),
    "sport": ("Activity Type", "Aktivitätsart", "Type d'activité", "Activiteitstype"),
    "elapsed": ("Elapsed Time", "Verstrichene Zeit", "Temps écoulé", "Verstreken tijd"),
    "moving": ("Moving Time", "Bewegungszeit", "Durée de déplacement", "Beweegtijd"),
    "distance": ("Distance", "Distanz", "Afstand"),
    "climbed": ("Elevation Gain", "Höhenzunahme", "Dénivelé positif", "Totale stijging"),
    "heart": (
        "Average Heart Rate", "Durchschnittliche Herzfrequenz", "Fréquence cardiaque moyenne", "Gemiddelde hartslag",
    ),
    "highest": ("Max Heart Rate", "Max. Herzfrequenz", "Fréquence cardiaque max.", "Max. hartslag"),
    "speed": ("Average Speed", "Durchschnittliche Geschwindigkeit", "Vitesse moyenne", "Gemiddelde snelheid"),
    "energy": ("Calories", "Kalorien", "Calorieën"),
    "watts": ("Average Watts", "Durchschnittliche Watt", "Puissance moyenne", "Gemiddeld wattage"),
    "effort": ("Relative Effort", "Relative Leistung", "Effort relatif", "Vergelijkbare poging"),
}  # fmt: skip
_READINGS = (
    Reading("elapsed", "workout.duration", "s"),
    Reading("moving", "other.strava_moving_time", "s"),
    Reading("distance", "workout.distance", "m", (0.0,)),
    Reading("climbed", "workout.elevation", "m"),
    Reading("heart", "workout.heart_rate", "/min", (0.0,)),
    Reading("highest", "workout.heart_rate_max", "/min", (0.0,)),
    Reading("speed", "workout.speed", "m/s", (0.0,)),
    Reading("energy", "workout.energy", "kcal", (0.0,)),
    Reading("watts", "other.strava_power", "W", (0.0,)),
    Reading("effort", "other.strava_relative_effort", "{score}", (0.0,)),
)
_NEEDED = ("id", "at", "sport")
_TWICE = "distance"  # where it stands once, nobody can tell whether kilometres, miles or metres


@dataclass(frozen=True, slots=True)
class Strava:
    """Strava's table of activities. Its dates are in UTC, though they do not say so."""

    name: str = "strava"
    title: str = "Strava"
    reads: str = "Workouts as the account sums them up."
    version: int = 2
    rank: int = 1
    how_to_export: str = (
        "At strava.com: Settings, My Account, Download or Delete Your Account, Get Started, Request Your Archive."
    )

    def recognises(self, member: Member) -> bool:
        """By the header, in the languages that are known."""
        return _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one athlete's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The activities; one without a readable date is a fault."""
        del subject
        if (sheet := _sheet(member)) is None:
            raise BrokenExport(f"{member.path} is not Strava's table of activities.")
        places = _places(sheet.header)
        for block in blocks(member, sheet):
            yield _part(member, block, places)


def _sheet(member: Member) -> Sheet | None:
    if not member.name.endswith(".csv"):
        return None
    found = (one for one in sheets(member) if one.delimiter == "," and not one.before)
    return next((one for one in found if set(_NEEDED) <= set(_places(one.header))), None)


def _places(header: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Our names and the block columns of the headers that mean each, the later first; of a distance the later alone."""
    found = {
        ours: [str(place) for place, name in enumerate(header) if name in theirs][::-1]
        for ours, theirs in _NAMES.items()
    }
    found[_TWICE] = found[_TWICE][:1] if len(found[_TWICE]) > 1 else []
    return {ours: tuple(at) for ours, at in found.items() if at}


def _part(member: Member, block: Block, places: dict[str, tuple[str, ...]]) -> Part:
    import polars as pl

    cells = block.rows.select(pl.coalesce(at).alias(name) for name, at in places.items()).with_row_index("record")
    many = overlong(member.path, block)
    timed = _timed(cells)
    rows = pl.concat([read_off(timed, _READINGS), words(timed, "sport", "workout")], how="diagonal_relaxed")
    return part(
        rows,
        kind="activity",
        read=block.rows.height,
        first=block.first,
        faults=many,
        faulty=block.ragged,
        nothing="an activity without a kind or a sum",
    )


def _timed(cells: pl.DataFrame) -> pl.DataFrame:
    """With start and stop: `Jul 1, 2025, 6:30:00 AM`, `01.07.2025, 06:30:00` or ISO, in UTC."""
    import polars as pl

    start = pl.coalesce(from_iso(cells["at"])["start"], written(cells["at"])["start"])
    lasting = pl.col("elapsed") if "elapsed" in cells.columns else pl.lit(None, pl.String)
    seconds = lasting.cast(pl.Float64, strict=False).clip(0, 1e7)
    numbers = [name for name in cells.columns if name not in {"record", *_NEEDED}]
    return cells.with_columns(
        pl.col(numbers).str.replace(r"^(\d+),(\d+)$", "$1.$2"),
        start=start,
        offset=pl.lit(None, pl.Int16),
        basis=pl.lit(int(Basis.INSTANT), pl.Int8),
        native="activity/" + pl.col("id"),
        source=pl.lit("strava"),
    ).with_columns(stop=pl.col("start") + pl.duration(milliseconds=seconds * 1000))


SOURCE = Strava()
