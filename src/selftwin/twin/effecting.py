"""What helps you: every cause in one life beside every outcome, asked of the gate, as known at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from selftwin.domains.habits.effects import RATE, look
from selftwin.vocabulary.catalogue import nature

if TYPE_CHECKING:
    from datetime import date, datetime

    from selftwin.twin.imagining import Asking
    from selftwin.vocabulary.effect import Effect


@dataclass(frozen=True, slots=True)
class Effects:
    """Effects, the surest first, as known at `made_at` (ISO, UTC), and what they were found among: `pairs` of cause and
    outcome at `looks` lags in all, over `days`, with at most a share `rate` of false ones among those found. `note`
    says where the moment was moved to where the data end. Asked of one `outcome` and one `cause`, every lag is told,
    found or not, and what tried to refute the surest."""

    made_at: str
    outcome: str | None
    cause: str | None
    effects: tuple[Effect, ...]
    pairs: int
    looks: int
    days: int
    causes: tuple[str, ...]
    outcomes: tuple[str, ...]
    rate: float = RATE
    note: str = ""

    def plain(self) -> dict[str, Any]:
        """The answer as data."""
        told = {name: getattr(self, name) for name in self.__slots__ if name != "effects"}
        return told | {"effects": [one.plain() for one in self.effects]}


def effects(
    asking: Asking, outcome: str | None = None, *, cause: str | None = None, at: date | datetime | None = None
) -> Effects:
    """What was found, of one outcome or one cause where asked. Raises UsageError for what can be neither, NothingYet
    where too little is known, Refused, UnknownSignal."""
    on = None if outcome is None else nature(outcome).key
    past, note = asking.past(at, {})
    if on is not None:
        asking.owner.consider(on, "effects")
        past.days(on)  # refused, where it may not be learnt from
    seen = look(past, on=on, cause=cause)
    for key in past.read:
        asking.owner.consider(key, "effects")
    return Effects(past.now.isoformat(), on, cause, seen.effects, seen.pairs, seen.looks, seen.days, seen.causes,
                   seen.outcomes, note=note)  # fmt: skip
