"""What a model of the body is: what it may read of a person, and what simulators and risk equations promise.

A simulator is one file in a domain's folder `simulators` that holds one object `SIMULATOR`; a risk equation one in
`risks` that holds one object `RISK`. `discover` finds them, and the shared promises run on whatever is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    import polars as pl

    from selftwin.vocabulary.scenario import Scenario
    from selftwin.vocabulary.trajectory import Trajectory


class Past(Protocol):
    """What a model may read of a person: what was known at `now`, never anything later. Every reading is asked of the
    gate and raises Refused where learning from a signal is switched off."""

    @property
    def now(self) -> datetime:
        """The moment from which the future is imagined, UTC."""

    @property
    def replay(self) -> bool:
        """Whether `now` was asked for in the past: what is told is a replay, and says so."""

    @property
    def zone(self) -> ZoneInfo:
        """Where the person's clock stands at `now`."""

    def keys(self) -> tuple[str, ...]:
        """The signals of which something is recorded and may be learnt, in order of name. In a replay one may be among
        them whose first day is still to come."""

    def days(self, key: str, *, since: date | None = None) -> pl.DataFrame:
        """Resolved days of a signal up to `now`: day (Date), value (Float64), in the signal's unit; oldest first. In a
        replay the day of `now`, which was not over, is left out."""

    def series(self, key: str, *, since: date | None = None) -> pl.DataFrame:
        """Observations up to `now`: at, until (UTC), local (wall clock), value, text, unit, source; oldest first."""

    def number(self, key: str, *, within: int | None = None) -> float | None:
        """The newest value, as told in this question (`given`) or else recorded, in the signal's unit; None where there
        is none, or none within so many days. `age` follows from a date or year of birth."""

    def word(self, key: str) -> str | None:
        """The newest word of a state (`sex`), given or recorded."""

    def told(self, key: str) -> bool:
        """Whether the person gave this signal's value in the question itself."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is imagined: `scenario` beside `instead_of` (no steps: going on as you are), `days` ahead where said."""

    scenario: Scenario
    instead_of: Scenario
    days: float | None = None


class Simulator(Protocol):
    """A model that takes steps on the signals in `takes` and tells futures of those in `gives`."""

    @property
    def name(self) -> str:
        """As its card in docs/models is called: `weight`."""

    @property
    def title(self) -> str:
        """What it is, in words of a person's life."""

    @property
    def version(self) -> int:
        """Raised when the same question gets another answer."""

    @property
    def rank(self) -> int:
        """Where several answer one question: 0 speaks first, 9 last."""

    @property
    def takes(self) -> frozenset[str]:
        """Signals a step may be on."""

    @property
    def gives(self) -> tuple[str, ...]:
        """Signals it tells futures of, the foremost first."""

    @property
    def cites(self) -> tuple[str, ...]:
        """The papers it stands on."""

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """Both futures of each signal given, the foremost first. Deterministic by seed. Raises NothingYet where the
        person's data do not allow it (with what to note), UsageError where a step makes no sense, Refused where the
        house does not answer (TRUST)."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a risk equation: the signals that may tell it, what it is called, its unit and range, whether a
    person can change it, and whether the equation can do without it (`optional`)."""

    name: str
    label: str
    signals: tuple[str, ...]
    unit: str = ""
    low: float | None = None
    high: float | None = None
    modifiable: bool = False
    optional: bool = False


class RiskEquation(Protocol):
    """An equation from a person's inputs to chances of outcomes (or, for some, to a value such as eGFR)."""

    @property
    def name(self) -> str:
        """As its card in docs/models is called: `prevent`."""

    @property
    def title(self) -> str:
        """What it is, in words."""

    @property
    def version(self) -> int:
        """Raised when the same inputs get another answer."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What it needs."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What it tells the chance of, the foremost first."""

    @property
    def cites(self) -> tuple[str, ...]:
        """The papers it stands on."""

    def risk(self, inputs: Mapping[str, float]) -> Mapping[str, float]:
        """Chances (0 to 1) by outcome, from inputs by name. Raises UsageError outside the equation's range."""
