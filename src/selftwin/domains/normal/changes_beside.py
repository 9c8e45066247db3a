"""What may have changed a signal, read off what was recorded: which device spoke when, what was noted on a day, which
habits and medicines began and stopped, when the clock was moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.spells import turns
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.change import Beside
from selftwin.vocabulary.errors import Refused
from selftwin.vocabulary.local import EPOCH
from selftwin.vocabulary.signal import Fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from selftwin.vocabulary.model import Past

QUIET, LEAST = 14, 5  # days without a device that part its spells; days that make a device's spell
LASTING = {"illness": Beside.ILLNESS, "condition": Beside.ILLNESS}
ONCE = {"life_event": Beside.EVENT, "injury": Beside.EVENT, "procedure": Beside.EVENT, "immunization": Beside.EVENT,
        "medicine.prescribed": Beside.MEDICINE}  # fmt: skip
KEPT = {"medicine.taken": Beside.MEDICINE, "habit": Beside.HABIT}
NIGHT = "sleep.stage"  # of which the nights' figures are made
LONGEST = 60  # letters of what was noted


@dataclass(frozen=True, slots=True)
class Noted:
    """One thing that changed or happened on a local day."""

    kind: Beside
    words: str
    day: date
    signal: str = ""


def noted(past: Past, journeys: Sequence[tuple[date, str]]) -> list[Noted]:
    """Everything noted that is not of one signal: journeys, events, illnesses, medicines and habits."""
    held = set(past.keys())
    found = [Noted(Beside.JOURNEY, f"your clock moved to {_place(zone)}", day) for day, zone in journeys]
    for key, kind in LASTING.items():
        found += _lasting(past, key, kind) if key in held else []
    for key, kind in ONCE.items():
        found += _once(past, key, kind) if key in held else []
    for key, kind in KEPT.items():
        found += _kept(past, key, kind) if key in held else []
    return found


def devices(past: Past, key: str) -> list[Noted]:
    """When a source began to record a signal and when it stopped, but for the first and the last there is; of a night's
    stage, when a source began and stopped to tell nights at all, and that stage."""
    found: dict[tuple[str, date], Noted] = {}
    for rows in _recorded(past, key):
        days = rows.select(day=_numbers(rows), source="source").unique().sort("day")
        first, last = int(days["day"][0]), int(days["day"][-1])
        for (source,), its in sorted(days.group_by("source"), key=lambda one: str(one[0])):
            for turn in turns(its["day"].sort().to_numpy().astype(np.int64), first, last, gap=QUIET, least=LEAST):
                words = f"{called(str(source))} {'began to record it' if turn.begins else 'recorded it last'}"
                found[words, _date(turn.day)] = Noted(Beside.DEVICE, words, _date(turn.day), key)
    return list(found.values())


def called(source: str) -> str:
    """What a source is called: its device where it is known, else its app.

    >>> called("apple_health:Anna Watch|Watch"), called("fitbit"), called("table:weight"), called("nightscout:")
    ('Anna Watch', 'fitbit', 'table weight', 'nightscout')
    """
    app, _, device = source.partition(":")
    device = device.partition("|")[0].replace("\N{NO-BREAK SPACE}", " ").strip()
    if app == "table":
        return f"table {device}".strip()
    return device or app.replace("_", " ")


def _lasting(past: Past, key: str, kind: Beside) -> Iterator[Noted]:
    """When what lasts was noted to begin and to end."""
    rows = _series(past, key)
    for at, until, words in rows.select("local", _until(), "text").iter_rows() if rows is not None else ():
        name = _short(words) or nature(key).label.lower()
        yield Noted(kind, f"{name} began", at.date(), key)
        if until.date() > at.date():
            yield Noted(kind, f"{name} ended", until.date(), key)


def _once(past: Past, key: str, kind: Beside) -> Iterator[Noted]:
    """What was noted of a day."""
    rows = _series(past, key)
    for at, words in rows.select("local", "text").iter_rows() if rows is not None else ():
        label = nature(key).label.lower()
        yield Noted(kind, f"{label}: {_short(words)}" if words else label, at.date(), key)


def _kept(past: Past, key: str, kind: Beside) -> Iterator[Noted]:
    """When something that is done again and again was taken up and when it was left."""
    rows = _series(past, key)
    if rows is None or not rows.height:
        return
    days = rows.select(day=_numbers(rows), text="text").unique().sort("day")
    first, last = int(days["day"][0]), int(days["day"][-1])
    for (text,), its in sorted(days.group_by("text"), key=lambda one: str(one[0])):
        name = _short(text) or nature(key).label.lower()
        for turn in turns(its["day"].sort().to_numpy().astype(np.int64), first, last):
            words = f"{name} taken up" if turn.begins else f"{name} left off"
            yield Noted(kind, words, _date(turn.day), key)


def _series(past: Past, key: str) -> pl.DataFrame | None:
    """What was recorded of a signal; None where it may not be read."""
    try:
        return past.series(key)
    except Refused:
        return None


def _recorded(past: Past, key: str) -> list[pl.DataFrame]:
    """Rows by which a signal was recorded: its own; of a night's figure all stages, and those it is made of."""
    signal, held = nature(key), set(past.keys())
    found = [_series(past, key)]
    if signal.fold is Fold.NIGHT and NIGHT in held and (stages := _series(past, NIGHT)) is not None:
        _, _, states = signal.made_of.partition(":")
        found += [stages, stages.filter(stages["text"].is_in(states.split("|")))]
    return [rows for rows in found if rows is not None and rows.height]


def _until() -> pl.Expr:
    """The wall clock at which something ended."""
    import polars as pl

    return (pl.col("local") + (pl.col("until") - pl.col("at"))).alias("ended")


def _numbers(rows: pl.DataFrame) -> pl.Series:
    """Day numbers of local days."""
    import polars as pl

    return rows["local"].dt.date().cast(pl.Int32).cast(pl.Int64)


def _short(words: object) -> str:
    text = " ".join(str(words or "").split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _date(number: int) -> date:
    return EPOCH + timedelta(days=number)
