"""The columns of WHOOP's four tables, in the languages seen, and by place in the languages not seen.

WHOOP writes headers (and most file names) in the language of the account, but always in the same order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_EN = "Cycle start time|Cycle end time|Cycle timezone"
_DE = "Startzeit des Zyklus|Endzeit des Zyklus|Zeitzone des Zyklus"
_ES = "Hora de inicio del ciclo|Hora de finalización del ciclo|Zona horaria del ciclo"
_CYCLE = "start|end|zone"
_BODY = "recovery|resting|hrv|skin|oxygen|strain|energy|max_hr|average_hr"
_NIGHT = (
    "onset|wake|performance|respiratory|asleep|in_bed|light|deep|rem|awake|need|debt|efficiency|consistency"
)
_NAMES: dict[str, tuple[str, ...]] = {
    _CYCLE: (_EN, _DE, _ES),
    _BODY: (
        ("Recovery score %|Resting heart rate (bpm)|Heart rate variability (ms)|Skin temp (celsius)|Blood oxygen %|"
        "Day Strain|Energy burned (cal)|Max HR (bpm)|Average HR (bpm)"),
        ("Erholungswert %|Ruheherzfrequenz (Schläge pro Minute)|Herzfrequenzvariabilität (ms)|Hauttemperatur (Celsius)|"
        "Blutsauerstoff %|Tagesbelastung|Verbrannte Energie (cal)|Max HF (Schläge pro Minute)|"
        "Durchschnittliche HF (Schläge pro Minute)"),
        ("Puntuación de recuperación (%)|Frecuencia cardíaca en reposo (lpm)|"
        "Variabilidad de la frecuencia cardíaca (ms)|Temp. cutánea (grados centígrados)|Oxígeno en sangre %|"
        "Esfuerzo del día|Energía quemada (cal)|FC máx. (lpm)|FC promedio (lpm)"),
    ),
    _NIGHT: (
        ("Sleep onset|Wake onset|Sleep performance %|Respiratory rate (rpm)|Asleep duration (min)|"
        "In bed duration (min)|Light sleep duration (min)|Deep (SWS) duration (min)|REM duration (min)|"
        "Awake duration (min)|Sleep need (min)|Sleep debt (min)|Sleep efficiency %|Sleep consistency %"),
        ("Beginn des Schlafs|Beginn des Aufwachens|Schlafleistung %|Atemfrequenz (Atemzüge/Min.)|Schlafdauer (Min.)|"
        "Dauer im Bett (Min.)|Dauer des Leichtschlafs (Min.)|Dauer des Tiefschlafs (Min.)|"
        "Dauer des REM-Schlafs (Min.)|Dauer des Aufwachens (Min.)|Schlafbedarf (Min.)|Schlafdefizit (Min.)|"
        "Schlafeffizienz %|Schlafbeständigkeit %"),
        ("Inicio del sueño|Inicio de la vigilia|Calificación del sueño (%)|Frecuencia respiratoria (rpm)|"
        "Duración del sueño (min)|Tiempo en la cama (min)|Duración de sueño ligero (min)|"
        "Duración de sueño profundo (SWS) (min)|Duración de sueño REM (min)|Tempo despierto/a (min)|"
        "Sueño necesario (min)|Deuda de sueño (min)|Eficiencia del sueño %|Regularidad del sueño %"),
    ),
    "nap": ("Nap", "Nickerchen", "Siesta"),
    "workout_start|workout_end|duration|activity|workout_strain|zone_1|zone_2|zone_3|zone_4|zone_5|gps": (
        ("Workout start time|Workout end time|Duration (min)|Activity name|Activity Strain|HR Zone 1 %|HR Zone 2 %|"
        "HR Zone 3 %|HR Zone 4 %|HR Zone 5 %|GPS enabled"),
        ("Startzeit des Trainings|Endzeit des Trainings|Dauer (Min.)|Name der Aktivität|Aktivitätsbelastung|"
        "HF-Zone 1 %|HF-Zone 2 %|HF-Zone 3 %|HF-Zone 4 %|HF-Zone 5 %|GPS aktiviert"),
        ("Hora de inicio del entrenamiento|Hora de finalización del entrenamiento|Duración (min)|"
        "Nombre de la actividad|Esfuerzo de actividad|Zona FC 1%|Zona FC 2%|Zona FC 3%|Zona FC 4%|Zona FC 5%|"
        "GPS habilitado"),
    ),
    "distance|gain|change": ("Distance (meters)|Altitude gain (meters)|Altitude change (meters)",),
    "question|answered|notes": (
        "Question text|Answered yes|Notes",
        "Fragetext|Beantwortet mit Ja|Anmerkungen",
        'Texto de la pregunta|Respondió "Sí"|Notas',
    ),
}
_WORKOUT = (
    "workout_start|workout_end|duration|activity|workout_strain|energy|max_hr|average_hr|zone_1|zone_2|zone_3|zone_4|"
    "zone_5|gps|distance|gain|change"
)


def _plain(name: str) -> str:
    """A header without case, marks and spaces, in which generations and exporters differ."""
    return re.sub(r"[\W_]+", "", name.casefold())


_MEANING = {
    _plain(name): meaning
    for meanings, languages in _NAMES.items()
    for language in languages
    for name, meaning in zip(language.split("|"), meanings.split("|"), strict=True)
} | {_plain("Answered yes/no"): "answered", _plain("HRV RMSSD (ms)"): "hrv"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the four tables: the columns that mark it, their order, and the fewest it ever had."""

    name: str
    marks: frozenset[str]
    order: tuple[str, ...]
    fewest: int


