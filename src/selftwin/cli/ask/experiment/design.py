"""Plan a trial: what you would do on some days and not on others, and what it is to move."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.vocabulary.errors import UsageError
from selftwin.wording.clock import day_or_moment

CAUSE = "What you do on days with it: 'caffeine 0 mg', 'sleep.start 22:30', 'habit \"walk after lunch\"'."
OUTCOME = "What it is to move; of several the first decides, and the others are told beside it."
SIZE = "The smallest difference worth finding, in the outcome's unit ('2', '15 min'); then I say how long it takes."
DAYS = "How many days; six weeks unless you say, or as many as --size takes."
KIND = "How days are drawn: days (each anew), blocks (spells of some days), abab (four phases in turn)."
NAME = "What to call it; the cause's name unless you say."
FIRST = "The first day; tomorrow unless you say."
CARRY = "For how many days more it lasts on; so many are left out after each switch. My own guess unless you say."
LAG = "After how many days the outcome shows it; on the next for what is measured at night, unless you say."
AT = "Plan it as I would have then, and lay it over days that are over: a replay, to see how a trial goes."


def command(
    cause: Annotated[str, Parameter(help=CAUSE)],
    outcome: Annotated[str, Parameter(help=OUTCOME)],
    /,
    *others: Annotated[str, Parameter(help=OUTCOME)],
    size: Annotated[str | None, Parameter(help=SIZE)] = None,
    days: Annotated[int | None, Parameter(help=DAYS)] = None,
    kind: Annotated[str | None, Parameter(help=KIND)] = None,
    name: Annotated[str, Parameter(help=NAME)] = "",
    first: Annotated[str | None, Parameter(help=FIRST)] = None,
    carry: Annotated[int | None, Parameter(help=CARRY)] = None,
    lag: Annotated[int | None, Parameter(help=LAG)] = None,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    call: Call = PLAIN,
) -> None:
    """Plan a trial, draw its days, and seal them: you will see each on its day."""
    from selftwin.cli.experiments import standing
    from selftwin.wording.experiments import plan

    begins = _day(first)
    with call.open() as twin:
        trials = twin.experiment
        made = trials.design(
            cause, (outcome, *others), size=size, days=days, kind=kind, name=name, first=begins, carry=carry, lag=lag,
            at=day_or_moment(at) if at else None,
        )  # fmt: skip
        today = trials.today(made.name)
    if call.json:
        screen.data(made.plain())
        return
    screen.say(f"Kept as {made.name}. Its days are drawn and sealed.")
    screen.show(*standing(made, today), *plan(made))


def _day(said: str | None) -> date | None:
    """A day as it was written. Raises UsageError."""
    if said is None:
        return None
    found = day_or_moment(said)
    if isinstance(found, datetime):
        raise UsageError("A trial begins with a day, not at a time of it.", hint="Write it as 2027-03-01.")
    return found
