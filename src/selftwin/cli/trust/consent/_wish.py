"""The options by which a grant is described, shared by granting, asking and approving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from cyclopts import Group, Parameter

from selftwin.consent.terms import Wish
from selftwin.vocabulary.errors import UsageError
from selftwin.wording.lengths import end_of, length

GRANT = Group("What is granted", sort_key=10)

WHY = "What for, such as care or research; several times for several."
LASTS = "How long it holds: 30d, 2w, 24h. 30 days unless you say."
BY = "How finely: insight (what I believe), daily (one value a day), raw. Insight unless you say."
BELIEF = "A single belief, such as weight/normal or weight/forecast."
DO = "read, learn, share, act. Read unless you say."
KIND = "ordinary, health, mood, location, sexual_life, belief, others_words. Ordinary unless you say."


@Parameter("*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What may be said of a grant; what is not said is safe."""

    purpose: Annotated[list[str] | None, Parameter(group=GRANT, help=WHY)] = None
    category: Annotated[list[str] | None, Parameter(group=GRANT, help="A category, such as physiological.")] = None
    sensitivity: Annotated[list[str] | None, Parameter(group=GRANT, help=KIND)] = None
    signal: Annotated[list[str] | None, Parameter(group=GRANT, help="A single signal by its key.")] = None
    estimate: Annotated[list[str] | None, Parameter(group=GRANT, help=BELIEF)] = None
    action: Annotated[list[str] | None, Parameter(group=GRANT, help=DO)] = None
    by: Annotated[str, Parameter(group=GRANT, help=BY)] = ""
    for_: Annotated[str, Parameter(name="--for", group=GRANT, help=LASTS)] = ""
    until: Annotated[str, Parameter(group=GRANT, help="The last day, or the moment, it holds.")] = ""
    since: Annotated[date | None, Parameter(group=GRANT, help="The first day of data that may be seen.")] = None
    to: Annotated[date | None, Parameter(group=GRANT, help="The last day of data that may be seen.")] = None
    last: Annotated[str, Parameter(group=GRANT, help="Days of data back from the newest: 30d.")] = ""
    may_pass_on: Annotated[bool, Parameter(group=GRANT, help="They may pass it on, the same or less.")] = False
    emergency: Annotated[bool, Parameter(group=GRANT, help="Opens only when the glass is broken, once.")] = False

    def wish(self) -> Wish:
        """The same as a wish. Raises UsageError."""
        if self.for_ and self.until:
            raise UsageError("Say --for or --until, not both.")
        if self.last and self.since:
            raise UsageError("Say --last or --since, not both.")
        return Wish(
            purposes=_split(self.purpose),
            categories=_split(self.category),
            sensitivities=_split(self.sensitivity),
            signals=_split(self.signal),
            estimates=_split(self.estimate),
            actions=_split(self.action),
            by=self.by,
            lasts=length(self.for_) if self.for_ else None,
            until=end_of(self.until) if self.until else None,
            first=self.since,
            last=self.to,
            recent=_days(self.last) if self.last else None,
            passable=self.may_pass_on,
            emergency=self.emergency,
        )


NOTHING = Options()


def _days(text: str) -> int:
    days = length(f"{text}d" if text.strip().isdigit() else text).days
    if days < 1:
        raise UsageError("Days of data are whole days.", hint="Write --last 30d.")
    return days


def _split(words: list[str] | None) -> tuple[str, ...]:
    """Each word, also those joined by commas."""
    return tuple(part.strip() for word in words or () for part in word.split(",") if part.strip())
