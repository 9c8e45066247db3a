"""See each trial: how it stands, and what today is to be; what is still to come stays sealed."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call

NAME = "One trial alone, by its name, with its whole plan."
WEEK = "Show what the coming week is to be as well."


def command(
    name: Annotated[str | None, Parameter(help=NAME)] = None,
    /,
    *,
    week: Annotated[bool, Parameter(help=WEEK)] = False,
    call: Call = PLAIN,
) -> None:
    """See each trial: how it stands, and what today is to be; what is still to come stays sealed."""
    with call.open() as twin:
        trials = twin.experiment
        shown = trials.every() if name is None else [trials.one(name)]
        days = [trials.today(one.name, week=week) for one in shown]
    if call.json:
        screen.data({"experiments": [one.plain() | {"today": day.plain()}
                                     for one, day in zip(shown, days, strict=True)]})  # fmt: skip
        return
    if not shown:
        screen.show("You have planned no trials.")
        screen.say("`selftwin experiment design 'caffeine 0 mg' sleep.duration` plans one.")
        return
    from selftwin.cli.experiments import standing
    from selftwin.wording.experiments import plan

    for number, (one, day) in enumerate(zip(shown, days, strict=True)):
        screen.show(*([""] if number else []), *standing(one, day), *(plan(one) if name else []))
