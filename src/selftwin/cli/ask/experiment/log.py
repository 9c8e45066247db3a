"""Note whether a day of a trial went as it was to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.vocabulary.errors import UsageError
from selftwin.wording.clock import day_or_moment
from selftwin.wording.words import day as written

MISSED = "You did not keep to what the day was to be. Say so freely: it is told apart, and helps."
DAY = "Which day; today unless you say."
NOTE = "A few words beside it."


def command(
    name: Annotated[str, Parameter(help="Its name, as `selftwin experiment` lists it.")],
    /,
    *,
    missed: Annotated[bool, Parameter(help=MISSED)] = False,
    day: Annotated[str | None, Parameter(help=DAY)] = None,
    note: Annotated[str, Parameter(help=NOTE)] = "",
    call: Call = PLAIN,
) -> None:
    """Note whether a day of a trial went as it was to."""
    which = day_or_moment(day) if day else None
    if isinstance(which, datetime):
        raise UsageError("A whole day is noted, not a time of it.", hint="Write it as 2027-03-01.")
    with call.open() as twin:
        trials = twin.experiment
        which = which or trials.today(name).day
        made = trials.log(name, kept=not missed, day=which, note=note)
    said = next(one for one in made.logged if one.day == which)
    if call.json:
        screen.data({"name": made.name, "logged": said, "days": len(made.logged)})
    else:
        how = "kept to" if said.kept else "not kept to"
        screen.show(f"{written(said.day)} is noted as {how}. {len(made.logged)} of {made.days} days are noted.")
