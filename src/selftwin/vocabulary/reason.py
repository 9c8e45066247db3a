"""Why a figure is as it is: named contributions that add up to it, down to the observations behind them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selftwin.vocabulary.estimate import Trust


class Of(StrEnum):
    """What is explained."""

    VALUE = "value"
    FORECAST = "forecast"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Behind:
    """Observations behind a contribution: of one signal, from a local day to another, how many, and by which source."""

    signal: str
    first: str
    last: str
    n: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of a figure, in the figure's unit; bounds hold nine times in ten, None where there is nothing to be
    unsure of. `signal` is what it comes of (empty for the figure's own past)."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    signal: str = ""
    behind: tuple[Behind, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why `total` is what it is: `parts` sum to it exactly. `change` says, each in a sentence, what would change it,
    and `notes` what these words may not be taken for. `made_of` are
    the pieces of the same total (hours, stages, experts), which sum to it as well; empty where there are none."""

    signal: str
    unit: str
    at: str
    of: Of
    total: float
    parts: tuple[Contribution, ...]
    trust: Trust
    n: int
    change: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    title: str = ""
    made_of: tuple[Contribution, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The answer as data."""
        return asdict(self)
