"""Read a trial off its days: the difference, its bounds, and what may be concluded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import PLAIN, Call
from selftwin.wording.clock import day_or_moment

NAME = "Its name, as `selftwin experiment` lists it."
AT = "Read it as it would have been read then: a day, or a time."
PLOT = "Draw it into a file, .png or .svg: the days by kind, and the difference with its bounds."


def command(
    name: Annotated[str, Parameter(help=NAME)],
    /,
    *,
    at: Annotated[str | None, Parameter(help=AT)] = None,
    plot: Annotated[Path | None, Parameter(help=PLOT)] = None,
    call: Call = PLAIN,
) -> None:
    """Read a trial off its days. Before its end this is a look: it is kept, and makes the next ones stricter."""
    if plot:
        from selftwin.cli.plot.sheet import checked

        checked(plot)
    with call.open() as twin:
        result = twin.experiment.analyse(name, at=day_or_moment(at) if at else None)
    if plot:
        from selftwin.cli.plot.experiment import picture

        picture(result, plot)
    if call.json:
        screen.data(result.plain())
        return
    from selftwin.cli.experiments import told

    screen.show(*told(result))
