"""What helps you: which of what you do goes with how you are, how much later, and whether it stands when all else is
allowed for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

SIGNAL = "What moves, such as sleep.duration or mood; all of it unless you say."
OF = "What it moves with, such as alcohol.drinks, caffeine.late or meal.last; with SIGNAL it is tried to be refuted."
AT = "As it would have been told then: a day, or a time."
PLOT = "Draw the sizes with their ranges into a file, .png or .svg."


def command(
    signal: Annotated[str | None, Parameter(help=SIGNAL)] = None,
    /,
    *,
    of: Annotated[str | None, Parameter(help=OF)] = None,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> None:
    """What helps you: what you do beside how you are, how much later, and whether that stands by itself."""
    if plot:
        from selftwin.cli.plot.sheet import checked

        checked(plot)
    when = day_or_moment(at) if at else None
    with call.open() as twin:
        found = twin.effects(signal, cause=of, at=when)
    if plot:
        from selftwin.cli.plot.effects import picture

        picture(found, plot)
    if call.json:
        screen.data(found.plain())
        return
    from selftwin.cli.effects import told

    screen.show(*told(found))
