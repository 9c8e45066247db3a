"""Which lines of the record are meant, and who and what stands in them, for every command of the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from selftwin.consent.grant import MODELS, OWNER
from selftwin.wording.clock import day_or_moment

if TYPE_CHECKING:
    from selftwin.consent.audit import Wanted
    from selftwin.twin import Twin

LINES = Group("Which lines", sort_key=80)


@Parameter("*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Options by which lines are chosen; all that are given must hold."""

    party: Annotated[str | None, Parameter(group=LINES, help="Who asked, by id: `owner`, `models`, or another.")] = None
    signal: Annotated[str | None, Parameter(group=LINES, help="A signal, and whatever was made from it.")] = None
    purpose: Annotated[str | None, Parameter(group=LINES, help="What for, a name as `consent purposes` lists.")] = None
    grant: Annotated[str | None, Parameter(group=LINES, help="By which grant.")] = None
    since: Annotated[str | None, Parameter(group=LINES, help="A day or moment, included.")] = None
    until: Annotated[str | None, Parameter(group=LINES, help="A day, included, or a moment.")] = None
    refused: Annotated[bool, Parameter(group=LINES, help="Only what was refused.")] = False

    def wanted(self) -> Wanted:
        """The same, as the audit takes it. Raises UsageError for a time that is none."""
        found: Wanted = {"allowed": False} if self.refused else {}
        if self.party:
            found["party"] = self.party
        if self.signal:
            found["signal"] = self.signal
        if self.purpose:
            found["purpose"] = self.purpose
        if self.grant:
            found["grant"] = self.grant
        if self.since:
            found["since"] = _moment(self.since, days=0)
        if self.until:
            found["until"] = _moment(self.until, days=1)
        return found


ALL = Lines()


def names(twin: Twin) -> dict[str, str]:
    """What everyone is called, by id."""
    return {party.id: party.name for party in twin.consent.parties()} | {OWNER: "You", MODELS: "The twin's own models"}


def _moment(text: str, *, days: int) -> datetime:
    """A moment on this machine's clock; the beginning of a day, or of the one after it."""
    found = day_or_moment(text)
    if not isinstance(found, datetime):
        found = datetime.combine(found, time()) + timedelta(days=days)
    return found.astimezone()
