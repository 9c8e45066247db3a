"""A signal is something that can be known of a subject; its nature is data, kept in the catalogue's tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What part of a life a signal belongs to; files, keys and consent follow it."""

    PHYSIOLOGICAL = "physiological"
    BEHAVIOURAL = "behavioural"
    TRANSACTIONAL = "transactional"
    CONTEXTUAL = "contextual"
    DEMOGRAPHIC = "demographic"
    GENETIC = "genetic"


class Kind(StrEnum):
    """A number with a unit, something that happened, something that lasts, or words."""

    QUANTITY = "quantity"
    EVENT = "event"
    STATE = "state"
    TEXT = "text"


class Fold(StrEnum):
    """How a day is made of observations. `NIGHT` takes the longest coherent sleep, dated by waking."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"
    MAX = "max"
    MIN = "min"
    COUNT = "count"
    DURATION = "duration"
    NIGHT = "night"


class Sensitivity(StrEnum):
    """Ordinary, or one of the special kinds that marketing never sees, whatever is granted."""

    ORDINARY = "ordinary"
    HEALTH = "health"
    MOOD = "mood"
    LOCATION = "location"
    SEXUAL_LIFE = "sexual_life"
    BELIEF = "belief"
    OTHERS_WORDS = "others_words"


class Grain(StrEnum):
    """What values look like: any number, whole numbers, or steps of a scale."""

    CONTINUOUS = "continuous"
    INTEGER = "integer"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Signal:
    """One row of the catalogue.

    `low`, `high` are hard bounds in `unit`, of one record and of a day alike (a value outside cannot be true);
    `usual_low`, `usual_high` the plausible range of a person's day. `states` are the values a STATE may take (any,
    where none are given), `made_of` says which states of which signal add up to this one (`sleep.stage:deep`),
    `codes` maps a code system to its code. `substance` names what is weighed, where moles and grams meet
    (`glucose`: mmol/L and mg/dL).
    """

    key: str
    label: str
    category: Category
    kind: Kind
    unit: str
    fold: Fold
    sensitivity: Sensitivity
    grain: Grain = Grain.CONTINUOUS
    zero_inflated: bool = False
    low: float | None = None
    high: float | None = None
    usual_low: float | None = None
    usual_high: float | None = None
    states: tuple[str, ...] = ()
    made_of: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    substance: str = ""

    @property
    def numeric(self) -> bool:
        """Whether its days are numbers that can have a normal band and a forecast; words are not, and neither is
        a state of which a day keeps the last (a blood type, a test result)."""
        return self.kind is not Kind.TEXT and not (self.kind is Kind.STATE and self.fold is Fold.LAST)
