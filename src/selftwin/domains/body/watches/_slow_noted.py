"""What else changed when something changed slowly: another device that spoke for a signal, and what was noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.spells import switches
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import Refused
from selftwin.vocabulary.signal import Fold

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from selftwin.vocabulary.model import Past

NIGHT = "sleep.stage"  # of which nights are made
EVENTS = ("illness", "injury", "condition", "procedure", "life_event", "medicine.prescribed")
LONGEST, MOST = 60, 4  # letters of a note; notes told


@dataclass(frozen=True, slots=True)
class Switched:
    """From day number `day` on another device told a signal, as could be known on day `known`; what it is called."""

    day: int
    known: int
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something noted on a day."""

    key: str
    day: date
    words: str

    @property
    def lineage(self) -> tuple[str, str, str]:
        """As an alert names what it read."""
        return self.key, self.day.isoformat(), self.day.isoformat()


def switched(past: Past, keys: tuple[str, ...]) -> tuple[Switched, ...]:
    """Where another device took over a signal made of these keys. Raises Refused."""
    found: dict[int, Switched] = {}
    for key in keys:
        for one in recorded(past, key):
            for switch in _of(past.series(one), key):
                found.setdefault(switch.day, switch)
    return tuple(found[day] for day in sorted(found))


def recorded(past: Past, key: str) -> tuple[str, ...]:
    """The signals that tell which device spoke for a key: itself, and the stages that a night is made of."""
    held = set(past.keys())
    return tuple(one for one in (key, NIGHT) if one in held and (one == key or nature(key).fold is Fold.NIGHT))


def _of(rows: pl.DataFrame, key: str) -> list[Switched]:
    """The switches in one signal's rows, of the source that speaks most on each day."""
    import polars as pl

    if rows["source"].n_unique() < 2:
        return []
    counts = rows.group_by(pl.col("local").dt.date().alias("day"), "source").len().sort("day", "len", "source")
    most = counts.group_by("day", maintain_order=True).last().sort("day")
    names = sorted(most["source"].unique().to_list())
    days = most["day"].cast(pl.Int32).to_numpy().astype(np.int64)
    places = np.array([names.index(one) for one in most["source"]], np.int64)
    return [Switched(one.day, one.known, _called(names[one.source]), key) for one in switches(days, places)]


def noted(past: Past, since: date, until: date) -> list[Noted]:
    """What was noted between two days, both included; what may not be read is left out."""
    found: list[Noted] = []
    for key in sorted(set(EVENTS) & set(past.keys())):
        try:
            rows = past.series(key, since=since)
        except Refused:
            continue
        for at, text in rows.select("local", "text").iter_rows():
            if since <= at.date() <= until:
                found.append(Noted(key, at.date(), _words(key, text)))
    return sorted(found, key=lambda one: (one.day, one.key))[-MOST:]


def _words(key: str, text: str | None) -> str:
    label = nature(key).label.lower()
    said = " ".join((text or "").split())[:LONGEST]
    return f"{label}: {said}" if said else label


def _called(source: str) -> str:
    """What a source is called: its device where it is known, else its app."""
    app, _, device = source.partition(":")
    return device.partition("|")[0].strip() or app.replace("_", " ")
