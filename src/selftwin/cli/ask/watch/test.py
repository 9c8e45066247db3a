"""Replay your past: every alert a watch would have given, and how many a month."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

WHICH = "A watch by its name, or a kind, which need not be set."
BUDGET = "With another number of false alarms a month."
PLOT = "Draw the signals and the alerts on their time into a file, .png or .svg."


def command(
    which: Annotated[str, Parameter(help=WHICH)],
    about: Annotated[str, Parameter(help="The signal or source, for a kind that is set on one.")] = "",
    condition: Annotated[str, Parameter(help="For a kind that needs it: 'above 180 mg/dL'.")] = "",
    /,
    *,
    budget: Annotated[float | None, Parameter(help=BUDGET)] = None,
    since: Annotated[date | None, Parameter(help="The first day; that of your data unless you say.")] = None,
    at: Annotated[str | None, Parameter(help="The last day or moment; now unless you say.")] = None,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> None:
    """Replay your past: every alert a watch would have given, and how many a month. Nothing is kept or sent."""
    if plot:
        from selftwin.cli.plot.sheet import checked

        checked(plot)
    when = day_or_moment(at) if at else None
    with call.open() as twin:
        found = twin.watch.test(which, about, budget=budget, condition=condition, since=since, at=when)
        if plot:
            from selftwin.cli.plot.alerts import picture, recorded

            picture(found, recorded(twin, found), plot)
    if call.json:
        screen.data(found.plain())
        return
    from selftwin.cli import alerts

    screen.show(*alerts.replay(found))