KINDS = (
    Kind("journal", frozenset({"start", "question", "answered"}),
         ("start", "end", "zone", "question", "answered", "notes"), 6),
    Kind("workout", frozenset({"workout_start", "workout_strain"}), tuple(f"{_CYCLE}|{_WORKOUT}".split("|")), 17),
    Kind("cycle", frozenset({"start", "recovery"}), tuple(f"{_CYCLE}|{_BODY}|{_NIGHT}".split("|")), 25),
    Kind("sleep", frozenset({"start", "onset", "wake", "asleep"}), tuple(f"{_CYCLE}|{_NIGHT}|nap".split("|")), 17),
)  # fmt: skip
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}")
_FAHRENHEIT = re.compile(r"(?i)fahrenheit|[(°]\s*f\b")
_ZONE = re.compile(r"(?:UTC|GMT)(?:Z|[+-]\d{2}:?\d{2})?")


def meanings(header: tuple[str, ...]) -> tuple[Kind, tuple[str, ...]] | None:
    """Which table a header is of and what each of its columns means (empty where unknown), or None."""
    found = tuple(_MEANING.get(_plain(name), "") for name in header)
    kind = next((one for one in KINDS if one.marks.issubset(found)), None)
    return (kind, found) if kind else None


def by_place(header: tuple[str, ...], first_row: tuple[str, ...]) -> tuple[Kind, tuple[str, ...]] | None:
    """The same in a language not seen before: by the number of columns, a zone `UTC±…` in the third, and stamps."""
    if len(first_row) < 6 or len(first_row) != len(header) or not _ZONE.fullmatch(first_row[2].strip()):
        return None
    stamped = [place for place, cell in enumerate(first_row) if _STAMP.fullmatch(cell.strip())]
    for kind in KINDS:
        stamps = {place for place, name in enumerate(kind.order) if name in _STAMPS}
        named = zip(kind.order, first_row, strict=False)
        worded = all(_WORD.search(cell) for name, cell in named if name in _WORDS)
        fits = kind.fewest <= len(header) <= len(kind.order) and worded
        if fits and 0 in stamped and stamps - {1} == set(stamped) - {1}:
            return kind, tuple(
                "" if name == "skin" and _FAHRENHEIT.search(header[place]) else name
                for place, name in enumerate(kind.order[: len(header)])
            )
    return None


_WORD = re.compile(r"[^\W\d_]")
_WORDS = {"activity", "question"}
_STAMPS = {"start", "end", "onset", "wake", "workout_start", "workout_end"}
