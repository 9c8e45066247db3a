"""The report on a body: every chapter that can say something, and what the silent ones would need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin import discover
from selftwin.vocabulary.errors import NothingYet, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from selftwin.twin.imagining import Asking
    from selftwin.vocabulary.finding import Chapter, Finding


@dataclass(frozen=True, slots=True)
class Body:
    """What was found, chapter by chapter, and by name of chapter why the others are silent. `made_at` is the moment it
    is told of (ISO, UTC); `note` says where that was moved to where the data end."""

    made_at: str
    findings: tuple[Finding, ...]
    silent: tuple[tuple[str, str], ...]
    note: str = ""


def read(
    asking: Asking,
    *,
    chapter: str | None = None,
    at: date | datetime | None = None,
    told: Mapping[str, float | str] | None = None,
) -> Body:
    """Every chapter (or one), as known at a moment. Raises UsageError for one that is not there, NothingYet where all
    are silent, Refused where the one asked for is."""
    every: list[Chapter] = sorted(discover.chapters(), key=_rank)
    chosen = [one for one in every if chapter in {None, one.name}]
    if not chosen:
        raise UsageError(f"There is no chapter {chapter!r}.", hint=f"There are {', '.join(one.name for one in every)}.")
    past, note = asking.past(at, told or {})
    found: list[Finding] = []
    silent: list[tuple[str, str]] = []
    for one in chosen:
        try:
            found.append(one.read(past))
        except NothingYet as reason:
            silent.append((one.title, f"{reason} {reason.hint}".strip()))
    if not found:
        raise NothingYet(silent[0][1] if len(silent) == 1 else "I know nothing of your body yet.",
                         hint="" if len(silent) == 1 else "`selftwin import PATH` reads an export.")  # fmt: skip
    for key in past.read:
        asking.owner.consider(key, "body")
    return Body(past.now.isoformat(), tuple(found), tuple(silent), note)


def _rank(one: Chapter) -> tuple[int, str]:
    return one.rank, one.name
