"""What may be a cause and what an outcome, as two tables say: how a day of each is made, when in the day it is, and
which way an outcome is good where that is known."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from importlib.resources import files


class When(IntEnum):
    """When a day's value comes about, in order: a night is dated by waking."""

    BEDTIME = 0
    NIGHT = 1
    DAY = 2
    EVENING = 3


class How(StrEnum):
    """How a day of a cause is made: as the signal's own day, as the sum of what began within some hours, or as the
    clock (minutes from midnight) of the last that began within them."""

    DAY = "day"
    SUM = "sum"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Cause:
    """One row: what a person does. Hours past 24 belong to the night after; `none` says that a day without a record is
    a day without it. Of one `family` the first in rank speaks."""

    key: str
    label: str
    signals: tuple[str, ...]
    how: How
    hours: tuple[float, float]
    unit: str
    step: float
    when: When
    none: bool
    family: str
    rank: int

    @property
    def group(self) -> str:
        """What it is a part or a companion of: `moving` for training and steps. Of the same day, one of a group is no
        more before another than after it."""
        return self.family.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row: what a person would have better. `good` is 1 where more is, -1 where less is, 0 where nobody can say."""

    key: str
    good: int
    when: When
    family: str


@lru_cache(maxsize=1)
def causes() -> tuple[Cause, ...]:
    """Every cause, in the order of the table."""
    return tuple(
        Cause(
            row["key"], row["label"], tuple(row["signals"].split("|")), How(row["how"]),
            (float(row["from"] or 0), float(row["until"] or 24)), row["unit"], float(row["step"]),
            When[row["when"].upper()], row["absent"] == "none", row["family"], int(row["rank"]),
        )
        for row in _rows("effects_causes.csv")
    )  # fmt: skip


@lru_cache(maxsize=1)
def outcomes() -> tuple[Outcome, ...]:
    """Every outcome, in the order of the table; a key that ends in `.*` stands for all below it."""
    good = {"up": 1, "down": -1, "": 0}
    return tuple(
        Outcome(row["key"], good[row["good"]], When[row["when"].upper()], row["family"])
        for row in _rows("effects_outcomes.csv")
    )


def outcome(key: str) -> Outcome | None:
    """The outcome of a signal, None where it is none."""
    for one in outcomes():
        if one.key == key or (one.key.endswith(".*") and key.startswith(one.key[:-1])):
            return Outcome(key, one.good, one.when, one.family)
    return None


def lags(cause: Cause, on: Outcome, most: int = 3) -> tuple[bool, ...]:
    """Which lags of a pair make sense, from 0 on: none where both are of one family, and the same day only where the
    cause does not come after the outcome."""
    if cause.family == on.family or on.key in {cause.key, *cause.signals}:
        return (False,) * (most + 1)
    by_day = cause.when >= When.DAY and on.when == When.DAY
    return (by_day or cause.when < on.when, *(True,) * most)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("selftwin.domains.habits").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
