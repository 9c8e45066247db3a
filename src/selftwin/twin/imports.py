"""What was brought into a twin, import by import, and how each source is: when it last told anything, and whether it is
late by its own habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from selftwin.twin.observing import BY_HAND
from selftwin.vault import heard
from selftwin.vault.alone import alone
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.twin import Twin
    from selftwin.vault.journal import Batch
    from selftwin.vault.store import Store
    from selftwin.vocabulary.account import FileAccount

LOOKED_AT = timedelta(days=60)  # before the newest of all: what shows a habit
HABIT = 5  # days with something that make a habit
SOONEST = 3  # days without anything before any source is late
PATIENCE = 3  # times its usual gap
GIVEN_UP = 21  # days of silence after which nobody waits for it any more


class NoSuchImport(UsageError):
    """An import that never was."""

    hint = "The newest ones have the highest numbers."


@dataclass(frozen=True, slots=True)
class Import:
    """One import with the accounts of its files; empty where it was undone."""

    batch: Batch
    files: tuple[FileAccount, ...]

    @property
    def by_hand(self) -> bool:
        """Whether it is a note rather than a file."""
        return self.batch.what.endswith(f" {BY_HAND}")


@dataclass(frozen=True, slots=True)
class Health:
    """One source: when it last told anything, on which of the last 14 days (oldest first), and whether it is late:
    silent for much longer than it ever is, while others went on."""

    source: str
    last: datetime
    days: tuple[bool, ...]
    silent: int
    late: bool


def imports(twin: Twin) -> Imports:
    """The imports of an open twin."""
    return Imports(twin._store)  # noqa: SLF001 - of this floor


@alone("store.lock")
@dataclass(frozen=True, slots=True)
class Imports:
    """The imports of one open twin."""

    store: Store

    def every(self, *, most: int = 50) -> list[Import]:
        """The newest imports, newest first, notes by hand among them."""
        return [self._told(batch) for batch in self.store.batches()[:most]]

    def one(self, number: int) -> Import:
        """One import. Raises NoSuchImport."""
        found = next((batch for batch in self.store.batches() if batch.number == number), None)
        if found is None:
            raise NoSuchImport(f"There is no import {number}.")
        return self._told(found)

    def health(self, *, shown: int = 14) -> list[Health]:
        """Every source, the latest first. Days count back from the newest of all, which need not be today."""
        every = [one for one in heard.heard(self.store, LOOKED_AT) if one.source != BY_HAND]
        if not every:
            return []
        newest = every[0].last.date()
        return [_health(one, newest, shown) for one in every]

    def _told(self, batch: Batch) -> Import:
        return Import(batch, tuple(self.store.journal.accounts(batch.number)))


def _health(one: heard.Heard, newest: date, shown: int) -> Health:
    silent = (newest - one.last.date()).days
    there = set(one.days)
    days = tuple(newest - timedelta(days=ago) in there for ago in reversed(range(shown)))
    return Health(one.source, one.last, days, silent, _late(one.days, silent))


def _late(days: Sequence[date], silent: int) -> bool:
    """Silent for longer than three of its usual gaps; one that has no habit any more is not waited for."""
    if len(days) < HABIT:
        return False
    usual = median((later - day).days for day, later in pairwise(days))
    return max(SOONEST - 1, PATIENCE * usual) < silent <= GIVEN_UP
